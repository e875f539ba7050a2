// How what the driver refuses is mended: edits in the file, and changes of the operator's configuration.
import { nearest } from "../../base/nearest.ts";
import { emulatorArchitecture } from "../../driver/emulator.ts";
import { DRIVE_INTERFACES } from "../../driver/policy.ts";
import type { Refusal, TaskPath } from "../../driver/refusal.ts";
import { TASK_CONFIG_SPEC } from "../../driver/taskConfig.ts";
import type { JobPath } from "../../jobspec/origin.ts";
import { quoteHcl } from "../edits.ts";
import type { Action, Fix } from "../finding.ts";
import { addLines, originInFile, removeArguments, removeAt, replaceName, replaceValue } from "../fixes.ts";
import { readArguments } from "../qemuOptions.ts";
import type { TaskContext } from "../rule.ts";
import { argumentTexts, sourceText } from "../values.ts";

/** Labels of the network in the task's resources, the only one that the driver reads. */
export function taskNetworkLabels({ task }: TaskContext): readonly string[] | "none" {
  const network = task.Resources?.Networks?.[0];
  if (network === undefined) return "none";
  return [...(network.ReservedPorts ?? []), ...(network.DynamicPorts ?? [])].map(({ Label }) => Label);
}

/** The name in `Unknown variable: There is no variable named "X".` */
export function missingVariable({ code, message }: Refusal): string | undefined {
  // `env["X"]` is the same question in other words.
  if (code === "qemu/config-invalid") return /^Invalid index: .*no element "([^"]*)"/.exec(message)?.[1];
  return code === "qemu/config-unknown-variable" ? /variable named "([^"]*)"/.exec(message)?.[1] : undefined;
}

/** Edits that mend a refusal, best first. */
export function fixesFor(context: TaskContext, refusal: Refusal): Fix[] {
  const path = [...context.taskPath, ...refusal.path];
  switch (refusal.code) {
    case "qemu/args-not-allowed":
      return removeArgument(context, Number(refusal.path[2]));
    case "qemu/config-unknown-argument":
      return unknownArgument(context, refusal);
    case "qemu/config-missing-argument":
    case "qemu/config-empty":
      return imagePath(context);
    case "qemu/config-type":
      return wrapInList(context, refusal);
    case "qemu/config-unknown-variable":
      return renameVariable(context, refusal, /Did you mean "([^"]*)"/.exec(refusal.message)?.[1]);
    case "qemu/config-invalid":
      return jobMetaVariable(context, refusal);
    case "qemu/emulator-not-allowed":
      return allowedEmulators(context, path);
    case "qemu/emulator-not-found":
      return foundEmulators(context, path);
    case "qemu/drive-interface":
      return nearestInterface(context, path);
    case "qemu/memory-out-of-bounds":
      return replaceValue(context, path, "128", "Set memory = 128", "suggestion");
    case "qemu/unknown-port-label":
      return portLabel(context, path, String(refusal.path.at(-1)));
    case "qemu/user-not-allowed":
      return removeAt(context, path, "Remove user", "safe");
    case "qemu/image-path-not-allowed":
      return insideAllocation(context, path);
    case "qemu/graceful-shutdown-windows":
    case "qemu/guest-agent-windows":
      return removeAt(context, path, "Remove this argument");
    default:
      return [];
  }
}

function imagePath(context: TaskContext): Fix[] {
  const config = [...context.taskPath, "Config"];
  const example = '"local/disk.qcow2"';
  const isNull = originInFile(context, [...config, "image_path"]) !== undefined;
  if (isNull) return replaceValue(context, [...config, "image_path"], example, "Set image_path");
  return addLines(context, config, [`image_path = ${example}`], "Add image_path");
}

/** An option that goes takes its value along: left alone, the value would become a disk image. */
function removeArgument(context: TaskContext, index: number): Fix[] {
  const use = readArguments(argumentTexts(context)).options.find((option) => option.index === index);
  const value = use?.value?.index;
  const indexes = value === undefined ? [index] : [index, value];
  const title = value === undefined ? "Remove this argument" : "Remove this argument and its value";
  return removeArguments(context, indexes, title, "safe");
}

function unknownArgument(context: TaskContext, { path, message }: Refusal): Fix[] {
  const absolute = [...context.taskPath, ...path];
  const suggested =
    /Did you mean "([^"]*)"/.exec(message)?.[1] ?? nearest(String(path.at(-1)), Object.keys(TASK_CONFIG_SPEC));
  return [
    ...(suggested === undefined ? [] : replaceName(context, absolute, suggested, `Did you mean "${suggested}"?`)),
    ...removeAt(context, absolute, "Remove this argument"),
  ];
}

/** `args = "-snapshot"`: a list was meant. */
function wrapInList(context: TaskContext, { path, message }: Refusal): Fix[] {
  if (!message.includes("list of string required") || path.length !== 2) return [];
  const origin = originInFile(context, [...context.taskPath, ...path]);
  const expression = origin?.expression;
  if (origin === undefined || expression?.kind !== "template") return [];
  const newText = `[${context.parsed.source.slice(origin.span)}]`;
  return [{ title: "Make it a list", kind: "suggestion", edits: [{ span: origin.span, newText }] }];
}

/** Renames a placeholder in the text of the value. */
function renameVariable(context: TaskContext, refusal: Refusal, to: string | undefined): Fix[] {
  const from = missingVariable(refusal);
  if (from === undefined || to === undefined) return [];
  return replaceInValue(context, refusal.path, from, to, `Did you mean "${to}"?`);
}

/** `${meta.x}` where the job's own metadata has x. */
function jobMetaVariable(context: TaskContext, { path, message }: Refusal): Fix[] {
  const name = /attribute named "([^"]*)"/.exec(message)?.[1];
  if (name === undefined) return [];
  const known = [context.job, context.group, context.task].some(
    ({ Meta }) => Meta !== null && Object.hasOwn(Meta, name),
  );
  if (!known) return [];
  const to = `NOMAD_META_${name.replaceAll(/[^A-Za-z0-9_.]/g, "_")}`;
  return replaceInValue(context, path, `meta.${name}`, to, `Use ${to}, the job's own metadata`);
}

function replaceInValue(context: TaskContext, path: TaskPath, from: string, to: string, title: string): Fix[] {
  const origin = originInFile(context, [...context.taskPath, ...path]);
  if (origin === undefined) return [];
  const text = context.parsed.source.slice(origin.span);
  const at = text.indexOf(from);
  if (at < 0) return [];
  const start = origin.span.start + at;
  return [{ title, kind: "suggestion", edits: [{ span: { start, end: start + from.length }, newText: to }] }];
}

function allowedEmulators(context: TaskContext, path: JobPath): Fix[] {
  const wanted = emulatorArchitecture({ emulator: sourceText(context, "emulator") ?? "" });
  const allowed = context.options.pluginConfig.emulatorsAllowlist;
  // The same architecture in the operator's spelling changes nothing; another one is another machine.
  const same = allowed.find((name) => emulatorArchitecture({ emulator: name }) === wanted);
  return setEmulator(context, path, same === undefined ? allowed : [same], same === undefined ? "suggestion" : "safe");
}

function foundEmulators(context: TaskContext, path: JobPath): Fix[] {
  const wanted = emulatorArchitecture({ emulator: sourceText(context, "emulator") ?? "" });
  const best = nearest(wanted.trim().toLowerCase(), Object.keys(context.options.fingerprint?.emulatorPaths ?? {}));
  return best === undefined ? [] : setEmulator(context, path, [best], "suggestion");
}

function setEmulator(context: TaskContext, path: JobPath, names: readonly string[], kind: Fix["kind"]): Fix[] {
  return names.slice(0, 3).flatMap((name) => {
    const title = `Use emulator = ${quoteHcl(name)}`;
    if (originInFile(context, path) !== undefined) return replaceValue(context, path, quoteHcl(name), title, kind);
    return addLines(context, [...context.taskPath, "Config"], [`emulator = ${quoteHcl(name)}`], title).map((fix) => ({
      ...fix,
      kind,
    }));
  });
}

function nearestInterface(context: TaskContext, path: JobPath): Fix[] {
  const written = sourceText(context, "drive_interface") ?? "";
  const best = nearest(written.trim().toLowerCase(), DRIVE_INTERFACES);
  return best === undefined ? [] : replaceValue(context, path, quoteHcl(best), `Did you mean "${best}"?`);
}

function portLabel(context: TaskContext, path: JobPath, label: string): Fix[] {
  const labels = taskNetworkLabels(context);
  const best = labels === "none" ? undefined : nearest(label, labels);
  return [
    ...(best === undefined ? [] : replaceName(context, path, best, `Did you mean "${best}"?`)),
    ...addLines(
      context,
      [...context.taskPath, "Resources", "Networks", 0],
      [`port ${quoteHcl(label)} {}`],
      `Add port "${label}" to the task's network`,
    ),
  ];
}

/** `../alloc/data/x` is meant for the shared directory, which is checked by another way (nomad.md 0, fact 7). */
function insideAllocation(context: TaskContext, path: JobPath): Fix[] {
  const image = context.task.Config?.["image_path"];
  const rest = typeof image === "string" ? /^\.\.\/alloc\/(.+)$/.exec(image)?.[1] : undefined;
  if (rest === undefined) return [];
  return replaceValue(context, path, `"\${NOMAD_ALLOC_DIR}/${rest}"`, "Use ${NOMAD_ALLOC_DIR}");
}

/** Changes of the operator's configuration after which the driver would accept it. */
export function actionsFor(context: TaskContext, { code, path }: Refusal): Action[] {
  const config = context.task.Config ?? {};
  if (code === "qemu/args-not-allowed") {
    const value = argumentTexts(context)[Number(path[2])];
    return value === undefined
      ? []
      : [{ kind: "allow-argument", value, title: `Allow ${quoteHcl(value)} in my plugin configuration` }];
  }
  if (code === "qemu/emulator-not-allowed") {
    const value = typeof config["emulator"] === "string" ? config["emulator"] : "";
    return value === ""
      ? []
      : [{ kind: "allow-emulator", value, title: `Allow the emulator "${value}" in my plugin configuration` }];
  }
  const image = config["image_path"];
  if (code !== "qemu/image-path-not-allowed" || typeof image !== "string" || !image.startsWith("/")) return [];
  const folder = image.slice(0, image.lastIndexOf("/"));
  return folder === ""
    ? []
    : [{ kind: "allow-image-path", value: folder, title: `Allow images in ${folder} in my plugin configuration` }];
}
