// The environment of a task: Nomad's own variables (src/jobspec/taskVariables.ts), the job's meta and env, and what the host's environment lets pass.
// Source: Nomad client/taskenv, Builder.buildEnv (nomad.md 2.3; golden env.jsonl).
import type { AssignedPort } from "../jobspec/groupPorts.ts";
import { findPlaceholders, interpolateText } from "../jobspec/interpolate.ts";
import type { Job, Task, TaskGroup } from "../jobspec/job.ts";
import { lookupNode, type NodeDescription } from "../jobspec/node.ts";
import { builtInVariables, cleanName, CPU_DEFAULT_MHZ, metaNames, taskMeta } from "../jobspec/taskVariables.ts";
import { allocationTaskDirs } from "./allocDir.ts";

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

/** Where Nomad's Linux clients put their tasks. */
const PARENT_CGROUP = "nomad.slice";

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

function* builtIns(input: EnvironmentInput): Iterable<[string, string]> {
  const { task, node } = input;
  yield* builtInVariables({
    ...input,
    dirs: allocationTaskDirs(input.allocDir, task.Name),
    cpuMHz: cpuLimit(input),
    datacenter: node.datacenter,
    region: node.region,
  });
  if (process.platform === "linux") yield ["NOMAD_PARENT_CGROUP", PARENT_CGROUP];
}

function cpuLimit({ task, node }: EnvironmentInput): number {
  const cores = task.Resources?.Cores ?? 0;
  if (cores === 0) return task.Resources?.CPU ?? CPU_DEFAULT_MHZ;
  const frequency = lookupNode(node, "attr.cpu.frequency");
  return cores * (frequency.kind === "found" ? Number(frequency.value) : 0);
}

function* metaVariables(input: EnvironmentInput, known: Record<string, string>): Iterable<[string, string]> {
  const meta = taskMeta(input);
  const optional = input.job.ParameterizedJob?.["MetaOptional"];
  for (const key of Array.isArray(optional) ? (optional as string[]) : []) meta[key] ??= "";
  for (const key of Object.keys(meta).sort()) {
    const value = interpolateText(meta[key] ?? "", known, input.node);
    for (const name of metaNames(key)) yield [name, value];
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
