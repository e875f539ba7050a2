// Fills in a task. Source: Nomad api/tasks.go.
import {
  ARTIFACT,
  CHANGE_SCRIPT,
  LOG_CONFIG,
  NO_LOG_CONFIG,
  NO_RESOURCES,
  TEMPLATE,
  VAULT,
  VOLUME_MOUNT,
  WEIGHT,
} from "./defaults.ts";
import {
  block,
  blocks,
  copy,
  dropEmpty,
  inherit,
  isFields,
  SECOND,
  setDefaults,
  setEmpty,
  type Fields,
} from "../fields.ts";
import { canonicalizeResources } from "./resources.ts";
import { canonicalizeService } from "./service.ts";

/** `groupRestart` is the group's complete restart policy; `servicePrefix` is `<job>-<group>`. */
export function canonicalizeTask(task: Fields, groupRestart: Fields, servicePrefix: string): void {
  if (!isFields(task["Resources"])) task["Resources"] = copy(NO_RESOURCES);
  canonicalizeResources(task["Resources"] as Fields);
  setDefaults(task, { KillTimeout: 5 * SECOND });
  if (!isFields(task["LogConfig"])) task["LogConfig"] = copy(NO_LOG_CONFIG);
  setDefaults(task["LogConfig"] as Fields, LOG_CONFIG);
  for (const artifact of blocks(task, "Artifacts")) canonicalizeArtifact(artifact);
  const vault = block(task, "Vault");
  if (vault !== undefined) {
    setEmpty(vault, { Cluster: "default" });
    setDefaults(vault, VAULT);
  }
  const consul = block(task, "Consul");
  if (consul !== undefined) setEmpty(consul, { Cluster: "default" });
  for (const template of blocks(task, "Templates")) canonicalizeTemplate(template);
  for (const secret of blocks(task, "Secrets")) dropEmpty(secret, ["Config", "Env"]);
  for (const service of blocks(task, "Services")) {
    canonicalizeService(service, `${servicePrefix}-${String(task["Name"])}`);
  }
  for (const affinity of blocks(task, "Affinities")) setDefaults(affinity, WEIGHT);
  for (const mount of blocks(task, "VolumeMounts")) setDefaults(mount, VOLUME_MOUNT);
  const csi = block(task, "CSIPluginConfig");
  if (csi !== undefined) {
    setEmpty(csi, { MountDir: "/csi", StagePublishBaseDir: "/local/csi" });
    csi["HealthTimeout"] ||= 30 * SECOND;
  }
  task["RestartPolicy"] = inherit(groupRestart, block(task, "RestartPolicy"));
}

function canonicalizeArtifact(artifact: Fields): void {
  setDefaults(artifact, ARTIFACT);
  dropEmpty(artifact, ["GetterOptions", "GetterHeaders"]);
  artifact["RelativeDest"] ??=
    artifact["GetterMode"] === "file" ? joinLocal(baseName(artifact["GetterSource"] as string)) : "local/";
}

/** Go's path.Base: the last element of a slash-separated path; "." for an empty one, "/" for slashes only. */
function baseName(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** Go's filepath.Join("local", name) for one path element. */
function joinLocal(name: string): string {
  if (name === "." || name === "/") return "local";
  return name === ".." ? "." : `local/${name}`;
}

function canonicalizeTemplate(template: Fields): void {
  setDefaults(template, TEMPLATE);
  const signal = template["ChangeSignal"];
  if (typeof signal === "string") template["ChangeSignal"] = signal.toUpperCase();
  else template["ChangeSignal"] = template["ChangeMode"] === "signal" ? "SIGHUP" : "";
  const script = block(template, "ChangeScript");
  if (script !== undefined) setDefaults(script, CHANGE_SCRIPT);
}
