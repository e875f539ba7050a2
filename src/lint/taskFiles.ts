// Which files of the task's folder the job itself writes, as far as the job file tells.
import { posix } from "node:path";
import { interpolateText } from "../jobspec/interpolate.ts";
import type { Artifact, Task } from "../jobspec/job.ts";
import { ANY_NODE } from "../jobspec/node.ts";
import type { TaskContext } from "./rule.ts";
import { taskEnvironment, taskPlace } from "./taskEnvironment.ts";
import { hasPlaceholder } from "./values.ts";

/** A path with what the job says of its placeholders put in; undefined when something is left. */
export function resolvedPath(context: TaskContext, text: string): string | undefined {
  const { job, group, task, options } = context;
  const environment = taskEnvironment(job, group, task, taskPlace(task, options.allocRoot));
  const resolved = interpolateText(text, environment, options.node ?? ANY_NODE);
  return hasPlaceholder(resolved) ? undefined : resolved;
}

/**
 * A path below the task's folder, tidied (`local/a.img`; empty for the folder itself). Undefined when it is elsewhere,
 * not known, or no plain path (`https://…`).
 */
export function inTaskFolder(context: TaskContext, text: string): string | undefined {
  const resolved = resolvedPath(context, text);
  if (resolved === undefined || /^[a-z][a-z0-9+_-]*:/i.test(resolved)) return undefined;
  const { taskDir } = taskPlace(context.task, context.options.allocRoot);
  const relative = posix.relative(taskDir, posix.resolve(taskDir, resolved));
  return relative === ".." || relative.startsWith("../") ? undefined : relative;
}

/**
 * Whether a path of an artifact or a template leads out of the allocation. Relative paths start at the task's folder; an
 * absolute one must lie in the allocation. False when it is not known.
 */
export function escapesAllocation(context: TaskContext, text: string): boolean {
  const resolved = resolvedPath(context, text);
  if (resolved === undefined || text === "") return false;
  const { allocDir, taskDir } = taskPlace(context.task, context.options.allocRoot);
  const relative = posix.relative(allocDir, posix.resolve(taskDir, resolved));
  return relative === ".." || relative.startsWith("../");
}

/** Files below the task's folder that artifacts and templates write; undefined when that cannot be told. */
export function providedFiles(context: TaskContext): ReadonlySet<string> | undefined {
  const { task, group } = context;
  // Another task, or the payload of a dispatch, could write it as well.
  if ((group.Tasks?.length ?? 0) > 1 || (task["DispatchPayload"] ?? null) !== null) return undefined;
  const files = new Set<string>();
  for (const artifact of task.Artifacts ?? []) {
    const written = writtenBy(context, artifact);
    if (written === undefined) return undefined;
    files.add(written);
  }
  for (const destination of destinations(task)) {
    const written = inTaskFolder(context, destination);
    if (written === undefined) return undefined;
    files.add(written);
  }
  return files;
}

function destinations(task: Task): string[] {
  return (task.Templates ?? []).map(({ DestPath }) => DestPath ?? "");
}

/** The one file that an artifact leaves; undefined for archives, repositories and what is not known. */
function writtenBy(context: TaskContext, artifact: Artifact): string | undefined {
  const source = artifact.GetterSource ?? "";
  const options = artifact.GetterOptions ?? {};
  const destination = (artifact.RelativeDest ?? "") === "" ? "local/" : (artifact.RelativeDest ?? "");
  const folder = inTaskFolder(context, destination);
  if (folder === undefined) return undefined;
  if (artifact.GetterMode === "file" && destination !== "local/") return folder;
  if (hasPlaceholder(source) || "archive" in options || "filename" in options) return undefined;
  // Only a plain download by HTTP leaves a file whose name is the URL's; `//` asks for a part of an archive.
  const name = /^https?:\/\/[^?#]*?([^/?#]+)$/.exec(source)?.[1];
  if (name === undefined || source.includes("//", 8)) return undefined;
  if (/\.(?:tar|tgz|tbz2|txz|tzst|zip|gz|bz2|xz|zst)$/i.test(name)) return undefined;
  return folder === "" ? name : `${folder}/${name}`;
}
