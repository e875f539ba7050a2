// The command line of a task before there is an allocation: what is decided when it runs stands as zeros.
import os from "node:os";
import path from "node:path";
import { dataPaths } from "../../base/paths.ts";
import { allocationTaskDirs } from "../../client/allocDir.ts";
import type { AssignedPort } from "../../client/ports.ts";
import { taskEnvironment, taskMemoryMB } from "../../client/taskEnvironment.ts";
import { commandLine, type TaskNetwork } from "../../driver/commandLine.ts";
import { emulatorArchitecture, emulatorProgram } from "../../driver/emulator.ts";
import type { Fingerprint } from "../../driver/fingerprint.ts";
import { localSuffix } from "../../driver/localSuffix.ts";
import { decodeTaskConfig } from "../../driver/taskConfig.ts";
import type { Job, Network, Port, Task, TaskGroup } from "../../jobspec/job.ts";
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
  const { taskDir } = allocationTaskDirs(allocDir, task.Name);
  const { node } = input;
  const environment = taskEnvironment({
    ...{ job, group, task, allocId: ALLOCATION_ID, allocIndex: 0, allocDir, node, cores: [], templateEnvironment: {} },
    allocName: `${job.ID ?? ""}.${group.Name ?? ""}[0]`,
    ports: portsOf(group, task),
    hostEnvironment: definedOnly(input.environment),
  });
  const { taskConfig } = decodeTaskConfig(task.Config, { environment, environmentKnowledge: "partial", node });
  if (taskConfig === undefined) return { nomad: [], local: [] };
  const architecture = emulatorArchitecture(taskConfig);
  const dns = group.Networks?.[0]?.DNS;
  const nomad = commandLine({
    taskConfig,
    emulatorPath: input.fingerprint.emulatorPaths[architecture] ?? emulatorProgram(architecture),
    taskDir,
    memoryMB: taskMemoryMB(task),
    reservedCores: task.Resources?.Cores ?? 0,
    taskNetwork: taskNetworkOf(task),
    dns: dns === null || dns === undefined ? undefined : { servers: dns.Servers ?? [], searches: dns.Searches ?? [] },
  });
  const socketDir = path.join(os.tmpdir(), "nomad-qemu-00000000");
  const local = localSuffix({ taskConfig, runId: "00000000", socketDir, spoolDir: path.join(allocDir, "alloc/logs") });
  return { nomad, local: local.ok ? local.value.args : [] };
}

function taskNetworkOf(task: Task): TaskNetwork | undefined {
  const network = task.Resources?.Networks?.[0];
  if (network === undefined) return undefined;
  return { ports: Object.fromEntries(portList(network).map(({ Label, Value }) => [Label, Value])) };
}

function portsOf(group: TaskGroup, task: Task): AssignedPort[] {
  const assigned = (network: Network | undefined, owner: AssignedPort["owner"]): AssignedPort[] =>
    portList(network).map(({ Label, Value, To }) => ({
      ...{ label: Label, hostIp: "127.0.0.1", hostPort: Value, to: To, owner },
    }));
  return [...assigned(group.Networks?.[0], "group"), ...assigned(task.Resources?.Networks?.[0], { task: task.Name })];
}

function portList(network: Network | undefined): Port[] {
  return [...(network?.ReservedPorts ?? []), ...(network?.DynamicPorts ?? [])];
}

function definedOnly(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
