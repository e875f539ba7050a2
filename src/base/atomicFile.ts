// Files that are there whole or not at all: written beside their place, flushed, then renamed into it.
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Problem, type Result } from "./result.ts";

export interface AtomicWriteOptions {
  /** Permission bits of the file; default 0600. */
  readonly mode?: number;
  /**
   * What the new content must outlive as soon as the call returns: a `power-cut` (default; flushed to the disk, which takes
   * milliseconds) or only the `process`, in any way that may die.
   */
  readonly outlives?: "power-cut" | "process";
  /** What the new file needs before it takes its place, such as an owner. */
  readonly prepare?: (temporary: string) => void;
}

/**
 * Writes `data` to `file` so that a reader, a crash or a power cut sees the old content or the new one, never a part.
 * Synchronous on purpose: what must be on disk before an action is reported may not be overtaken by that action.
 *
 * @throws the file system's error (ENOSPC, EACCES, …); the old file is then untouched and nothing is left behind.
 */
export function writeFileAtomic(file: string, data: string | Uint8Array, options: AtomicWriteOptions = {}): void {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const descriptor = openSync(temporary, "wx", options.mode ?? 0o600);
    try {
      writeAll(descriptor, typeof data === "string" ? Buffer.from(data) : data);
      if (options.outlives !== "process") fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    options.prepare?.(temporary);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes what a file says now outlive a power cut, in the background. A file that is gone needs nothing. */
export async function flushFile(file: string): Promise<void> {
  try {
    const handle = await open(file);
    await handle.sync().finally(() => handle.close());
  } catch {
    // It was removed, or the disk cannot: nobody waits for this.
  }
}

/** Writes all of `data`, from a position of the file, or where the descriptor stands. */
export function writeAll(descriptor: number, data: Uint8Array, position?: number): void {
  for (let written = 0; written < data.length;) {
    const at = position === undefined ? null : position + written;
    written += writeSync(descriptor, data, written, data.length - written, at);
  }
}

/** {@link writeFileAtomic} for plain data, one readable JSON document ending in a newline. */
export function writeJsonAtomic(file: string, value: unknown, options: AtomicWriteOptions = {}): void {
  writeFileAtomic(file, `${JSON.stringify(value, undefined, 1)}\n`, options);
}

/** {@link writeJsonAtomic} with the file system's refusal as a Problem. */
export function tryWriteJson(file: string, value: unknown, options: AtomicWriteOptions = {}): Result<void> {
  try {
    writeJsonAtomic(file, value, options);
    return ok(undefined);
  } catch (error) {
    return fail(fileProblem(error, file));
  }
}

/** Turns an error of the file system into a Problem that says what to do. */
export function fileProblem(error: unknown, where: string): Problem {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return {
        code: "disk-full",
        what: "There is no space left to write",
        where,
        why: message,
        next: "Free space on that file system (`nomad-qemu stop -purge ID` removes a dead allocation), or choose another data directory with --data-dir or NOMAD_QEMU_DATA_DIR.",
        cause: error,
      };
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return {
        code: "not-writable",
        what: "This may not be written",
        where,
        why: message,
        next: "Make the folder writable for you, or choose another data directory with --data-dir or NOMAD_QEMU_DATA_DIR.",
        cause: error,
      };
    default:
      return { code: "file-error", what: "The file system refused", where, why: message, cause: error };
  }
}
