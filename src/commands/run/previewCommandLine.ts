// The command line of a task before there is an allocation: what is decided when it runs stands as zeros.
import os from "node:os";
import path from "node:path";
import { dataPaths } from "../../base/paths.ts";
import { allocationTaskDirs } from "../../client/allocDir.ts";
import { HOST_IP, type AssignedPort } from "../../client/ports.ts";
import { planTask } from "../../client/taskPlan.ts";
import { commandLine } from "../../driver/commandLine.ts";
import { emulatorArchitecture, emulatorProgram } from "../../driver/emulator.ts";
import type { Fingerprint } from "../../driver/fingerprint.ts";
import { localSuffix } from "../../driver/localSuffix.ts";
import type { Job, Network, Task, TaskGroup } from "../../jobspec/job.ts";
import type { NodeDescription } from "../../jobspec/node.ts";

/** The id of an allocation that does not exist yet. */
const ALLOCATION_ID = "00000000-0000-0000-0000-000000000000";

export interface PreviewedCommandLine {
  readonly nomad: readonly string[];
  /** What the local runner adds for itself. */
  readonly local: readonly string[];
}

export interface PreviewInput {
  /** Absolute; where allocations are kept. */
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fingerprint: Fingerprint;
  /** This machine (src/client/machineFacts.ts, localNode). */
  readonly node: NodeDescription;
}

/** The command line as far as it is known: allocation id and dynamic host ports are zero. The task passed the linter. */
export function previewCommandLine(job: Job, group: TaskGroup, task: Task, input: PreviewInput): PreviewedCommandLine {
  const allocDir = path.join(dataPaths(input.dataDir).allocDir, ALLOCATION_ID);
  const { taskDir, logsDir } = allocationTaskDirs(allocDir, task.Name);
  const plan = planTask({
    ...{ job, group, task, allocId: ALLOCATION_ID, allocIndex: 0, allocDir, node: input.node, templateEnvironment: {} },
    allocName: `${job.ID ?? ""}.${group.Name ?? ""}[0]`,
    ports: portsOf(group, task),
    cores: [],
    hostEnvironment: definedOnly(input.environment),
  });
  const { taskConfig } = plan.config;
  if (taskConfig === undefined) return { nomad: [], local: [] };
  const architecture = emulatorArchitecture(taskConfig);
  const emulatorPath = input.fingerprint.emulatorPaths[architecture] ?? emulatorProgram(architecture);
  const { memoryMB, reservedCores, taskNetwork, dns } = plan;
  const nomad = commandLine({ taskConfig, emulatorPath, taskDir, memoryMB, reservedCores, taskNetwork, dns });
  const socketDir = path.join(os.tmpdir(), "nomad-qemu-00000000");
  const local = localSuffix({ taskConfig, runId: "00000000", socketDir, spoolDir: logsDir });
  return { nomad, local: local.ok ? local.value.args : [] };
}

function portsOf(group: TaskGroup, task: Task): AssignedPort[] {
  const assigned = (network: Network | undefined, owner: AssignedPort["owner"]): AssignedPort[] =>
    [...(network?.ReservedPorts ?? []), ...(network?.DynamicPorts ?? [])].map(({ Label, Value, To }) => ({
      ...{ label: Label, hostIp: HOST_IP, hostPort: Value, to: To, owner },
    }));
  return [...assigned(group.Networks?.[0], "group"), ...assigned(task.Resources?.Networks?.[0], { task: task.Name })];
}

function definedOnly(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
