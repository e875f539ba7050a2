// Unpacks an archive into a fresh folder or to one file, so that nothing can get out of it: no entry leaves the folder, no
// link is ever made, no special bit survives. Modes and messages as go-getter's (golden artifacts.jsonl, e-art-*).
import { chmodSync, closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { Parser, type ReadEntry } from "tar";
import { fromFd, type Entry, type ZipFile } from "yauzl";
import { COMPRESSION_NAMES, type ArchiveKind } from "./archives.ts";
import { decompress } from "./decompress.ts";

/** Nomad: client config, artifact block: decompression_file_count_limit and decompression_size_limit. */
export const UNPACK_FILES_MAX = 4_096;
export const UNPACK_BYTES_MAX = 100 * 1000 ** 3;

/** Plain data: it can be sent to a worker thread. */
export interface UnpackRequest {
  readonly archive: string;
  /** What messages call the archive: the place where Nomad's client would have it. */
  readonly nameInMessages: string;
  readonly kind: ArchiveKind;
  /** A folder that exists and is empty, or the path of a file that does not exist. */
  readonly target: string;
  readonly into: "folder" | "file";
}

/** Permission bits of a file decompressed on its own; go-getter's, and odd: the group may write, nobody may read. */
const SINGLE_FILE_MODE = 0o622;
const FOLDER_MODE = 0o755;
const PERMISSION_BITS = 0o777;

/** @throws an Error whose message is the reason, in go-getter's words where it has some */
export async function unpack(request: UnpackRequest): Promise<void> {
  const budget = newBudget();
  switch (request.kind.container) {
    case "single":
      await unpackSingle(request, budget);
      return;
    case "tar":
      await unpackTar(request, budget);
      return;
    case "zip":
      await unpackZip(request, budget);
  }
}

interface Budget {
  addFile(): void;
  addBytes(count: number): void;
}

function newBudget(): Budget {
  let files = 0;
  let bytes = 0;
  return {
    addFile: () => {
      if (++files > UNPACK_FILES_MAX)
        throw new Error(`tar archive contains too many files: ${files} > ${UNPACK_FILES_MAX}`);
    },
    addBytes: (count) => {
      bytes += count;
      if (bytes > UNPACK_BYTES_MAX) throw new Error(`tar archive larger than limit: ${UNPACK_BYTES_MAX}`);
    },
  };
}

/** A file being written; closed exactly once. */
interface OpenFile {
  readonly write: (chunk: Uint8Array) => void;
  readonly close: () => void;
}

function createFile(file: string, mode: number, budget: Budget): OpenFile {
  const descriptor = openSync(file, "w");
  let open = true;
  return {
    write: (chunk) => {
      budget.addBytes(chunk.length);
      for (let written = 0; written < chunk.length;) written += writeSync(descriptor, chunk, written);
    },
    close: () => {
      if (!open) return;
      open = false;
      closeSync(descriptor);
      // Set after the fact, because the process's umask would take bits away.
      chmodSync(file, mode & PERMISSION_BITS);
    },
  };
}

async function unpackSingle({ archive, kind, target, into }: UnpackRequest, budget: Budget): Promise<void> {
  if (into === "folder")
    throw new Error(`${COMPRESSION_NAMES[kind.compression]}-compressed files can only unarchive to a single file`);
  const file = createFile(target, SINGLE_FILE_MODE, budget);
  try {
    await decompress(archive, kind.compression, file.write);
  } finally {
    file.close();
  }
}

/** Where entries go: counts, refuses what would leave the folder, makes parents. */
function entryTargets(request: UnpackRequest, budget: Budget) {
  let done = false;
  const inFolder = (name: string): string => {
    if (name.split(/[\\/]/).includes("..")) throw new Error(`entry contains '..': ${name}`);
    return path.join(request.target, name);
  };
  return {
    folder: (name: string): void => {
      if (request.into === "file") throw new Error(`expected a single file: ${request.nameInMessages}`);
      makeFolder(inFolder(name));
    },
    file: (name: string, mode: number): OpenFile => {
      budget.addFile();
      if (request.into === "file") {
        if (done) throw new Error(`expected a single file, got multiple: ${request.nameInMessages}`);
        done = true;
        return createFile(request.target, mode, budget);
      }
      done = true;
      const file = inFolder(name);
      makeFolder(path.dirname(file));
      return createFile(file, mode, budget);
    },
    finish: (): void => {
      if (!done && request.into === "file") throw new Error(`empty archive: ${request.nameInMessages}`);
    },
  };
}

function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made)) chmodSync(made, FOLDER_MODE);
}

async function unpackTar(request: UnpackRequest, budget: Budget): Promise<void> {
  const targets = entryTargets(request, budget);
  let failure: Error | undefined;
  const noteFailure = (error: Error): void => {
    failure ??= error;
  };
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      try {
        if (entry.type === "Directory") targets.folder(entry.path);
        // Links and devices carry no data: like go-getter, they become the empty files that they look like.
        else writeEntry(entry, targets.file(entry.path, entry.mode ?? 0o644), noteFailure);
      } catch (error) {
        noteFailure(error as Error);
      }
      entry.resume();
    },
  });
  parser.on("error", (error: Error) => noteFailure(new Error("archive/tar: invalid tar header", { cause: error })));
  const feed = (chunk?: Uint8Array): void => {
    if (chunk === undefined) parser.end();
    // The parser keeps pieces of what it is given.
    else parser.write(Buffer.from(chunk));
    if (failure !== undefined) throw failure;
  };
  const { compression } = request.kind;
  try {
    await decompress(request.archive, compression, feed);
  } catch (error) {
    if (failure !== undefined) throw failure;
    const { message } = error as Error;
    // Only what the format's own reader says at its start is introduced this way.
    const opening = /invalid header$/.test(message);
    throw opening
      ? new Error(`Error opening a ${COMPRESSION_NAMES[compression]} reader for ${request.nameInMessages}: ${message}`)
      : error;
  }
  feed();
  targets.finish();
}

function writeEntry(entry: ReadEntry, file: OpenFile, noteFailure: (error: Error) => void): void {
  let failed = false;
  entry.on("data", (chunk: Buffer) => {
    if (failed) return;
    try {
      file.write(chunk);
    } catch (error) {
      failed = true;
      noteFailure(error as Error);
    }
  });
  entry.on("end", () => file.close());
}

async function unpackZip(request: UnpackRequest, budget: Budget): Promise<void> {
  const targets = entryTargets(request, budget);
  const zip = await openZip(request.archive);
  try {
    for (let entry = await nextEntry(zip); entry !== undefined; entry = await nextEntry(zip)) {
      if (entry.fileName.endsWith("/")) targets.folder(entry.fileName);
      else await writeZipEntry(zip, entry, targets.file(entry.fileName, entry.externalFileAttributes >>> 16 || 0o644));
    }
  } finally {
    zip.close();
  }
  targets.finish();
}

function openZip(archive: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const descriptor = openSync(archive, "r");
    fromFd(descriptor, { lazyEntries: true, autoClose: true }, (error, zip) => {
      if (error === null) resolve(zip);
      else {
        closeSync(descriptor);
        reject(new Error("zip: not a valid zip file", { cause: error }));
      }
    });
  });
}

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void): void => {
      zip.removeAllListeners();
      action();
    };
    zip.once("entry", (entry: Entry) => settle(() => resolve(entry)));
    zip.once("end", () => settle(() => resolve(undefined)));
    zip.once("error", (error: Error) => settle(() => reject(zipError(error))));
    zip.readEntry();
  });
}

/** yauzl checks names itself; its words in go-getter's. */
function zipError(error: Error): Error {
  const outside = /^invalid relative path: (.*)$/.exec(error.message)?.[1];
  return outside === undefined ? error : new Error(`entry contains '..': ${outside}`);
}

function writeZipEntry(zip: ZipFile, entry: Entry, file: OpenFile): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      file.close();
      reject(error);
    };
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) {
        fail(error);
        return;
      }
      stream.on("data", (chunk: Buffer) => {
        try {
          file.write(chunk);
        } catch (failure) {
          stream.destroy();
          fail(failure as Error);
        }
      });
      stream.on("error", fail);
      stream.on("end", () => {
        file.close();
        resolve();
      });
    });
  });
}
