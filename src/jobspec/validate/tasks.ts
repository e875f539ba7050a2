// One task. Source: Nomad nomad/structs/structs.go, Task.Validate.
import { posix } from "node:path";
import { amount, block, blocks, type Fields, flag, indexed, isFields, isSet, text } from "../fields.ts";
import { formatGoDuration } from "../../base/goDuration.ts";
import { quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import { checkAffinities, checkConstraints } from "./constraints.ts";
import type { PreparedGroup, PreparedTask, Reporter } from "./context.ts";
import { checkArtifacts, checkDispatchPayload, checkTemplates } from "./files.ts";
import { checkLogs, checkResources } from "./resources.ts";
import { checkIdentities, checkSecrets, checkVault } from "./secrets.ts";
import { checkTaskServices } from "./taskServices.ts";
import { knownVolumes } from "./volumes.ts";

export function checkTask(prepared: PreparedTask, group: PreparedGroup, jobType: string, error: Reporter): void {
  const { task, path } = prepared;
  checkNames(prepared, error);
  checkTimes(task, path, group, jobType, error);
  const resources = block(task, "Resources");
  if (resources !== undefined) checkResources(resources, [...path, "Resources"], error);
  const logs = block(task, "LogConfig");
  const disk = amount(block(group.group, "EphemeralDisk") ?? {}, "SizeMB");
  if (logs !== undefined) checkLogs(logs, [...path, "LogConfig"], disk, error);
  checkConstraints(task, path, "task", error);
  checkAffinities(task, path, jobType, error);
  checkTaskServices(prepared, group, error);
  checkArtifacts(task, path, error);
  checkVault(task, path, error);
  checkTemplates(task, path, error);
  checkActions(task, path, error);
  checkDispatchPayload(task, path, error);
  checkLifecycle(task, path, error);
  checkProxy(task, path, group.group, error);
  checkMounts(task, path, group.group, error);
  checkCsiPlugin(task, path, error);
  checkIdentities(prepared, error);
  checkSecrets(task, path, error);
}

function checkNames({ task, name, path }: PreparedTask, error: Reporter): void {
  const place: JobPath = [...path, "Name"];
  if (name === "") error("task/name-missing", path, "Missing task name");
  if (name === "alloc") error("task/name-alloc", place, 'Task cannot be named "alloc"');
  if (/[/\\]/.test(name)) error("task/name-slash", place, "Task name cannot include slashes");
  else if (name.includes("\0")) error("task/name-null-character", place, "Task name cannot include null characters");
  if (text(task, "Driver") === "") error("task/driver-missing", path, "Missing task driver");
}

function checkTimes(task: Fields, path: JobPath, { group }: PreparedGroup, jobType: string, error: Reporter): void {
  const kill = amount(task, "KillTimeout");
  const update = block(group, "Update");
  const deadline = update === undefined ? 0 : amount(update, "ProgressDeadline");
  const place: JobPath = [...path, "KillTimeout"];
  if (kill < 0) {
    error("task/kill-timeout-negative", place, "KillTimeout must be a positive value");
  } else if (jobType === "service" && deadline > 0 && kill > deadline) {
    const words = `KillTimout (${formatGoDuration(kill)}) longer than the group's ProgressDeadline (${formatGoDuration(deadline)})`;
    error("task/kill-timeout-over-deadline", place, words);
  }
  if (amount(task, "ShutdownDelay") < 0) {
    error("task/shutdown-delay-negative", [...path, "ShutdownDelay"], "ShutdownDelay must be a positive value");
  }
}

const ACTION_NAME = /^[^\0\t\n\f\r ]{1,128}$/u;

function checkActions(task: Fields, path: JobPath, error: Reporter): void {
  const seen = new Map<string, "once" | "reported">();
  for (const [index, action] of indexed(task, "Actions")) {
    const place: JobPath = [...path, "Actions", index];
    const name = text(action, "Name");
    if (text(action, "Command") === "") error("action/command-missing", place, "command cannot be empty");
    if (!ACTION_NAME.test(name)) {
      error("action/name", [...place, "Name"], `invalid name '${name}'`);
    }
    if (seen.get(name) === "once") {
      error("action/duplicate", place, `Action ${name} defined multiple times`);
      seen.set(name, "reported");
    } else {
      seen.set(name, "once");
    }
  }
}

function checkLifecycle(task: Fields, path: JobPath, error: Reporter): void {
  const lifecycle = block(task, "Lifecycle");
  if (lifecycle === undefined) return;
  const hook = text(lifecycle, "Hook");
  const place: JobPath = [...path, "Lifecycle"];
  if (hook === "") error("lifecycle/hook-missing", place, "Lifecycle validation failed: no lifecycle hook provided");
  else if (!["prestart", "poststart", "poststop"].includes(hook)) {
    error("lifecycle/hook", [...place, "Hook"], `Lifecycle validation failed: invalid hook: ${hook}`);
  }
}

/** A task that says of itself that it is the proxy of a service. */
function checkProxy(task: Fields, path: JobPath, group: Fields, error: Reporter): void {
  const service = /^connect-proxy:(.+)$/s.exec(text(task, "Kind"))?.[1];
  if (service === undefined) return;
  if (blocks(task, "Services").length > 0) {
    error("connect-proxy/services", [...path, "Services", 0], "Connect proxy task must not have a service block");
  }
  if (flag(task, "Leader"))
    error("connect-proxy/leader", [...path, "Leader"], "Connect proxy task must not have leader set");
  const names = blocks(group, "Services")
    .filter((each) => isFields(block(each, "Connect")?.["SidecarService"]))
    .map((each) => text(each, "Name"));
  if (names.includes(service)) return;
  const words =
    names.length === 0
      ? `No Connect services in task group with Connect proxy (${quote(service)})`
      : `Connect proxy service name (${quote(service)}) not found in Connect services from task group: [${names.join(" ")}]`;
  error("connect-proxy/service-missing", [...path, "Kind"], words);
}

function checkMounts(task: Fields, path: JobPath, group: Fields, error: Reporter): void {
  const volumes = knownVolumes(group);
  let place = -1;
  for (const [index, mount] of indexed(task, "VolumeMounts")) {
    const at: JobPath = [...path, "VolumeMounts", index];
    // A mount without a volume is dropped on the way to the server.
    if (!isSet(mount, "Volume")) continue;
    place++;
    const name = text(mount, "Volume");
    const propagation = text(mount, "PropagationMode");
    const label = text(mount, "SELinuxLabel");
    if (!isSet(mount, "Destination")) {
      error("volume-mount/crash", at, `Volume Mount (${place}) has no destination`);
    }
    if (!volumes.has(name)) {
      error("volume-mount/undefined", [...at, "Volume"], `Volume Mount (${place}) references undefined volume ${name}`);
    }
    if (name === "") error("volume-mount/volume-missing", at, "volume mount references an empty volume");
    if (!["", "private", "host-to-task", "bidirectional"].includes(propagation)) {
      const words = `volume mount has an invalid propagation mode: ${quote(propagation)}`;
      error("volume-mount/propagation", [...at, "PropagationMode"], words);
    }
    if (!["", "z", "Z"].includes(label)) {
      error("volume-mount/selinux", [...at, "SELinuxLabel"], `volume mount has an invalid SELinux label: "${label}"`);
    }
  }
}

function checkCsiPlugin(task: Fields, path: JobPath, error: Reporter): void {
  const plugin = block(task, "CSIPluginConfig");
  if (plugin === undefined) return;
  const place: JobPath = [...path, "CSIPluginConfig"];
  const type = text(plugin, "Type");
  const [mount, staging] = [text(plugin, "MountDir"), text(plugin, "StagePublishBaseDir")];
  if (text(plugin, "ID") === "")
    error("csi-plugin/id-missing", place, "CSIPluginConfig must have a non-empty PluginID");
  if (!["node", "controller", "monolith"].includes(type)) {
    const words = `CSIPluginConfig PluginType must be one of 'node', 'controller', or 'monolith', got: "${type}"`;
    error("csi-plugin/type", [...place, "Type"], words);
  }
  const isBelow =
    mount !== "" &&
    staging !== "" &&
    posix.isAbsolute(mount) === posix.isAbsolute(staging) &&
    !posix.relative(mount, staging).startsWith("..");
  if (isBelow) {
    const words = `CSIPluginConfig StagePublishBaseDir must not be a subdirectory of MountDir, got: StagePublishBaseDir="${staging}" MountDir="${mount}"`;
    error("csi-plugin/staging-below-mount", [...place, "StagePublishBaseDir"], words);
  }
}
