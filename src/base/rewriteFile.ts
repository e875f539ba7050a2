// Puts other text into a file that belongs to somebody else: it stays the same file, or keeps its old content.
import {
  chmodSync,
  chownSync,
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
} from "node:fs";
import { fileProblem, writeAll, writeFileAtomic } from "./atomicFile.ts";
import { fail, ok, type Result } from "./result.ts";

/**
 * Replaces what a file says, at once where its folder lets us. Links lead to the file that is meant, and mode and owner
 * stay. Where it fails, the old content is still there.
 */
export function rewriteFile(file: string, data: Uint8Array): Result<void> {
  try {
    const real = realpathSync(file);
    if (!replace(real, data)) overwrite(real, data);
    return ok(undefined);
  } catch (error) {
    const problem = fileProblem(error, file);
    return fail({ ...problem, next: `The file is as it was.${NEXT[problem.code] ?? ""}` });
  }
}

const NEXT: Readonly<Record<string, string>> = {
  "disk-full": " Free space on its file system and try again.",
  "not-writable": " Give yourself the right to write it, or run this as the user who has it.",
};

/** False when a file may not be put beside this one, or may not be given to its owner. */
function replace(file: string, data: Uint8Array): boolean {
  const { mode, uid, gid } = statSync(file);
  // A file that may not be written is not replaced either, although its folder would allow that.
  closeSync(openSync(file, "r+"));
  const prepare = (temporary: string): void => {
    const made = statSync(temporary);
    if (made.uid !== uid || made.gid !== gid) chownSync(temporary, uid, gid);
    // After the owner, whose change clears the set-id bits; and the umask does not count.
    chmodSync(temporary, mode & 0o7777);
  };
  try {
    writeFileAtomic(file, data, { mode: 0o600, prepare });
    return true;
  } catch (error) {
    if (["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

/** Writes into the file itself. It is cut last, so that there is room for the old content when the new has none. */
function overwrite(file: string, data: Uint8Array): void {
  const before = readFileSync(file);
  const descriptor = openSync(file, "r+");
  try {
    try {
      writeAll(descriptor, data, 0);
    } catch (error) {
      writeAll(descriptor, before, 0);
      ftruncateSync(descriptor, before.length);
      throw error;
    }
    ftruncateSync(descriptor, data.length);
  } finally {
    closeSync(descriptor);
  }
}
