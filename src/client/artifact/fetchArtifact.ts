// Carries out the plan for one artifact: get it (cache, download, local file), check it, unpack it, put it in its place.
// Nothing appears at the destination before it is whole and checked, and nothing is left behind by a failure.
import { randomInt } from "node:crypto";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { constants, copyFile } from "node:fs/promises";
import path from "node:path";
import { fileProblem } from "../../base/atomicFile.ts";
import type { ArtifactCache } from "./cache.ts";
import { hashFile, mismatch } from "./checksum.ts";
import { download } from "./download.ts";
import { ArtifactError, getterFailure, ownFailure } from "./failure.ts";
import type { ArtifactPlan } from "./plan.ts";
import type { UnpackRequest } from "./unpack.ts";

/** Unpacks, in this thread (unpack.ts) or another (unpackWorker.ts). Rejects with the reason. */
export type Unpack = (request: UnpackRequest, signal: AbortSignal) => Promise<void>;

export interface FetchContext {
  readonly cache: ArtifactCache;
  readonly unpack: Unpack;
  readonly allocDir: string;
  /** The task's `tmp`: on the file system of the destination. */
  readonly tmpDir: string;
  /** Who gets the files when the artifact says `chown`; undefined where owners cannot be set. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (received: number, total: number) => void;
}

/** go-getter: files 0666 less umask 022, folders 0777 less umask 022. */
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** @throws ArtifactError, or the signal's reason */
export async function fetchArtifact(plan: ArtifactPlan, context: FetchContext): Promise<void> {
  // Nomad's name for it; it shows in messages.
  const staging = path.join(context.tmpDir, `getter${randomInt(1e9, 1e10)}`);
  try {
    mkdirSync(staging, { mode: 0o700 });
    const content = await obtain(plan, context, path.join(staging, "download"));
    context.signal.throwIfAborted();
    await place(plan, context, content, staging);
  } catch (error) {
    if (error instanceof ArtifactError || context.signal.aborted) throw error;
    throw ownFailure(fileProblem(error, plan.source));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

interface Content {
  readonly file: string;
  /** `ours` may be moved away, `shared` must be copied. */
  readonly ownership: "ours" | "shared";
}

async function obtain(plan: ArtifactPlan, context: FetchContext, temporary: string): Promise<Content> {
  const { checksum, from } = plan;
  if (checksum !== undefined) {
    const cached = await context.cache.find(checksum);
    if (cached !== undefined) {
      const { size } = statSync(cached);
      context.onProgress(size, size);
      return { file: cached, ownership: "shared" };
    }
  }
  if (from.kind === "file") return localFile(plan, from.file, context);
  const request = { ...from, signal: context.signal, onProgress: context.onProgress };
  if (checksum === undefined) {
    await download({ ...request, file: temporary, hashes: [] });
    return { file: temporary, ownership: "ours" };
  }
  const incoming = context.cache.temporaryFile();
  try {
    const hashes = await download({ ...request, file: incoming, hashes: ["sha256", checksum.type] });
    const got = hashes.get(checksum.type) ?? "";
    if (got !== checksum.value) throw mismatch(nameInMessages(plan, temporary), checksum, got);
    return { file: context.cache.store(incoming, hashes.get("sha256") ?? "", checksum), ownership: "shared" };
  } finally {
    rmSync(incoming, { force: true });
  }
}

async function localFile(plan: ArtifactPlan, file: string, context: FetchContext): Promise<Content> {
  let found;
  try {
    found = statSync(file);
  } catch (error) {
    throw ownFailure({
      code: "artifact-file-missing",
      what: `The local file ${file} cannot be read`,
      why: (error as Error).message,
      next: "Correct the source, or give the artifact a checksum that the cache knows.",
    });
  }
  if (!found.isFile())
    throw ownFailure({
      code: "artifact-not-a-file",
      what: `The local source ${file} is not a regular file`,
      next: "Name a file; pack a folder into a tar archive to have it unpacked.",
    });
  if (plan.checksum !== undefined) {
    const got = await hashFile(file, plan.checksum.type, context.signal);
    if (got !== plan.checksum.value) throw mismatch(file, plan.checksum, got);
  }
  context.onProgress(found.size, found.size);
  return { file, ownership: "shared" };
}

/** The file that Nomad's client would have checked: the destination, or the archive in its temporary folder. */
function nameInMessages(plan: ArtifactPlan, temporary: string): string {
  if (plan.unpack !== undefined || plan.place.how === "nothing") return path.join(path.dirname(temporary), "archive");
  return plan.place.how === "as" ? plan.place.file : path.join(plan.place.folder, plan.place.fileName);
}

async function place(plan: ArtifactPlan, context: FetchContext, content: Content, staging: string): Promise<void> {
  const { place: target } = plan;
  if (target.how === "nothing") return;
  if (plan.unpack === undefined) {
    if (plan.subfolder !== undefined) throw getterFailure(`subdir "${plan.subfolder}" not found`);
    const file = target.how === "as" ? target.file : path.join(target.folder, target.fileName);
    const whole = path.join(staging, "whole");
    if (content.ownership === "ours") renameSync(content.file, whole);
    else await copyFile(content.file, whole, constants.COPYFILE_FICLONE);
    chmodSync(whole, FILE_MODE);
    moveInto(whole, file, plan, context);
    return;
  }
  const unpacked = path.join(staging, "unpacked");
  if (target.how === "into") mkdirSync(unpacked, { mode: FOLDER_MODE });
  try {
    await context.unpack(
      {
        archive: content.file,
        nameInMessages: path.join(staging, "archive"),
        kind: plan.unpack,
        target: unpacked,
        into: target.how === "as" ? "file" : "folder",
      },
      context.signal,
    );
  } catch (error) {
    context.signal.throwIfAborted();
    if (isFileSystemError(error)) throw error;
    throw getterFailure((error as Error).message, error);
  }
  if (target.how === "as") {
    moveInto(unpacked, target.file, plan, context);
    return;
  }
  const wanted = plan.subfolder === undefined ? unpacked : path.join(unpacked, plan.subfolder);
  if (!wanted.startsWith(unpacked) || !isFolder(wanted)) throw getterFailure(`subdir "${plan.subfolder}" not found`);
  mergeInto(wanted, target.folder, plan, context);
}

function isFileSystemError(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EROFS", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function isFolder(file: string): boolean {
  try {
    return lstatSync(file).isDirectory();
  } catch {
    return false;
  }
}

/** Moves what is in `source` into the folder `target`, file by file, keeping what is there already. */
function mergeInto(source: string, target: string, plan: ArtifactPlan, context: FetchContext): void {
  makeFolders(target, plan, context);
  for (const name of readdirSync(source).sort()) {
    const from = path.join(source, name);
    const to = path.join(target, name);
    if (isFolder(from)) mergeInto(from, to, plan, context);
    else moveInto(from, to, plan, context);
  }
}

function moveInto(source: string, target: string, plan: ArtifactPlan, context: FetchContext): void {
  makeFolders(path.dirname(target), plan, context);
  giveTo(source, plan, context);
  renameSync(source, target);
}

/** Makes a folder and what is missing above it, and makes sure that no link leads out of the allocation. */
function makeFolders(folder: string, plan: ArtifactPlan, context: FetchContext): void {
  const first = mkdirSync(folder, { recursive: true });
  for (let made = folder; first !== undefined && made.length >= first.length; made = path.dirname(made)) {
    chmodSync(made, FOLDER_MODE);
    giveTo(made, plan, context);
  }
  const real = realpathSync(folder);
  const root = realpathSync(context.allocDir);
  if (real !== root && !real.startsWith(root + path.sep))
    throw new ArtifactError({ stage: "client", reason: "artifact destination path escapes alloc directory" });
}

function giveTo(file: string, plan: ArtifactPlan, { owner }: FetchContext): void {
  if (plan.chown && owner !== undefined) chownSync(file, owner.uid, owner.gid);
}
