// Loads a bundle with the functions already compiled that earlier runs of the same verb called. Node's own compile cache
// holds what is compiled while a file loads; most of a short run's compiling comes later, so this one is taken at its end.
import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { makeFolders } from "../base/makeFolders.ts";

export interface CodeCacheOptions {
  /** The folder of the caches, or undefined for none. Made when it is missing; one that others may write is not used. */
  readonly folder: string | undefined;
  /** The cache's: a bundle has one for each thing that it is loaded for, such as a verb, with what that calls. */
  readonly name: string;
  /** What the bundle requires with. */
  readonly require: NodeJS.Require;
}

/** A run counts itself in the cache's last byte, and the cache is made again after these runs: by then it knows more. */
const REMADE_AFTER = new Set([1, 2, 4, 8, 16, 32]);
const COUNTED_RUNS = 33;

/** What stands around a bundle that is loaded here: a function of CommonJS's names. */
export const BUNDLE_WRAPPER = { before: "(function (exports, require, module, __filename, __dirname) {", after: "})" };

/**
 * The exports of a CommonJS bundle in its wrapper. It may not import() at run time, which Node would warn of here. Without
 * a usable cache the bundle is compiled as ever; a new cache is written when the process exits. Never fails for the cache's
 * sake.
 */
export function loadBundle(file: string, { folder, name, require }: CodeCacheOptions): unknown {
  // What esbuild writes is ASCII, and one byte a character is read fastest.
  const source = readFileSync(file, "latin1");
  const cache = folder === undefined ? undefined : openCache(file, folder, name);
  const script = new Script(source, {
    filename: file,
    ...(cache?.code && { cachedData: cache.code }),
  });
  if (cache !== undefined) {
    const runs = script.cachedDataRejected === false ? cache.runs : 0;
    if (runs === 0 || REMADE_AFTER.has(runs)) process.once("exit", () => writeCache(cache, script, runs + 1));
    else if (runs < COUNTED_RUNS) countRun(cache, runs + 1);
  }
  const module = { exports: {} };
  const run = script.runInThisContext() as (...names: unknown[]) => void;
  run(module.exports, require, module, file, dirname(file));
  return module.exports;
}

interface Cache {
  readonly file: string;
  /** Which Node and which bundle the code was made for. V8 itself compares only the source's length. */
  readonly identity: string;
  readonly code: Buffer | undefined;
  /** How many runs it has seen; 0 when there is no code. */
  readonly runs: number;
}

/** The cache file: V8's code, the identity, and one byte that counts runs. */
function openCache(file: string, folder: string, name: string): Cache | undefined {
  try {
    const { size, mtimeMs } = statSync(file);
    const identity = `\n${process.version} ${process.arch} ${size} ${mtimeMs} ${file}\n`;
    const cacheFile = `${folder}/${name}.code`;
    const stored = readPrivate(folder, cacheFile);
    const end = (stored?.length ?? 0) - 1 - Buffer.byteLength(identity);
    if (stored === undefined || end <= 0 || stored.toString("utf8", end, stored.length - 1) !== identity)
      return { file: cacheFile, identity, code: undefined, runs: 0 };
    return { file: cacheFile, identity, code: stored.subarray(0, end), runs: stored[stored.length - 1] ?? 0 };
  } catch {
    return undefined;
  }
}

/** What is in the cache file, or undefined when there is none. Code is only taken from a folder that nobody else may write. */
function readPrivate(folder: string, file: string): Buffer | undefined {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const isOurs = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
  if (!found.isDirectory() || !isOurs) throw new Error("not a private folder");
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function writeCache({ file, identity }: Cache, script: Script, runs: number): void {
  const temporary = `${file}.${process.pid}`;
  try {
    makeFolders(dirname(file), 0o700);
    writeFileSync(temporary, Buffer.concat([script.createCachedData(), Buffer.from(identity), Buffer.of(runs)]), {
      mode: 0o600,
    });
    renameSync(temporary, file);
  } catch {
    // A full or read-only disk costs speed and nothing else.
    rmSync(temporary, { force: true });
  }
}

function countRun({ file, code, identity }: Cache, runs: number): void {
  try {
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.of(runs), 0, 1, (code?.length ?? 0) + Buffer.byteLength(identity));
    closeSync(descriptor);
  } catch {
    // Not counted, then.
  }
}
