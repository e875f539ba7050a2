// The environment that a task will have, before there is an allocation: every name, and values that stand for the real
// ones. A placeholder whose value nobody can know yet stands for itself, so that messages show what the file says.
import type { Job, Network, Port, Task, TaskGroup } from "../jobspec/job.ts";

/** Where Nomad's packages keep allocations; the id has the length of a real one. */
const ALLOCATION_ID = "00000000-0000-0000-0000-000000000000";
const ALLOC_ROOT_DEFAULT = "/opt/nomad/data/alloc";
/** A dynamic port; numbers, so that what wants a number gets one. */
const DYNAMIC_PORT = "20000";
const MEMORY_DEFAULT_MB = 300;
const CPU_DEFAULT_MHZ = 100;

export interface TaskPlace {
  readonly allocDir: string;
  readonly taskDir: string;
}

/** The directories of the task's first allocation. `allocRoot` is absolute: `<data_dir>/alloc` of the client. */
export function taskPlace(task: Task, allocRoot = ALLOC_ROOT_DEFAULT): TaskPlace {
  const allocDir = `${allocRoot}/${ALLOCATION_ID}`;
  return { allocDir, taskDir: `${allocDir}/${task.Name}` };
}

/** The task's environment by name. Source: Nomad client/taskenv, Builder (nomad.md 2.3). */
export function taskEnvironment(job: Job, group: TaskGroup, task: Task, place: TaskPlace): Record<string, string> {
  const jobId = job.ID ?? "";
  const memory = (task.Resources?.MemoryMB ?? MEMORY_DEFAULT_MB) + (task.Resources?.SecretsMB ?? 0);
  const cores = task.Resources?.Cores ?? 0;
  const environment: Record<string, string> = {
    NOMAD_ALLOC_DIR: `${place.allocDir}/alloc`,
    NOMAD_TASK_DIR: `${place.taskDir}/local`,
    NOMAD_SECRETS_DIR: `${place.taskDir}/secrets`,
    NOMAD_MEMORY_LIMIT: String(memory),
    NOMAD_CPU_LIMIT: String(task.Resources?.CPU ?? CPU_DEFAULT_MHZ),
    NOMAD_CPU_CORES: cores === 0 ? " " : Array.from({ length: cores }, (_, index) => index).join(","),
    NOMAD_ALLOC_NAME: `${jobId}.${group.Name ?? ""}[0]`,
    NOMAD_ALLOC_INDEX: "0",
    NOMAD_TASK_NAME: task.Name,
    NOMAD_GROUP_NAME: group.Name ?? "",
    NOMAD_JOB_ID: jobId,
    NOMAD_JOB_NAME: job.Name ?? jobId,
    NOMAD_REGION: job.Region ?? "global",
    NOMAD_NAMESPACE: job.Namespace ?? "default",
  };
  for (const name of ["NOMAD_ALLOC_ID", "NOMAD_SHORT_ALLOC_ID", "NOMAD_DC", "NOMAD_PARENT_CGROUP"])
    own(environment, name);
  const memoryMax = task.Resources?.MemoryMaxMB ?? 0;
  if (memoryMax > 0) environment["NOMAD_MEMORY_MAX_LIMIT"] = String(memoryMax + (task.Resources?.SecretsMB ?? 0));
  if (job.Periodic !== null || job.ParameterizedJob !== null) own(environment, "NOMAD_JOB_PARENT_ID");
  addMeta(environment, job, group, task);
  addPorts(environment, group, task);
  addIdentity(environment, task);
  return { ...environment, ...task.Env };
}

/** What to make of a name that the job does not bring along. */
export type Absence =
  /** Nothing can bring it. */
  | "certain"
  /** Variables of the agent's own environment pass to the task. */
  | "unless-agent-has-it"
  /** A template with `env = true`, a service mesh or an integration may make it. */
  | "unknown";

export function absenceOf(name: string, task: Task): Absence {
  if ((task.Templates ?? []).some((template) => template.Envvars === true)) return "unknown";
  if (/^NOMAD_UPSTREAM_|^CONSUL_|^VAULT_/.test(name)) return "unknown";
  return /^[A-Z][A-Z0-9_]*$/.test(name) && !name.startsWith("NOMAD_") ? "unless-agent-has-it" : "certain";
}

function own(environment: Record<string, string>, name: string): void {
  environment[name] = `\${${name}}`;
}

const clean = (key: string): string => key.replaceAll(/[^A-Za-z0-9_.]/g, "_");

function addMeta(environment: Record<string, string>, job: Job, group: TaskGroup, task: Task): void {
  const meta = new Map<string, string>();
  const parameterized = job.ParameterizedJob as { MetaOptional?: unknown; MetaRequired?: unknown } | null;
  for (const key of [...strings(parameterized?.MetaOptional), ...strings(parameterized?.MetaRequired)]) {
    meta.set(key, `\${NOMAD_META_${clean(key)}}`);
  }
  for (const source of [job.Meta, group.Meta, task.Meta]) {
    for (const [key, value] of Object.entries(source ?? {})) meta.set(key, value);
  }
  for (const [key, value] of meta) {
    environment[`NOMAD_META_${clean(key).toUpperCase()}`] = value;
    environment[`NOMAD_META_${clean(key)}`] = value;
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function portsOf(network: Network): readonly Port[] {
  return [...(network.ReservedPorts ?? []), ...(network.DynamicPorts ?? [])];
}

function addPorts(environment: Record<string, string>, group: TaskGroup, task: Task): void {
  // Only the first network counts (nomad.md 2.7).
  for (const network of (group.Networks ?? []).slice(0, 1)) {
    const bridge = network.Mode === "bridge" || network.Mode.startsWith("cni/");
    for (const port of portsOf(network)) {
      const label = clean(port.Label);
      const host = port.Value > 0 ? String(port.Value) : DYNAMIC_PORT;
      const inside = port.To > 0 ? String(port.To) : host;
      for (const prefix of ["IP", "ADDR"]) own(environment, `NOMAD_${prefix}_${label}`);
      // These keep a dash, the others do not (golden env-group-net).
      for (const prefix of ["HOST_IP", "HOST_ADDR"]) own(environment, `NOMAD_${prefix}_${port.Label}`);
      environment[`NOMAD_PORT_${label}`] = inside;
      environment[`NOMAD_HOST_PORT_${label}`] = host;
      environment[`NOMAD_ALLOC_PORT_${port.Label}`] = inside;
      if (bridge)
        for (const prefix of ["INTERFACE", "IP", "ADDR"]) own(environment, `NOMAD_ALLOC_${prefix}_${port.Label}`);
    }
  }
  for (const other of group.Tasks ?? []) {
    for (const port of (other.Resources?.Networks ?? []).slice(0, 1).flatMap(portsOf)) {
      const host = port.Value > 0 ? String(port.Value) : DYNAMIC_PORT;
      if (other === task) addTaskPort(environment, port.Label, host);
      else addOthersPort(environment, other.Name, clean(port.Label), host);
    }
  }
}

function addTaskPort(environment: Record<string, string>, written: string, host: string): void {
  const label = clean(written);
  for (const prefix of ["IP", "ADDR"]) own(environment, `NOMAD_${prefix}_${label}`);
  for (const prefix of ["IPv4", "IPv6"]) own(environment, `NOMAD_${prefix}_${written}`);
  environment[`NOMAD_PORT_${label}`] = host;
  environment[`NOMAD_HOST_PORT_${label}`] = host;
}

function addOthersPort(environment: Record<string, string>, task: string, label: string, host: string): void {
  for (const prefix of ["IP", "ADDR"]) own(environment, `NOMAD_${prefix}_${clean(task)}_${label}`);
  environment[`NOMAD_PORT_${clean(task)}_${label}`] = host;
}

function addIdentity(environment: Record<string, string>, task: Task): void {
  const identities = [
    task["Identity"],
    ...(Array.isArray(task["Identities"]) ? (task["Identities"] as unknown[]) : []),
  ];
  for (const identity of identities) {
    if (typeof identity !== "object" || identity === null || !("Env" in identity) || identity.Env !== true) continue;
    const name = "Name" in identity && typeof identity.Name === "string" ? identity.Name : "";
    own(environment, name === "" || name === "default" ? "NOMAD_TOKEN" : `NOMAD_TOKEN_${name}`);
    own(environment, "NOMAD_UNIX_ADDR");
  }
}
