// What is decided about a task before anything of it runs: its environment, config, network. Pure; The task runner acts on it, and
// a preview (previewTask.ts) shows it.
import type { Dns, TaskNetwork } from "../driver/commandLine.ts";
import { decodeTaskConfig, type ReadTaskConfig } from "../driver/taskConfig.ts";
import type { AssignedPort } from "../jobspec/groupPorts.ts";
import { interpolateText } from "../jobspec/interpolate.ts";
import type { Task, TaskGroup } from "../jobspec/job.ts";
import type { NodeDescription } from "../jobspec/node.ts";
import { taskMemoryMB } from "../jobspec/taskVariables.ts";
import { driverEnvironment, taskEnvironment, type EnvironmentInput } from "./taskEnvironment.ts";

export interface TaskPlan {
  /** The task's environment as placeholders see it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What QEMU gets: Nomad's driver adds the guest port of each `port_map` entry (golden env-group-net). */
  readonly processEnvironment: Readonly<Record<string, string>>;
  readonly config: ReadTaskConfig;
  /** As it is written: Nomad replaces nothing in it. Empty when the job names none. */
  readonly user: string;
  /** MB */
  readonly memoryMB: number;
  readonly reservedCores: number;
  readonly taskNetwork: TaskNetwork | undefined;
  readonly dns: Dns | undefined;
}

/** Plans one task of an allocation whose ports are assigned. */
export function planTask(input: EnvironmentInput): TaskPlan {
  const { group, task, node, ports } = input;
  const environment = taskEnvironment(input);
  const config = decodeTaskConfig(task.Config, { environment, node });
  return {
    environment,
    processEnvironment: driverEnvironment(environment, config.taskConfig?.portMap ?? {}),
    config,
    user: task.User,
    memoryMB: taskMemoryMB(task),
    reservedCores: task.Resources?.Cores ?? 0,
    taskNetwork: taskNetworkOf(ports, task),
    dns: dnsOf(group, environment, node),
  };
}

/** The task's own (deprecated) network, which alone `port_map` can use. */
function taskNetworkOf(ports: readonly AssignedPort[], task: Task): TaskNetwork | undefined {
  if ((task.Resources?.Networks ?? []).length === 0) return undefined;
  const own = ports.filter(({ owner }) => owner !== "group" && owner.task === task.Name);
  return { ports: Object.fromEntries(own.map(({ label, hostPort }) => [label, hostPort])) };
}

function dnsOf(group: TaskGroup, environment: TaskPlan["environment"], node: NodeDescription): Dns | undefined {
  const dns = group.Networks?.[0]?.DNS;
  if (dns === undefined || dns === null) return undefined;
  const texts = (values: readonly string[] | null): string[] =>
    (values ?? []).map((value) => interpolateText(value, environment, node));
  return { servers: texts(dns.Servers), searches: texts(dns.Searches) };
}
