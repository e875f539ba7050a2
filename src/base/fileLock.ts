// A lock that belongs to a process, not to a file: when its holder dies, the next one may take it.
import { createHash, randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { livenessOf, ownIdentity, type ProcessIdentity } from "./processIdentity.ts";
import { fail, ok, type Result } from "./result.ts";

export interface FileLock {
  readonly file: string;
  /** Gives the lock up. Does nothing when it has been lost meanwhile (someone removed the file by hand). */
  release(): void;
}

/** Someone else has it. The holder is undefined when the file says nothing readable yet. */
export interface LockHeld {
  readonly holder: ProcessIdentity | undefined;
}

/** Dead takers of a dead taker's lock: more than this in a row is a broken world. */
const TAKEOVER_DEPTH_MAX = 8;
/** A lock file without readable content is left alone this long: its writer may be between two system calls. */
const UNREADABLE_GRACE_MS = 10_000;

/**
 * Takes the lock `file` for this process, or says who holds it. Node has no flock; the rule here needs only atomic
 * `link` and `rename`: whoever finds the lock of a dead process first takes the lock "replace that dead process", and
 * only its holder may exchange the file. So of any number of racing takers exactly one wins, and no living lock is
 * ever moved away.
 *
 * @throws the file system's error when the folder cannot be written.
 */
export function acquireFileLock(file: string): Result<FileLock, LockHeld> {
  return acquire(file, JSON.stringify(ownIdentity()), 0);
}

function acquire(file: string, own: string, depth: number): Result<FileLock, LockHeld> {
  if (create(file, own)) return ok(lockAt(file, own));
  const content = read(file);
  // Released between our two looks: the next attempt of the caller will find it free.
  if (content === undefined) return create(file, own) ? ok(lockAt(file, own)) : fail({ holder: undefined });
  const holder = parseHolder(content);
  if (holder === undefined ? isFresh(file) : livenessOf(holder) === "alive") return fail({ holder });
  if (depth >= TAKEOVER_DEPTH_MAX) return fail({ holder });

  const guard = acquire(`${file}.${shortHash(content)}`, own, depth + 1);
  if (!guard.ok) return fail({ holder: guard.error.holder });
  try {
    // Only under the guard: someone may have finished a takeover before we got it.
    if (read(file) !== content) return fail({ holder: parseHolder(read(file) ?? "") });
    replace(file, own);
    return ok(lockAt(file, own));
  } finally {
    guard.value.release();
  }
}

function lockAt(file: string, own: string): FileLock {
  return {
    file,
    release: () => {
      if (read(file) === own) rmSync(file, { force: true });
    },
  };
}

function temporaryBeside(file: string): string {
  return `${file}.${randomBytes(6).toString("hex")}.tmp`;
}

/** Creates the file with its content in one step; false when it exists. */
function create(file: string, content: string): boolean {
  const temporary = temporaryBeside(file);
  writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // File systems without hard links: content and creation are then two steps, which UNREADABLE_GRACE_MS covers.
    if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS") return createExclusively(file, content);
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function createExclusively(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function replace(file: string, content: string): void {
  const temporary = temporaryBeside(file);
  writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
  renameSync(temporary, file);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function parseHolder(content: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(content) as Partial<ProcessIdentity> | null;
    return typeof value?.pid === "number" && typeof value.startTime === "string" && typeof value.bootId === "string"
      ? { pid: value.pid, startTime: value.startTime, bootId: value.bootId }
      : undefined;
  } catch {
    return undefined;
  }
}

function isFresh(file: string): boolean {
  try {
    return Date.now() - statSync(file).mtimeMs < UNREADABLE_GRACE_MS;
  } catch {
    return false;
  }
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
