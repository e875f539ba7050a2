// The other half of the cache of compiled code (codeCache.ts), in the bundles: it is compiled code itself.
import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolders } from "../base/makeFolders.ts";
import type { CodeCache } from "./codeCache.ts";

/**
 * A run counts itself in the cache's last byte, and the cache is made again after these runs: by then it knows more. Then
 * it is left alone, because counting costs each run a tenth of a millisecond.
 */
const REMADE_AFTER = [1, 2, 4, 8, 16];
const COUNTED_RUNS = 17;

/** Counts this run of a bundle; a new cache is written when the process exits. Never fails. */
export function keepCode(cache: CodeCache): void {
  if (cache.runs === 0 || REMADE_AFTER.includes(cache.runs)) process.once("exit", () => writeCache(cache));
  else if (cache.runs < COUNTED_RUNS) countRun(cache);
}

function writeCache({ file, identity, script, runs }: CodeCache): void {
  const temporary = `${file}.${process.pid}`;
  try {
    makeFolders(dirname(file), 0o700);
    const content = Buffer.concat([script.createCachedData(), Buffer.from(identity), Buffer.of(runs + 1)]);
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    // A full or read-only disk costs speed and nothing else.
    rmSync(temporary, { force: true });
  }
}

function countRun({ file, identity, runs, size }: CodeCache): void {
  try {
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.of(runs + 1), 0, 1, size + Buffer.byteLength(identity));
    closeSync(descriptor);
  } catch {
    // Not counted, then.
  }
}
