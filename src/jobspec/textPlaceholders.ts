// The texts of a task that Nomad's client interpolates with its text engine (interpolate.ts), and the names in them that
// will not be replaced: there an unknown name is no error, the text just stays as it is written.
// Which texts: Nomad client/allocrunner/taskrunner and client/taskenv (nomad.md 2.4). A driver's config is not among them.
import { block, indexed, type Fields } from "./fields.ts";
import { findPlaceholders } from "./interpolate.ts";
import type { JobPath } from "./origin.ts";

/** One placeholder of a text in the job. */
export interface TextPlaceholder {
  readonly path: JobPath;
  readonly name: string;
  /** UTF-16 offsets in the text at `path`, braces included. */
  readonly start: number;
  readonly end: number;
}

const ARTIFACT_TEXTS = ["GetterSource", "GetterOptions", "GetterHeaders", "RelativeDest"];
const TEMPLATE_TEXTS = ["SourcePath", "DestPath"];
const SERVICE_TEXTS = ["Name", "PortLabel", "Tags", "CanaryTags", "Address", "Meta", "CanaryMeta", "TaggedAddresses"];
const CHECK_TEXTS = [
  "Name",
  "Type",
  "Command",
  "Args",
  "Path",
  "Protocol",
  "PortLabel",
  "InitialStatus",
  "Method",
  "GRPCService",
  "Header",
];
const NETWORK_TEXTS = ["Hostname", "DNS"];

/** The placeholders of a task's interpolated texts, in the order of the job. `path` is the task's. */
export function placeholdersOfTask(task: Fields, path: JobPath): TextPlaceholder[] {
  return [
    ...under(task, path, ["Env", "Meta"]),
    ...ofList(task, path, "Artifacts", ARTIFACT_TEXTS),
    ...ofList(task, path, "Templates", TEMPLATE_TEXTS),
    ...ofServices(task, path),
  ];
}

/** Those of a group's own texts: services and networks. */
export function placeholdersOfGroup(group: Fields, path: JobPath): TextPlaceholder[] {
  return [
    ...under(group, path, ["Meta"]),
    ...ofServices(group, path),
    ...ofList(group, path, "Networks", NETWORK_TEXTS),
  ];
}

function* ofServices(owner: Fields, path: JobPath): Generator<TextPlaceholder> {
  for (const [index, service] of indexed(owner, "Services")) {
    const place: JobPath = [...path, "Services", index];
    yield* under(service, place, SERVICE_TEXTS);
    yield* ofList(service, place, "Checks", CHECK_TEXTS);
  }
}

function* ofList(owner: Fields, path: JobPath, list: string, names: readonly string[]): Generator<TextPlaceholder> {
  for (const [index, item] of indexed(owner, list)) yield* under(item, [...path, list, index], names);
}

function* under(owner: Fields, path: JobPath, names: readonly string[]): Generator<TextPlaceholder> {
  for (const name of names) yield* within(owner[name], [...path, name]);
}

function* within(value: unknown, path: JobPath): Generator<TextPlaceholder> {
  if (typeof value === "string") {
    for (const found of findPlaceholders(value)) yield { path, ...found };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* within(item, [...path, index]);
  } else {
    for (const [key, item] of Object.entries(block({ value }, "value") ?? {})) yield* within(item, [...path, key]);
  }
}
