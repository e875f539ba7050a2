// The environment that a task will have, before there is an allocation: every name, and values that stand for the real
// ones. A placeholder whose value nobody can know yet stands for itself, so that messages show what the file says.
import { assignedPort, groupPorts } from "../jobspec/groupPorts.ts";
import type { Job, Task, TaskGroup } from "../jobspec/job.ts";
import {
  allocationName,
  builtInVariables,
  cleanName,
  CPU_DEFAULT_MHZ,
  metaNames,
  NO_ALLOCATION_ID,
  taskMeta,
} from "../jobspec/taskVariables.ts";

/** Where Nomad's packages keep allocations. */
const ALLOC_ROOT_DEFAULT = "/opt/nomad/data/alloc";
/** A number, so that what wants a number gets one. */
const DYNAMIC_PORT = 20_000;
/** Only the client knows these. */
const UNKNOWABLE = ["NOMAD_ALLOC_ID", "NOMAD_SHORT_ALLOC_ID", "NOMAD_DC", "NOMAD_PARENT_CGROUP"];
const UNKNOWABLE_ADDRESS = /^NOMAD_(?:HOST_)?(?:IP|ADDR)_|^NOMAD_IPv4_/;

export interface TaskPlace {
  readonly allocDir: string;
  readonly taskDir: string;
}

/** The directories of the task's first allocation. `allocRoot` is absolute: `<data_dir>/alloc` of the client. */
export function taskPlace(task: Task, allocRoot = ALLOC_ROOT_DEFAULT): TaskPlace {
  const allocDir = `${allocRoot}/${NO_ALLOCATION_ID}`;
  return { allocDir, taskDir: `${allocDir}/${task.Name}` };
}

/** The task's environment by name. */
export function taskEnvironment(job: Job, group: TaskGroup, task: Task, place: TaskPlace): Record<string, string> {
  const facts = {
    ...{ job, group, task, allocId: NO_ALLOCATION_ID, allocName: allocationName(job, group, 0), allocIndex: 0 },
    dirs: {
      sharedDir: `${place.allocDir}/alloc`,
      localDir: `${place.taskDir}/local`,
      secretsDir: `${place.taskDir}/secrets`,
    },
    cpuMHz: task.Resources?.CPU ?? CPU_DEFAULT_MHZ,
    ...{ datacenter: undefined, region: undefined },
    ports: groupPorts(group).map((each) => assignedPort(each, each.port.Value > 0 ? each.port.Value : DYNAMIC_PORT)),
  };
  const environment: Record<string, string> = {};
  for (const [name, value] of builtInVariables(facts)) {
    if (UNKNOWABLE_ADDRESS.test(name)) own(environment, cleanName(name));
    else environment[cleanName(name)] = value;
  }
  for (const name of UNKNOWABLE) own(environment, name);
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

function addMeta(environment: Record<string, string>, job: Job, group: TaskGroup, task: Task): void {
  const parameterized = job.ParameterizedJob as { MetaOptional?: unknown; MetaRequired?: unknown } | null;
  for (const key of [...strings(parameterized?.MetaOptional), ...strings(parameterized?.MetaRequired)]) {
    const [inCapitals, written] = metaNames(key);
    for (const name of [inCapitals, written]) environment[name] = `\${${written}}`;
  }
  for (const [key, value] of Object.entries(taskMeta({ job, group, task })))
    for (const name of metaNames(key)) environment[name] = value;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** What only clients with network namespaces or IPv6 bring along. */
function addPorts(environment: Record<string, string>, group: TaskGroup, task: Task): void {
  const mode = group.Networks?.[0]?.Mode ?? "";
  const hasOwnAddress = mode === "bridge" || mode.startsWith("cni/");
  for (const { port, owner } of groupPorts(group)) {
    if (owner === "group" && hasOwnAddress)
      for (const part of ["INTERFACE", "IP", "ADDR"]) own(environment, `NOMAD_ALLOC_${part}_${port.Label}`);
    if (owner !== "group" && owner.task === task.Name) own(environment, `NOMAD_IPv6_${port.Label}`);
  }
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
