// Artifacts: sources and formats that Nomad refuses or unpacks otherwise than meant.
import type { Artifact } from "../../jobspec/job.ts";
import type { JobPath } from "../../jobspec/origin.ts";
import type { Fix } from "../finding.ts";
import { quoteHcl } from "../edits.ts";
import { addLines, originInFile } from "../fixes.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { escapesAllocation } from "../taskFiles.ts";
import { hasPlaceholder } from "../values.ts";

const LOCAL: Rule = {
  code: "artifact/local-file",
  severity: "warning",
  title: "Nomad does not fetch local files",
  why: "Nomad's clients have no getter for files: an absolute path, a relative path or a `file://` address fails with `download not supported for scheme 'file'`. The local runner of this product reads them, so the job runs here and fails on a cluster. Serve the file over HTTP, or let the operator allow its folder with image_paths.",
  source: "Nomad client/allocrunner/taskrunner/getter; golden e-art-file-scheme, e-art-abs-path; issues 1897, 10553",
};
const SCHEME: Rule = {
  code: "artifact/scheme",
  severity: "error",
  title: "Nomad has no getter for this scheme",
  why: "Artifacts come over http, https, git, hg, s3 or gcs.",
  source: "Nomad client/allocrunner/taskrunner/getter; golden e-art-ftp",
};
const COMPRESSED: Rule = {
  code: "artifact/compressed-file",
  severity: "error",
  title: 'A compressed file needs mode = "file"',
  why: 'Nomad unpacks by the ending of the address. A single compressed file (`.gz`, `.xz`, `.bz2`, `.zst`, not a tar archive) can only be unpacked to a file, and the default mode unpacks into a folder: the download fails. Set `mode = "file"` and a destination that names the file, or keep it packed with the option `archive = false`.',
  source: "go-getter decompressors; golden e-art-gz-any, e-art-xz-any, e-art-zst-any, e-art-bz2-any, e-art-gz-dir",
  needsWholeFile: true,
};
const COMPRESSED_NAME: Rule = {
  code: "artifact/unpacked-name",
  severity: "warning",
  title: "The unpacked file keeps the name of the packed one",
  why: "Without a destination, mode `file` writes the unpacked image to `local/<name>.gz`. Name the file you mean.",
  source: "golden a-gz-file",
};
const DIRECTORY: Rule = {
  code: "artifact/mode-dir",
  severity: "warning",
  title: 'mode = "dir" with a plain file leaves nothing',
  why: "Nomad reports success and there is no file. Leave the mode out, or use `file`.",
  source: "golden a-mode-dir",
};
const FILE_AS_FOLDER: Rule = {
  code: "artifact/destination-is-folder",
  severity: "warning",
  title: "The destination becomes a folder",
  why: 'In the default mode a destination is always a folder: `local/disk.img` becomes a folder of that name with the image in it. Set `mode = "file"` to name the file.',
  source: "golden a-mode-any-dest-file",
};
const CHECKSUM: Rule = {
  code: "artifact/no-checksum",
  severity: "hint",
  title: "The image is not verified",
  why: "Without the option `checksum` any bytes that the address gives are booted. A checksum also lets the local cache serve the image without asking the network.",
  source: "nomad.md 2.5",
  needsWholeFile: true,
};

const ESCAPES: Rule = {
  code: "artifact/resolved-destination-escapes",
  severity: "error",
  title: "The destination lies outside the allocation",
  why: "Relative destinations start at the task's folder. Nomad's server refuses what leads out of the allocation, and its client what does so once the placeholders are filled in.",
  source: "golden e-art-dest-escape-interp",
};

/** Compressors of single files, by ending, in the words of go-getter's error. */
const COMPRESSORS: Readonly<Record<string, string>> = { gz: "gzip", xz: "xz", bz2: "bzip2", zst: "zstd" };
const GETTERS = new Set(["http", "https", "git", "hg", "s3", "gcs"]);

function checkTask(context: TaskContext): void {
  for (const [index, artifact] of (context.task.Artifacts ?? []).entries()) {
    check(context, artifact, [...context.taskPath, "Artifacts", index]);
  }
}

function check(context: TaskContext, artifact: Artifact, path: JobPath): void {
  const source = artifact.GetterSource ?? "";
  // Without placeholders the server refuses it.
  if (hasPlaceholder(artifact.RelativeDest ?? "") && escapesAllocation(context, artifact.RelativeDest ?? "")) {
    context.reportAt(ESCAPES, [...path, "RelativeDest"], {
      message: "artifact destination path escapes alloc directory: name a folder of the task or of the allocation.",
    });
  }
  if (source === "" || /^\$\{/.test(source)) return;
  const at = [...path, "GetterSource"];
  const scheme = schemeOf(source);
  if (scheme === "file") {
    context.reportAt(LOCAL, at, {
      message: `${/^(?:\/|file:)/.test(source) ? "download not supported for scheme 'file'" : "relative paths require a module with a pwd"}: Nomad refuses local files; the local runner reads this one. Serve it over HTTP for a cluster.`,
    });
  } else if (scheme !== undefined && !GETTERS.has(scheme)) {
    context.reportAt(SCHEME, at, {
      message: `download not supported for scheme '${scheme}': use http, https, git, hg, s3 or gcs.`,
    });
    return;
  }
  checkPacked(context, artifact, path);
  if (
    (scheme === "http" || scheme === "https") &&
    artifact.GetterOptions?.["checksum"] === undefined &&
    !source.includes("checksum=")
  ) {
    context.reportAt(CHECKSUM, at, {
      message: 'Not verified: add options { checksum = "sha256:…" } to be sure of what is booted.',
    });
  }
}

/** The scheme that chooses the getter: forced (`git::…`), of the address, or what go-getter's detectors make of the rest. */
function schemeOf(source: string): string | undefined {
  const forced = /^([a-z0-9]+)::/.exec(source)?.[1];
  if (forced !== undefined) return forced;
  const own = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\//.exec(source)?.[1];
  if (own !== undefined) return own.toLowerCase();
  if (/^(?:github\.com|gitlab\.com|bitbucket\.org)\/|^git@|amazonaws\.com\/|googleapis\.com\//.test(source))
    return undefined;
  return "file";
}

function checkPacked(context: TaskContext, artifact: Artifact, path: JobPath): void {
  const options = artifact.GetterOptions ?? {};
  const file = /([^/]+?)(?:\?.*)?$/.exec(artifact.GetterSource ?? "")?.[1] ?? "";
  const ending = options["archive"] ?? /\.([a-z0-9]+)$/i.exec(file)?.[1]?.toLowerCase() ?? "";
  const mode = artifact.GetterMode ?? "any";
  const packed =
    Object.hasOwn(COMPRESSORS, ending) && !/\.tar\.[a-z0-9]+$/i.test(file) ? COMPRESSORS[ending] : undefined;
  const archive = /^(?:tar|tar\.\w+|tgz|tbz2|txz|tzst|zip)$/.test(ending) || /\.tar\.[a-z0-9]+$/i.test(file);
  const bare = file.replace(/\.(?:gz|xz|bz2|zst)$/i, "");
  if (packed !== undefined && mode !== "file") {
    context.reportAt(COMPRESSED, [...path, "GetterSource"], {
      message: `${packed}-compressed files can only unarchive to a single file: set mode = "file" and destination = "local/${bare}", or the option archive = false.`,
      fixes: fileMode(context, artifact, path, bare),
    });
  } else if (packed !== undefined && (artifact.RelativeDest ?? "") === "") {
    context.reportAt(COMPRESSED_NAME, [...path, "GetterSource"], {
      message: `Unpacked to local/${file}: set destination = "local/${bare}" to give the image its own name.`,
      fixes: addLines(context, path, [`destination = "local/${bare}"`], `Add destination = "local/${bare}"`),
    });
  } else if (packed === undefined && !archive && /^https?:/.test(artifact.GetterSource ?? "")) {
    checkMode(context, artifact, path, mode);
  }
}

function checkMode(context: TaskContext, artifact: Artifact, path: JobPath, mode: string): void {
  const destination = artifact.RelativeDest ?? "";
  if (mode === "dir" && artifact.GetterOptions?.["archive"] === undefined) {
    context.reportAt(DIRECTORY, [...path, "GetterMode"], {
      message: 'Nothing is left: mode = "dir" is for archives. Leave mode out, or use "file".',
    });
  } else if (mode === "any" && /\.(?:img|qcow2|raw|iso|vmdk|vdi|vhdx?)$/i.test(destination)) {
    context.reportAt(FILE_AS_FOLDER, [...path, "RelativeDest"], {
      message: `${destination} becomes a folder: set mode = "file" to name the file.`,
      fixes: addLines(context, path, ['mode = "file"'], 'Add mode = "file"'),
    });
  }
}

function fileMode(context: TaskContext, artifact: Artifact, path: JobPath, bare: string): Fix[] {
  const origin = originInFile(context, path);
  if (origin === undefined) return [];
  const destination = originInFile(context, [...path, "RelativeDest"]);
  const mode = originInFile(context, [...path, "GetterMode"]);
  const folder = (artifact.RelativeDest ?? "local/").replace(/\/*$/, "/");
  const value = quoteHcl(`${folder}${bare}`).replaceAll("$${", "${");
  const lines = [
    ...(mode === undefined ? ['mode = "file"'] : []),
    ...(destination === undefined ? [`destination = ${value}`] : []),
  ];
  const added = lines.length === 0 ? [] : addLines(context, path, lines, "");
  if (lines.length > 0 && added.length === 0) return [];
  const edits = [
    ...added.flatMap((fix) => fix.edits),
    ...(mode === undefined ? [] : [{ span: mode.span, newText: '"file"' }]),
    ...(destination === undefined ? [] : [{ span: destination.span, newText: value }]),
  ];
  return [{ title: `Unpack to ${folder}${bare}`, kind: "suggestion", edits }];
}

export const artifactRules: RuleGroup = {
  title: "Artifacts",
  rules: [LOCAL, SCHEME, COMPRESSED, COMPRESSED_NAME, DIRECTORY, FILE_AS_FOLDER, ESCAPES, CHECKSUM],
  checkTask,
};
