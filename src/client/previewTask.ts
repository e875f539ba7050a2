// What would run for a task before there is an allocation: the same plan as the task runner's, with what is only decided at
// run time assumed. `nomad-qemu argv` and the editor show it.
import path from "node:path";
import { definedVariables } from "../base/environment.ts";
import { commandLine } from "../driver/commandLine.ts";
import { emulatorArchitecture, emulatorProgram } from "../driver/emulator.ts";
import type { Fingerprint } from "../driver/fingerprint.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import { taskViolations } from "../driver/policy.ts";
import type { Refusal } from "../driver/refusal.ts";
import type { TaskConfig } from "../driver/taskConfig.ts";
import { assignedPort, groupPorts } from "../jobspec/groupPorts.ts";
import type { Job, Task, TaskGroup } from "../jobspec/job.ts";
import type { NodeDescription } from "../jobspec/node.ts";
import { allocationName, NO_ALLOCATION_ID } from "../jobspec/taskVariables.ts";
import { allocationTaskDirs, type TaskDirs } from "./allocDir.ts";
import { driverEnvironment, taskEnvironment } from "./taskEnvironment.ts";
import { planTask } from "./taskPlan.ts";

export interface Assumptions {
  /** Absolute. Its last part is the allocation's id when it looks like one; otherwise the id is zeros. */
  readonly allocDir: string;
  readonly node: NodeDescription;
  /** The caller's environment, unfiltered. */
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  /** Host ports by label; the others are the job's static ones, and 0 for those that would be chosen. */
  readonly hostPorts: ReadonlyMap<string, number>;
  readonly pluginConfig: PluginConfig;
  /** The emulators of the node; undefined = every emulator is in the usual place. */
  readonly fingerprint: Fingerprint | undefined;
  /** The emulator that runs, whatever the node has. */
  readonly emulatorPath?: string | undefined;
}

export interface TaskPreview {
  readonly dirs: TaskDirs;
  /** Program first; empty when the config cannot be read. */
  readonly argv: readonly string[];
  /** What the task sets; the caller's own variables pass through beside it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that the driver would refuse, in Nomad's order. */
  readonly refusals: readonly Refusal[];
  /** Undefined when it cannot be read. */
  readonly taskConfig: TaskConfig | undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Pure but for the platform that it runs on. `job` is canonical and has `group`, which has `task`. */
export function previewTask(job: Job, group: TaskGroup, task: Task, assumed: Assumptions): TaskPreview {
  const { allocDir, node, pluginConfig } = assumed;
  const dirs = allocationTaskDirs(allocDir, task.Name);
  const directoryName = path.basename(allocDir);
  const circumstances = {
    job,
    group,
    task,
    allocId: UUID.test(directoryName) ? directoryName : NO_ALLOCATION_ID,
    allocName: allocationName(job, group, 0),
    allocIndex: 0,
    allocDir,
    node,
    ports: groupPorts(group).map((each) =>
      assignedPort(each, assumed.hostPorts.get(each.port.Label) ?? each.port.Value),
    ),
    templateEnvironment: {},
  };
  const plan = planTask({ ...circumstances, hostEnvironment: definedVariables(assumed.hostEnvironment) });
  const { taskConfig, refusals, unknown } = plan.config;
  const own = driverEnvironment(taskEnvironment({ ...circumstances, hostEnvironment: {} }), taskConfig?.portMap ?? {});
  const environment = Object.fromEntries(
    Object.entries(plan.processEnvironment).filter(([name]) => Object.hasOwn(own, name)),
  );
  if (taskConfig === undefined) return { dirs, argv: [], environment, refusals, taskConfig };

  const { memoryMB, reservedCores, taskNetwork, dns, user } = plan;
  const { taskDir } = dirs;
  const emulatorPaths = emulators(taskConfig, assumed);
  const violations = taskViolations({
    ...{ taskConfig, pluginConfig, user, memoryMB, allocDir, taskDir, emulatorPaths, unknown },
    silentEmulators: assumed.emulatorPath === undefined ? assumed.fingerprint?.silent : undefined,
    taskNetworkLabels: taskNetwork === undefined ? "none" : Object.keys(taskNetwork.ports),
    platform: process.platform,
  });
  const architecture = emulatorArchitecture(taskConfig);
  const emulatorPath = emulatorPaths[architecture] ?? emulatorProgram(architecture);
  const argv = commandLine({ taskConfig, emulatorPath, taskDir, memoryMB, reservedCores, taskNetwork, dns });
  return { dirs, argv, environment, refusals: [...refusals, ...violations], taskConfig };
}

function emulators(taskConfig: TaskConfig, assumed: Assumptions): Fingerprint["emulatorPaths"] {
  const architecture = emulatorArchitecture(taskConfig);
  if (assumed.emulatorPath !== undefined) return { [architecture]: assumed.emulatorPath };
  return assumed.fingerprint?.emulatorPaths ?? { [architecture]: `/usr/bin/${emulatorProgram(architecture)}` };
}
