// Answers about an emulator cost half a second and hold as long as the program does not change: they are kept by the
// program's path, time and size, in memory and, where a folder is given, on disk.
import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { tryWriteJson } from "../base/atomicFile.ts";
import { makeFolders } from "../base/makeFolders.ts";
import type { Result } from "../base/result.ts";

export interface ProbeCache {
  /**
   * The kept answer of this kind about this program, or `probe`'s. Questions that are asked twice at the same time are
   * probed once. Failures are not kept. `circumstances` is whatever else the answer depends on.
   */
  get<T>(kind: string, program: string, circumstances: string, probe: () => Promise<Result<T>>): Promise<Result<T>>;
}

/** Raised when the form of any kept answer changes, or the way it is found out. */
const FORMAT_VERSION = 2;

/** A cache; `folder` (made when needed) keeps it over restarts, undefined keeps it in memory only. */
export function createProbeCache(folder: string | undefined): ProbeCache {
  const known = new Map<string, Promise<Result<unknown>>>();
  return {
    async get<T>(kind: string, program: string, circumstances: string, probe: () => Promise<Result<T>>) {
      const identity = await programIdentity(program);
      if (identity === undefined) return probe();
      const key = `${FORMAT_VERSION}\0${kind}\0${identity}\0${circumstances}`;
      const running = known.get(key) as Promise<Result<T>> | undefined;
      if (running !== undefined) return running;
      const answer = fromDiskOr(folder === undefined ? undefined : fileOf(folder, kind, key), key, probe);
      known.set(key, answer);
      try {
        const result = await answer;
        if (!result.ok) known.delete(key);
        return result;
      } catch (error) {
        known.delete(key);
        throw error;
      }
    },
  };
}

/** Changes whenever the program is replaced; undefined when there is none. */
async function programIdentity(program: string): Promise<string | undefined> {
  try {
    const file = await realpath(program);
    const { mtimeMs, size } = await stat(file);
    return `${file}\0${mtimeMs}\0${size}`;
  } catch {
    return undefined;
  }
}

function fileOf(folder: string, kind: string, key: string): string {
  return path.join(folder, `${kind}-${createHash("sha256").update(key).digest("hex").slice(0, 16)}.json`);
}

interface Kept<T> {
  readonly key: string;
  readonly value: T;
}

async function fromDiskOr<T>(
  file: string | undefined,
  key: string,
  probe: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const kept = file === undefined ? undefined : await readKept<T>(file, key);
  if (kept !== undefined) return { ok: true, value: kept.value };
  const answer = await probe();
  if (answer.ok && file !== undefined) keep(file, { key, value: answer.value });
  return answer;
}

async function readKept<T>(file: string, key: string): Promise<Kept<T> | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, "utf8")) as Kept<T>;
    return kept.key === key ? kept : undefined;
  } catch {
    // Not there, or cut short by an older fault: it is probed again.
    return undefined;
  }
}

function keep(file: string, kept: Kept<unknown>): void {
  try {
    makeFolders(path.dirname(file), 0o700);
  } catch {
    return;
  }
  // A full disk only costs the next probe.
  tryWriteJson(file, kept);
}
