// What the server adds to a job with Consul Connect: sidecar and gateway tasks with their ports, and ports for exposed
// checks. Source: Nomad nomad/job_endpoint_hook_connect.go and job_endpoint_hook_expose_check.go.
import { amount, block, blocks, copy, type Fields, flag, indexed, isFields, isSet, SECOND, text } from "../fields.ts";
import type { JobPath } from "../origin.ts";
import type { PreparedGroup, PreparedTask } from "./context.ts";
import { nativeTask, networkModeProblem } from "./connectNeeds.ts";
import { prepareTask, replaceNames } from "./prepareTask.ts";

/** The server gives up before any check: its answer is this one error. */
export interface MutationError {
  readonly path: JobPath;
  readonly message: string;
}

const FAILED = "error in job mutator";

/** Adds tasks and ports of Connect services to groups that have a network; the error that makes the server give up. */
export function joinConnect(job: Fields, groups: readonly PreparedGroup[]): MutationError | undefined {
  for (const prepared of groups) {
    const network = blocks(prepared.group, "Networks")[0];
    if (network === undefined) continue;
    for (const [index, service] of indexed(prepared.group, "Services")) {
      const connect = block(service, "Connect");
      if (connect === undefined) continue;
      const path: JobPath = [...prepared.path, "Services", index, "Connect"];
      const place: Place = { job, prepared, network, service, connect, path };
      const problem = joinService(place);
      if (problem !== undefined) return { path, message: `${FAILED} connect: ${problem}` };
    }
  }
  return undefined;
}

interface Place {
  readonly job: Fields;
  readonly prepared: PreparedGroup;
  readonly network: Fields;
  readonly service: Fields;
  readonly connect: Fields;
  readonly path: JobPath;
}

function joinService(place: Place): string | undefined {
  const { prepared, service, connect } = place;
  if (isFields(connect["SidecarService"])) {
    joinSidecar(place, connect["SidecarService"]);
  } else if (flag(connect, "Native")) {
    const found = nativeTask(prepared, service);
    if (typeof found === "string") return found;
    service["TaskName"] = found.name;
    found.task["Kind"] = `connect-native:${text(service, "Name")}`;
  } else if (isFields(connect["Gateway"])) {
    return joinGateway(place, connect["Gateway"]);
  }
  return undefined;
}

/** The names that a Connect service's name can hold when the job is submitted. */
function nameAtSubmission({ job, prepared, service }: Place): string {
  return replaceNames(text(service, "Name"), {
    NOMAD_JOB_ID: text(job, "ID"),
    NOMAD_JOB_NAME: text(job, "Name"),
    NOMAD_GROUP_NAME: prepared.name,
    NOMAD_NAMESPACE: text(job, "Namespace"),
    NOMAD_REGION: text(job, "Region"),
  });
}

function joinSidecar(place: Place, sidecar: Fields): void {
  const { prepared, service, network } = place;
  const name = nameAtSubmission(place);
  service["Name"] = name;
  const kind = `connect-proxy:${name}`;
  const existing = prepared.tasks.find(({ task }) => text(task, "Kind") === kind);
  const lifecycle = { Hook: "prestart", Sidecar: true };
  if (existing === undefined) addTask(place, `connect-proxy-${name}`, kind, lifecycle);
  else mergeIntoExisting(place, existing);
  const port = text(sidecar, "Port");
  addPort(network, port === "" ? `connect-proxy-${name}` : port);
}

function joinGateway(place: Place, gateway: Fields): string | undefined {
  const { prepared, service, network } = place;
  const name = nameAtSubmission(place);
  service["Name"] = name;
  const kind = isSet(gateway, "Ingress") ? "ingress" : isSet(gateway, "Terminating") ? "terminating" : "mesh";
  if (kind === "terminating" && text(service, "PortLabel") === "") {
    service["PortLabel"] = `connect-terminating-${name}`;
    addPort(network, `connect-terminating-${name}`);
  }
  if (isSet(gateway, "Mesh")) {
    if (text(service, "PortLabel") === "") return "service.port must be set for mesh gateway service";
    addPort(network, `connect-mesh-${name}-lan`);
  }
  const kinds = ["ingress", "terminating", "mesh"].map((each) => `connect-${each}:${name}`);
  const exists = prepared.tasks.some(({ task }) => kinds.includes(text(task, "Kind")));
  if (!exists) addTask(place, `connect-${kind}-${name}`, `connect-${kind}:${name}`, null);
  return undefined;
}

function addTask(place: Place, name: string, kind: string, lifecycle: Fields | null): void {
  const { job, prepared, path } = place;
  const drivers = prepared.tasks.map(({ task }) => text(task, "Driver"));
  const task: Fields = {
    Name: prepared.tasks.some((other) => other.name === name) ? `${name}-added` : name,
    Kind: kind,
    Driver: drivers.includes("podman") && !drivers.includes("docker") ? "podman" : "docker",
    ShutdownDelay: 5 * SECOND,
    LogConfig: { MaxFiles: 2, MaxFileSizeMB: 2 },
    Resources: { CPU: 250, Cores: 0, MemoryMB: 128 },
    Lifecycle: lifecycle,
  };
  mergeSidecarTask(place, task);
  prepareTask(task, job, prepared.name);
  (prepared.tasks as PreparedTask[]).push({ task, name: text(task, "Name"), path });
}

/** The job has the task already; `sidecar_task` changes it all the same, its name included. */
function mergeIntoExisting(place: Place, existing: PreparedTask): void {
  const { task } = existing;
  mergeSidecarTask(place, task);
  prepareTask(task, place.job, place.prepared.name);
  const tasks = place.prepared.tasks as PreparedTask[];
  tasks[tasks.indexOf(existing)] = { ...existing, name: text(task, "Name") };
}

/** Of `resources` only these are taken over. */
const MERGED_RESOURCES = ["CPU", "Cores", "MemoryMB", "MemoryMaxMB", "DiskMB", "Networks", "Devices", "SecretsMB"];

/** The job's `sidecar_task` block changes the task that Nomad adds. */
function mergeSidecarTask({ connect }: Place, task: Fields): void {
  const own = block(connect, "SidecarTask");
  if (own === undefined) return;
  for (const name of ["Name", "Driver", "User", "KillSignal"]) if (text(own, name) !== "") task[name] = own[name];
  for (const name of ["KillTimeout", "ShutdownDelay", "VolumeMounts", "Identities"]) {
    if (isSet(own, name)) task[name] = copy(own[name]);
  }
  const [resources, logs] = [block(own, "Resources") ?? {}, block(own, "LogConfig") ?? {}];
  for (const name of MERGED_RESOURCES) {
    const value = resources[name];
    if (Array.isArray(value) ? value.length > 0 : Boolean(value)) put(task, "Resources", name, value);
  }
  for (const name of ["MaxFiles", "MaxFileSizeMB"]) {
    if (amount(logs, name) > 0) put(task, "LogConfig", name, logs[name]);
  }
}

function put(task: Fields, blockName: string, name: string, value: unknown): void {
  const target = block(task, blockName);
  if (target !== undefined) target[name] = copy(value);
}

function addPort(network: Fields, label: string): void {
  const ports = blocks(network, "DynamicPorts");
  if (ports.some((port) => text(port, "Label") === label)) return;
  network["DynamicPorts"] = [
    ...ports,
    { Label: label, Value: 0, To: -1, HostNetwork: "default", IgnoreCollision: false },
  ];
}

/** Gives exposed checks a port of their own; the error that makes the server give up. */
export function exposeChecks(groups: readonly PreparedGroup[]): MutationError | undefined {
  for (const prepared of groups) {
    for (const [index, service] of indexed(prepared.group, "Services")) {
      const connect = block(service, "Connect");
      if (connect === undefined || !isFields(connect["SidecarService"])) continue;
      for (const [checkIndex, check] of indexed(service, "Checks")) {
        if (!flag(check, "Expose") || !isExposable(check)) continue;
        const path: JobPath = [...prepared.path, "Services", index, "Checks", checkIndex];
        const problem = exposeCheck(prepared, service, check, checkIndex);
        if (problem !== undefined) return { path, message: `${FAILED} expose-check: ${problem}` };
      }
    }
  }
  return undefined;
}

const isExposable = (check: Fields): boolean =>
  ["grpc", "http"].includes(text(check, "Type").toLowerCase()) && text(check, "Path").startsWith("/");

function exposeCheck(prepared: PreparedGroup, service: Fields, check: Fields, index: number): string | undefined {
  const problem = networkModeProblem(prepared, "connect expose check", "no host");
  if (problem !== undefined) return problem.message;
  const networks = blocks(prepared.group, "Networks");
  const [network] = networks;
  if (network !== undefined && text(check, "PortLabel") === "") {
    const label = `svc_${text(service, "Name")}_ck_${index}`;
    addPort(network, label);
    check["PortLabel"] = label;
  }
  const label = text(service, "PortLabel");
  const ports = networks.flatMap((each) => [...blocks(each, "ReservedPorts"), ...blocks(each, "DynamicPorts")]);
  const mapped = ports.find((port) => text(port, "Label") === label);
  if (mapped !== undefined && amount(mapped, "Value") > 0) return undefined;
  if (/^\+?[0-9]+$/.test(label) && Number(label) > 0) return undefined;
  return `unable to determine local service port for service check ${prepared.name}->${text(service, "Name")}->${text(check, "Name")}`;
}
