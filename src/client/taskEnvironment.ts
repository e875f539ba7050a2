// The environment of a task: Nomad's NOMAD_* variables, the job's meta and env, and what the host's environment lets pass.
// Source: Nomad client/taskenv, Builder.buildEnv (nomad.md 2.3; golden env.jsonl).
import { findPlaceholders, interpolateText } from "../jobspec/interpolate.ts";
import type { Job, Task, TaskGroup } from "../jobspec/job.ts";
import { lookupNode, type NodeDescription } from "../jobspec/node.ts";
import { allocationTaskDirs } from "./allocDir.ts";
import type { AssignedPort } from "./ports.ts";

export interface EnvironmentInput {
  readonly job: Job;
  readonly group: TaskGroup;
  readonly task: Task;
  readonly allocId: string;
  /** `<job>.<group>[<index>]` */
  readonly allocName: string;
  readonly allocIndex: number;
  /** Absolute path of the allocation directory. */
  readonly allocDir: string;
  readonly node: NodeDescription;
  readonly ports: readonly AssignedPort[];
  /** Ids of the cores reserved for the task: empty unless the job asks for `cores`. */
  readonly cores: readonly number[];
  /** The caller's environment, unfiltered. */
  readonly hostEnvironment: Readonly<Record<string, string>>;
  /** Variables of env templates; they win over everything. */
  readonly templateEnvironment: Readonly<Record<string, string>>;
}

/**
 * Variables of the host that tasks never see. Nomad: client/config, DefaultEnvDenylist; its entries `*_LICENSE` and
 * `*_LICENSE_PATH` are compared as plain names there, so they hide nothing (golden env-min).
 */
const HOST_DENYLIST = new Set([
  "CONSUL_TOKEN",
  "CONSUL_HTTP_TOKEN",
  "CONSUL_HTTP_TOKEN_FILE",
  "NOMAD_TOKEN",
  "NOMAD_LICENSE",
  "VAULT_TOKEN",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_METADATA_URL",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "GOOGLE_OAUTH_ACCESS_TOKEN",
]);

/** Keys with these beginnings get other characters than letters, digits, `_` and `.` replaced. */
const CLEANED_PREFIXES = ["NOMAD_ADDR_", "NOMAD_IP_", "NOMAD_PORT_", "NOMAD_HOST_PORT_", "NOMAD_META_"];

/** What the group's region, namespace and parent cgroup are when a job does not say. */
const REGION_DEFAULT = "global";
const NAMESPACE_DEFAULT = "default";
const PARENT_CGROUP = "nomad.slice";
/** MHz of a task that says nothing; Nomad: api, DefaultResources. */
const CPU_DEFAULT_MHZ = 100;
const MEMORY_DEFAULT_MB = 300;

/** What of a caller's environment tasks may see. */
export function visibleEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !HOST_DENYLIST.has(name)));
}

/** Builds the whole environment; keys are in byte order. */
export function taskEnvironment(input: EnvironmentInput): Record<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of builtIns(input)) variables.set(name, value);
  for (const [name, value] of metaVariables(input, Object.fromEntries(variables))) variables.set(name, value);
  for (const [name, value] of Object.entries(visibleEnvironment(input.hostEnvironment)))
    if (!variables.has(name)) variables.set(name, value);
  for (const [name, value] of envBlock(input, Object.fromEntries(variables))) variables.set(name, value);
  for (const [name, value] of Object.entries(input.templateEnvironment)) variables.set(name, value);

  const result: Record<string, string> = {};
  for (const name of [...variables.keys()].sort()) result[cleanName(name)] = variables.get(name) ?? "";
  return result;
}

/**
 * What Nomad's driver adds for the process after the config has been interpolated: the guest port of each `port_map` entry,
 * also where that does nothing else (golden env-group-net).
 */
export function driverEnvironment(
  environment: Readonly<Record<string, string>>,
  portMap: Readonly<Record<string, number>>,
): Record<string, string> {
  const result = { ...environment };
  for (const [label, port] of Object.entries(portMap)) result[cleanName(`NOMAD_PORT_${label}`)] = String(port);
  return result;
}

/** MB that Nomad gives to the task: `memory`, with `secrets` on top. */
export function taskMemoryMB(task: Task): number {
  return (task.Resources?.MemoryMB ?? MEMORY_DEFAULT_MB) + (task.Resources?.SecretsMB ?? 0);
}

function* builtIns(input: EnvironmentInput): Iterable<[string, string]> {
  const { job, group, task, node } = input;
  const dirs = allocationTaskDirs(input.allocDir, task.Name);
  yield ["NOMAD_ALLOC_DIR", dirs.sharedDir];
  yield ["NOMAD_TASK_DIR", dirs.localDir];
  yield ["NOMAD_SECRETS_DIR", dirs.secretsDir];
  yield ["NOMAD_MEMORY_LIMIT", String(taskMemoryMB(task))];
  const memoryMax = task.Resources?.MemoryMaxMB ?? 0;
  if (memoryMax > 0) yield ["NOMAD_MEMORY_MAX_LIMIT", String(memoryMax + (task.Resources?.SecretsMB ?? 0))];
  // No limit is said as it is written (golden mem-max-unlimited).
  else if (memoryMax < 0) yield ["NOMAD_MEMORY_MAX_LIMIT", String(memoryMax)];
  yield ["NOMAD_CPU_LIMIT", String(cpuLimit(input))];
  // Without reserved cores Nomad sets it to a blank, not to nothing (golden env-min).
  yield ["NOMAD_CPU_CORES", input.cores.length === 0 ? " " : cpuSet(input.cores)];
  yield ["NOMAD_ALLOC_ID", input.allocId];
  yield ["NOMAD_SHORT_ALLOC_ID", input.allocId.slice(0, 8)];
  yield ["NOMAD_ALLOC_NAME", input.allocName];
  yield ["NOMAD_ALLOC_INDEX", String(input.allocIndex)];
  yield ["NOMAD_TASK_NAME", task.Name];
  yield ["NOMAD_GROUP_NAME", group.Name ?? ""];
  yield ["NOMAD_JOB_ID", job.ID ?? ""];
  yield ["NOMAD_JOB_NAME", job.Name ?? job.ID ?? ""];
  if (typeof job["ParentID"] === "string" && job["ParentID"] !== "") yield ["NOMAD_JOB_PARENT_ID", job["ParentID"]];
  if (node.datacenter !== undefined) yield ["NOMAD_DC", node.datacenter];
  yield ["NOMAD_REGION", job.Region ?? node.region ?? REGION_DEFAULT];
  yield ["NOMAD_NAMESPACE", job.Namespace ?? NAMESPACE_DEFAULT];
  if (process.platform === "linux") yield ["NOMAD_PARENT_CGROUP", PARENT_CGROUP];
  yield* portVariables(input);
}

function cpuLimit({ task, node, cores }: EnvironmentInput): number {
  if (cores.length === 0) return task.Resources?.CPU ?? CPU_DEFAULT_MHZ;
  const frequency = lookupNode(node, "attr.cpu.frequency");
  return cores.length * (frequency.kind === "found" ? Number(frequency.value) : 0);
}

/** Nomad's cpuset notation: 0-2,7. */
function cpuSet(cores: readonly number[]): string {
  const sorted = [...cores].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const core of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && core === last[1] + 1) last[1] = core;
    else ranges.push([core, core]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}

function* portVariables({ ports, task }: EnvironmentInput): Iterable<[string, string]> {
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

/** The job's, the group's and the task's meta, the innermost winning; each as it is written and in capitals. */
function* metaVariables(input: EnvironmentInput, known: Record<string, string>): Iterable<[string, string]> {
  const meta = { ...input.job.Meta, ...input.group.Meta, ...input.task.Meta };
  const optional = input.job.ParameterizedJob?.["MetaOptional"];
  for (const key of Array.isArray(optional) ? (optional as string[]) : []) meta[key] ??= "";
  for (const key of Object.keys(meta).sort()) {
    const value = interpolateText(meta[key] ?? "", known, input.node);
    yield [cleanName(`NOMAD_META_${key.toUpperCase()}`), value];
    yield [cleanName(`NOMAD_META_${key}`), value];
  }
}

/**
 * The `env` block. Its values may name each other; Nomad then replaces them in the order of a Go map, sometimes before
 * and sometimes after. Here what is named comes first, and a circle stays as it is written.
 */
function envBlock({ task, node }: EnvironmentInput, known: Record<string, string>): Map<string, string> {
  const written = task.Env ?? {};
  const resolved = new Map<string, string>();
  const visiting = new Set<string>();
  const resolve = (name: string): void => {
    if (resolved.has(name) || visiting.has(name)) return;
    visiting.add(name);
    const text = written[name] ?? "";
    for (const placeholder of findPlaceholders(text))
      if (Object.hasOwn(written, placeholder.name)) resolve(placeholder.name);
    resolved.set(name, interpolateText(text, { ...known, ...Object.fromEntries(resolved) }, node));
    visiting.delete(name);
  };
  for (const name of Object.keys(written).sort()) resolve(name);
  return resolved;
}

/** Replaces what Nomad replaces in its own variables' names, byte for byte: `my-port` is `my_port`, `ü` is `__`. */
function cleanName(name: string): string {
  if (!CLEANED_PREFIXES.some((prefix) => name.startsWith(prefix))) return name;
  return name.replace(/[^A-Za-z0-9_.]/gu, (character) => "_".repeat(Buffer.byteLength(character)));
}
