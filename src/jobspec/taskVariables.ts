// The names of Nomad's own variables (NOMAD_*) and what their values are made of: written once, for the client that knows
// the facts and for the linter that assumes them. Source: Nomad client/taskenv, Builder (nomad.md 2.3; golden env.jsonl).
import type { AssignedPort } from "./groupPorts.ts";
import type { Job, Task, TaskGroup } from "./job.ts";

/** Stands for the id of an allocation that does not exist yet; as long as a real one. */
export const NO_ALLOCATION_ID = "00000000-0000-0000-0000-000000000000";

/** What jobs that say nothing get; Nomad: api, DefaultResources. */
export const CPU_DEFAULT_MHZ = 100;
const MEMORY_DEFAULT_MB = 300;
/** What the region and namespace are when a job does not say. */
const REGION_DEFAULT = "global";
const NAMESPACE_DEFAULT = "default";

/** Keys with these beginnings get other characters than letters, digits, `_` and `.` replaced; the others keep a dash. */
const CLEANED_PREFIXES = ["NOMAD_ADDR_", "NOMAD_IP_", "NOMAD_PORT_", "NOMAD_HOST_PORT_", "NOMAD_META_"];

export interface TaskFacts {
  readonly job: Job;
  readonly group: TaskGroup;
  readonly task: Task;
  readonly allocId: string;
  readonly allocName: string;
  readonly allocIndex: number;
  /** Absolute paths. */
  readonly dirs: { readonly sharedDir: string; readonly localDir: string; readonly secretsDir: string };
  readonly cpuMHz: number;
  /** Of the node. */
  readonly datacenter: string | undefined;
  /** Of the node. */
  readonly region: string | undefined;
  readonly ports: readonly AssignedPort[];
}

/** `<job>.<group>[<index>]` */
export function allocationName(job: Job, group: TaskGroup, index: number): string {
  return `${job.ID ?? ""}.${group.Name ?? ""}[${index}]`;
}

/** MB that Nomad gives to the task: `memory`, with `secrets` on top. */
export function taskMemoryMB(task: Task): number {
  return (task.Resources?.MemoryMB ?? MEMORY_DEFAULT_MB) + (task.Resources?.SecretsMB ?? 0);
}

/** The variables that every task has and those of its ports. Names are as Nomad builds them: `cleanName` comes last. */
export function* builtInVariables(facts: TaskFacts): Iterable<[name: string, value: string]> {
  const { job, group, task, dirs, allocId } = facts;
  yield ["NOMAD_ALLOC_DIR", dirs.sharedDir];
  yield ["NOMAD_TASK_DIR", dirs.localDir];
  yield ["NOMAD_SECRETS_DIR", dirs.secretsDir];
  yield ["NOMAD_MEMORY_LIMIT", String(taskMemoryMB(task))];
  const memoryMax = task.Resources?.MemoryMaxMB ?? 0;
  if (memoryMax > 0) yield ["NOMAD_MEMORY_MAX_LIMIT", String(memoryMax + (task.Resources?.SecretsMB ?? 0))];
  // No limit is said as it is written (golden mem-max-unlimited).
  else if (memoryMax < 0) yield ["NOMAD_MEMORY_MAX_LIMIT", String(memoryMax)];
  yield ["NOMAD_CPU_LIMIT", String(facts.cpuMHz)];
  yield ["NOMAD_CPU_CORES", firstCores(task.Resources?.Cores ?? 0)];
  yield ["NOMAD_ALLOC_ID", allocId];
  yield ["NOMAD_SHORT_ALLOC_ID", allocId.slice(0, 8)];
  yield ["NOMAD_ALLOC_NAME", facts.allocName];
  yield ["NOMAD_ALLOC_INDEX", String(facts.allocIndex)];
  yield ["NOMAD_TASK_NAME", task.Name];
  yield ["NOMAD_GROUP_NAME", group.Name ?? ""];
  yield ["NOMAD_JOB_ID", job.ID ?? ""];
  yield ["NOMAD_JOB_NAME", job.Name ?? job.ID ?? ""];
  if (typeof job["ParentID"] === "string" && job["ParentID"] !== "") yield ["NOMAD_JOB_PARENT_ID", job["ParentID"]];
  if (facts.datacenter !== undefined) yield ["NOMAD_DC", facts.datacenter];
  yield ["NOMAD_REGION", job.Region ?? facts.region ?? REGION_DEFAULT];
  yield ["NOMAD_NAMESPACE", job.Namespace ?? NAMESPACE_DEFAULT];
  yield* portVariables(facts);
}

/**
 * The ids of so many reserved cores, the first ones of the machine, in Nomad's cpuset notation. Without reserved cores
 * Nomad sets it to a blank, not to nothing (golden env-min).
 */
function firstCores(count: number): string {
  if (count === 0) return " ";
  return count === 1 ? "0" : `0-${count - 1}`;
}

function* portVariables({ ports, task }: TaskFacts): Iterable<[string, string]> {
  for (const port of ports) {
    const { label, hostIp, hostPort } = port;
    const address = `${hostIp}:${hostPort}`;
    if (port.owner === "group") {
      const inside = String(port.to > 0 ? port.to : hostPort);
      yield [`NOMAD_IP_${label}`, hostIp];
      yield [`NOMAD_PORT_${label}`, inside];
      yield [`NOMAD_ADDR_${label}`, address];
      yield [`NOMAD_HOST_IP_${label}`, hostIp];
      yield [`NOMAD_HOST_PORT_${label}`, String(hostPort)];
      yield [`NOMAD_HOST_ADDR_${label}`, address];
      yield [`NOMAD_ALLOC_PORT_${label}`, inside];
    } else if (port.owner.task === task.Name) {
      yield [`NOMAD_IP_${label}`, hostIp];
      yield [`NOMAD_PORT_${label}`, String(hostPort)];
      yield [`NOMAD_ADDR_${label}`, address];
      yield [`NOMAD_HOST_PORT_${label}`, String(hostPort)];
      yield [`NOMAD_IPv4_${label}`, hostIp];
    } else {
      const name = `${port.owner.task}_${label}`;
      yield [`NOMAD_IP_${name}`, hostIp];
      yield [`NOMAD_PORT_${name}`, String(hostPort)];
      yield [`NOMAD_ADDR_${name}`, address];
    }
  }
}

/** The job's, the group's and the task's meta, the innermost winning. */
export function taskMeta({ job, group, task }: Pick<TaskFacts, "job" | "group" | "task">): Record<string, string> {
  return { ...job.Meta, ...group.Meta, ...task.Meta };
}

/** The variables that hold one meta value: the key in capitals, and as it is written. */
export function metaNames(key: string): readonly [string, string] {
  return [cleanName(`NOMAD_META_${key.toUpperCase()}`), cleanName(`NOMAD_META_${key}`)];
}

/** Replaces what Nomad replaces in its own variables' names, byte for byte: `my-port` is `my_port`, `ü` is `__`. */
export function cleanName(name: string): string {
  if (!CLEANED_PREFIXES.some((prefix) => name.startsWith(prefix))) return name;
  return name.replace(/[^A-Za-z0-9_.]/gu, (character) => "_".repeat(Buffer.byteLength(character)));
}
