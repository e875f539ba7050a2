// What is to be done for one `artifact` block: where from, checked how, unpacked or not, where to. Decided before anything
// is downloaded. Source: Nomad client/allocrunner/taskrunner/getter and go-getter (nomad.md 2.5).
import path from "node:path";
import { fileURLToPath } from "node:url";
import { interpolateMap, interpolateText } from "../../jobspec/interpolate.ts";
import type { Artifact } from "../../jobspec/job.ts";
import type { NodeDescription } from "../../jobspec/node.ts";
import { archiveKind, type ArchiveKind } from "./archives.ts";
import { parseChecksum, type Checksum } from "./checksum.ts";
import { ArtifactError, getterFailure, ownFailure } from "./failure.ts";

export interface ArtifactPlan {
  /** As the job says it, interpolated; for messages (credentials in it are the job author's doing). */
  readonly source: string;
  readonly from:
    | {
        readonly kind: "http";
        /** Without the options that are meant for the client. */
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly tls: "verified" | "insecure";
      }
    /** Our addition: Nomad refuses local files. */
    | { readonly kind: "file"; readonly file: string };
  readonly checksum: Checksum | undefined;
  readonly unpack: ArchiveKind | undefined;
  /** The folder inside the archive that is wanted; undefined = all of it. */
  readonly subfolder: string | undefined;
  /**
   * `into`: the destination is a folder, a single file keeps its name there. `as`: the destination is the file.
   * `nothing`: Nomad downloads and keeps nothing (mode dir with a plain file).
   */
  readonly place:
    | { readonly how: "into"; readonly folder: string; readonly fileName: string }
    | { readonly how: "as"; readonly file: string }
    | { readonly how: "nothing" };
  readonly chown: boolean;
}

export interface PlanContext {
  readonly environment: Readonly<Record<string, string>>;
  readonly node: NodeDescription;
  readonly allocDir: string;
  readonly taskDir: string;
  /** Relative local sources are taken from here: the job file's folder. */
  readonly jobFolder: string | undefined;
}

/** Makes the plan. @throws ArtifactError */
export function planArtifact(artifact: Artifact, context: PlanContext): ArtifactPlan {
  const { environment, node } = context;
  const source = interpolateText(artifact.GetterSource ?? "", environment, node);
  const destination = resolveDestination(artifact, source, context);
  const options = interpolateMap(artifact.GetterOptions ?? {}, environment, node);
  const { location, subfolder } = splitSubfolder(source);
  const from = locate(location, options, context);

  const query = from.query;
  const checksumText = take(query, "checksum");
  const unpack = archiveKind(from.path, take(query, "archive"));
  const fileName = take(query, "filename") || path.posix.basename(from.path);
  const mode = artifact.GetterMode ?? "any";
  return {
    source,
    from:
      from.kind === "file"
        ? { kind: "file", file: from.path }
        : {
            kind: "http",
            url: from.url(),
            headers: interpolateMap(artifact.GetterHeaders ?? {}, environment, node),
            tls: artifact.GetterInsecure === true ? "insecure" : "verified",
          },
    checksum: checksumText === "" ? undefined : parseChecksum(checksumText),
    unpack,
    subfolder,
    place: placement(mode, destination, fileName, unpack),
    chown: artifact.Chown,
  };
}

function placement(
  mode: string,
  destination: string,
  fileName: string,
  unpack: ArchiveKind | undefined,
): ArtifactPlan["place"] {
  if (mode === "file") return { how: "as", file: destination };
  // An HTTP server has no folders: a plain file is nothing to mode dir (golden a-mode-dir).
  if (mode === "dir" && unpack === undefined) return { how: "nothing" };
  return { how: "into", folder: destination, fileName };
}

/** Nomad: client/taskenv, ClientPath: inside the allocation, else below the task's folder; never outside. */
function resolveDestination(artifact: Artifact, source: string, context: PlanContext): string {
  const fallback = artifact.GetterMode === "file" ? `local/${path.posix.basename(source)}` : "local/";
  const written = interpolateText(artifact.RelativeDest || fallback, context.environment, context.node);
  const isInside = (file: string): boolean => file === context.allocDir || file.startsWith(context.allocDir + path.sep);
  const absolute = path.resolve(written);
  const destination =
    path.isAbsolute(written) && isInside(absolute) ? absolute : path.join(context.taskDir, written).replace(/\/$/, "");
  if (!isInside(destination))
    throw new ArtifactError({ stage: "client", reason: "artifact destination path escapes alloc directory" });
  return destination;
}

/** go-getter's `source//folder`: the part after `//` (not the scheme's) is a folder in what is downloaded. */
function splitSubfolder(source: string): { location: string; subfolder: string | undefined } {
  const queryAt = source.indexOf("?");
  const end = queryAt < 0 ? source.length : queryAt;
  const scheme = source.indexOf("://");
  const from = scheme >= 0 && scheme < end ? scheme + 3 : 0;
  const at = source.slice(0, end).indexOf("//", from);
  if (at < 0) return { location: source, subfolder: undefined };
  const subfolder = source.slice(at + 2, end);
  return { location: source.slice(0, at) + source.slice(end), subfolder: subfolder === "" ? undefined : subfolder };
}

interface Located {
  readonly kind: "http" | "file";
  /** The URL's path, or the file's. */
  readonly path: string;
  /** Options of the block and of the URL; what is taken out is not sent. */
  readonly query: URLSearchParams;
  readonly url: () => string;
}

/** Sources that need a program of their own (git, hg) or a cloud's credentials (s3, gcs). */
const UNSUPPORTED_GETTERS = new Set(["git", "hg", "s3", "gcs"]);
/** Scheme-less sources that go-getter sends to one of those. */
const DETECTED: readonly [RegExp, string][] = [
  [/^(github\.com|gitlab\.com|bitbucket\.org)\//, "git"],
  [/^git@/, "git"],
  [/^[^/]*\.amazonaws\.com(\.cn)?\//, "s3"],
  [/^[^/]*googleapis\.com\//, "gcs"],
];

function locate(location: string, options: Readonly<Record<string, string>>, context: PlanContext): Located {
  const forced = /^([A-Za-z0-9]+)::(.+)$/s.exec(location);
  const plain = forced?.[2] ?? location;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(plain)?.[1]?.toLowerCase();
  const detected = scheme === undefined ? DETECTED.find(([pattern]) => pattern.test(plain))?.[1] : undefined;
  const getter = forced?.[1]?.toLowerCase() ?? scheme ?? detected ?? "file";
  if (UNSUPPORTED_GETTERS.has(getter)) throw unsupported(getter);
  if (getter === "file") return locateFile(plain, options, context);
  if (getter !== "http" && getter !== "https") throw getterFailure(`download not supported for scheme '${getter}'`);
  let url: URL;
  try {
    url = new URL(plain);
  } catch (error) {
    throw getterFailure(`parse "${plain}": invalid URL`, error);
  }
  addOptions(url.searchParams, options);
  return {
    kind: "http",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    url: () => url.href,
  };
}

function unsupported(getter: string): ArtifactError {
  return ownFailure({
    code: "artifact-getter-unsupported",
    what: `The local runner does not download with "${getter}"`,
    why: "It gets artifacts over http and https, and copies local files. On a Nomad cluster this source works.",
    next: "Fetch it yourself and name the local file as source, or offer it over http for local runs.",
  });
}

function locateFile(text: string, options: Readonly<Record<string, string>>, context: PlanContext): Located {
  const queryAt = text.indexOf("?");
  const query = new URLSearchParams(queryAt < 0 ? "" : text.slice(queryAt + 1));
  addOptions(query, options);
  const name = queryAt < 0 ? text : text.slice(0, queryAt);
  const file = name.startsWith("file://") ? fileURLToPath(new URL(name)) : name;
  if (!path.isAbsolute(file) && context.jobFolder === undefined)
    throw getterFailure("relative paths require a module with a pwd");
  return { kind: "file", path: path.resolve(context.jobFolder ?? "/", file), query, url: () => "" };
}

function addOptions(query: URLSearchParams, options: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(options).sort()) query.append(name, options[name] ?? "");
}

function take(query: URLSearchParams, name: string): string {
  const value = query.get(name) ?? "";
  query.delete(name);
  return value;
}
