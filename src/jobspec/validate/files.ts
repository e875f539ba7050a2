// What a task downloads and renders: artifacts, templates, the dispatch payload.
// Source: Nomad nomad/structs/structs.go (TaskArtifact, Template, DispatchPayloadConfig).
import { posix } from "node:path";
import { amount, block, type Fields, flag, indexed, isSet, text } from "../fields.ts";
import { formatGoDuration } from "../../base/goDuration.ts";
import { quote, trimSpace } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import type { Reporter } from "./context.ts";

/** Lexically: a path from `folder` of the allocation that leaves the allocation. */
function escapesAllocation(folder: string, path: string): boolean {
  const allocation = "/alloc-dir/alloc-id";
  return posix.relative(allocation, posix.join(allocation, folder, path)).startsWith("..");
}

const ESCAPES = "destination escapes allocation directory";

export function checkArtifacts(task: Fields, path: JobPath, error: Reporter): void {
  for (const [index, artifact] of indexed(task, "Artifacts")) {
    const place: JobPath = [...path, "Artifacts", index];
    const mode = text(artifact, "GetterMode");
    if (text(artifact, "GetterSource") === "") error("artifact/source-missing", place, "source must be specified");
    if (!["", "any", "file", "dir"].includes(mode)) {
      const words = `invalid artifact mode ${quote(mode)}; must be one of: any, file, dir`;
      error("artifact/mode", [...place, "GetterMode"], words);
    }
    if (escapesAllocation("task", text(artifact, "RelativeDest"))) {
      error("artifact/destination-escapes", [...place, "RelativeDest"], ESCAPES);
    }
    const checksum = block(artifact, "GetterOptions")?.["checksum"];
    if (typeof checksum === "string") checkChecksum(checksum, [...place, "GetterOptions", "checksum"], error);
  }
}

const CHECKSUM_BYTES: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha512: 64 };

/** A checksum with a placeholder is not looked at before the task runs. */
function checkChecksum(written: string, path: JobPath, error: Reporter): void {
  if (/\$\{[a-zA-Z0-9_\-.]+\}/.test(written)) return;
  const checksum = trimSpace(written);
  const [type = "", value, ...rest] = checksum.split(":");
  if (checksum === "") {
    error("artifact/checksum-empty", path, "checksum value cannot be empty");
  } else if (value === undefined || rest.length > 0) {
    error("artifact/checksum-format", path, `checksum must be given as "type:value"; got ${quote(checksum)}`);
  } else if (!/^[0-9a-fA-F]*$/.test(value) || value.length % 2 !== 0) {
    const reason = /^[0-9a-fA-F]*$/.test(value) ? "odd length hex string" : `invalid byte in ${quote(value)}`;
    error("artifact/checksum-value", path, `invalid checksum: encoding/hex: ${reason}`);
  } else if (!Object.hasOwn(CHECKSUM_BYTES, type)) {
    error("artifact/checksum-type", path, `unsupported checksum type: ${type}`);
  } else if (value.length / 2 !== CHECKSUM_BYTES[type]) {
    error("artifact/checksum-length", path, `invalid ${type} checksum: ${value}`);
  }
}

export function checkTemplates(task: Fields, path: JobPath, error: Reporter): void {
  const destinations = new Map<string, number>();
  for (const [index, template] of indexed(task, "Templates")) {
    const place: JobPath = [...path, "Templates", index];
    const destination = text(template, "DestPath");
    checkTemplate(template, place, error);
    const other = destinations.get(destination);
    if (other === undefined) destinations.set(destination, index + 1);
    else {
      error(
        "template/destination-duplicate",
        [...place, "DestPath"],
        `Template ${index + 1} has same destination as ${other}`,
      );
    }
  }
}

function checkTemplate(template: Fields, path: JobPath, error: Reporter): void {
  const destination = text(template, "DestPath");
  const permissions = text(template, "Perms");
  if (text(template, "SourcePath") === "" && text(template, "EmbeddedTmpl") === "") {
    error("template/source-missing", path, "Must specify a source path or have an embedded template");
  }
  if (destination === "") error("template/destination-missing", path, "Must specify a destination for the template");
  if (escapesAllocation("task", destination)) error("template/destination-escapes", [...path, "DestPath"], ESCAPES);
  checkChangeMode(template, path, error);
  if (amount(template, "Splay") < 0)
    error("template/splay-negative", [...path, "Splay"], "Must specify positive splay value");
  if (permissions !== "" && !(/^[0-7]+$/.test(permissions) && parseInt(permissions, 8) < 4096)) {
    const reason = /^[0-7]+$/.test(permissions) ? "value out of range" : "invalid syntax";
    error("template/permissions", [...path, "Perms"], `Failed to parse ${quote(permissions)} as octal: ${reason}`);
  }
  const wait = block(template, "Wait");
  if (wait === undefined || !isSet(wait, "Min") || !isSet(wait, "Max")) return;
  const [min, max] = [amount(wait, "Min"), amount(wait, "Max")];
  if (min > max) {
    error(
      "template/wait",
      [...path, "Wait"],
      `wait min ${formatGoDuration(min)} is greater than max ${formatGoDuration(max)}`,
    );
  }
}

function checkChangeMode(template: Fields, path: JobPath, error: Reporter): void {
  const mode = text(template, "ChangeMode");
  if (mode === "signal") {
    if (text(template, "ChangeSignal") === "") {
      error(
        "template/signal-missing",
        [...path, "ChangeSignal"],
        "Must specify signal value when change mode is signal",
      );
    }
    if (flag(template, "Envvars")) {
      error("template/signal-env", [...path, "ChangeMode"], "cannot use signals with env var templates");
    }
  } else if (mode === "script") {
    const script = block(template, "ChangeScript");
    if (script === undefined) {
      const words = "must specify change script configuration value when change mode is script";
      error("template/script-missing", [...path, "ChangeMode"], words);
    } else if (text(script, "Command") === "") {
      const words = "must specify script path value when change mode is script";
      error("template/script-command-missing", [...path, "ChangeScript"], words);
    }
  } else if (mode !== "noop" && mode !== "restart") {
    const words = "Invalid change mode. Must be one of the following: noop, signal, script, restart";
    error("template/change-mode", [...path, "ChangeMode"], words);
  }
}

export function checkDispatchPayload(task: Fields, path: JobPath, error: Reporter): void {
  const payload = block(task, "DispatchPayload");
  if (payload === undefined || !escapesAllocation("task/local/", text(payload, "File"))) return;
  error(
    "dispatch/file-escapes",
    [...path, "DispatchPayload", "File"],
    `Dispatch Payload validation failed: ${ESCAPES}`,
  );
}
