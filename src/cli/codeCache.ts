// Loads a bundle with the functions already compiled that earlier runs of the same verb called. Node's own compile cache
// holds what is compiled while a file loads; most of a short run's compiling comes later, so this one is taken at its end
// (keepCode.ts). This half is compiled anew in every call, and so kept short and in one piece.
import { closeSync, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { Script } from "node:vm";

export interface CodeCacheOptions {
  /** The folder of the caches, or undefined for none. Made when it is missing; one that others may write is not used. */
  readonly folder: string | undefined;
  /** The cache's: a bundle has one for each thing that it is loaded for, such as a verb, with what that calls. */
  readonly name: string;
  /** What the bundle requires with. */
  readonly require: NodeJS.Require;
}

/** A bundle's cache file: V8's code, the identity, and one byte that counts runs. */
export interface CodeCache {
  readonly file: string;
  /** Which Node and which bundle the code was made for. V8 itself compares only the source's length. */
  readonly identity: string;
  readonly script: Script;
  /** How many runs it has seen; 0 when it has no code that can be used. */
  readonly runs: number;
  /** Bytes of code in the file. */
  readonly size: number;
}

export interface LoadedBundle {
  readonly exports: unknown;
  /** What the bundle hands to keepCode(); undefined without a usable folder. */
  readonly cache: CodeCache | undefined;
}

/** What stands around a bundle that is loaded here: a function of CommonJS's names. */
export const BUNDLE_WRAPPER = { before: "(function (exports, require, module, __filename, __dirname) {", after: "})" };

/**
 * The exports of a CommonJS bundle in its wrapper. It may not import() at run time, which Node would warn of here. Without
 * a usable cache the bundle is compiled as ever. Never fails for the cache's sake.
 */
export function loadBundle(file: string, { folder, name, require }: CodeCacheOptions): LoadedBundle {
  // What esbuild writes is ASCII, and one byte a character is read fastest.
  const bundle = read(file, undefined);
  const source = bundle.bytes.toString("latin1");
  let stored: Pick<CodeCache, "file" | "identity"> | undefined;
  let code: Buffer | undefined;
  let runs = 0;
  if (folder !== undefined) {
    try {
      const found = lstatSync(folder, { throwIfNoEntry: false });
      const isOurs =
        process.getuid === undefined ||
        found === undefined ||
        (found.uid === process.getuid() && (found.mode & 0o022) === 0);
      // Code is only taken from a folder that nobody else may write, and nothing is put into another.
      if (isOurs && found?.isDirectory() !== false) {
        const identity = `\n${process.version} ${process.arch} ${bundle.bytes.length} ${bundle.mtimeMs} ${file}\n`;
        stored = { file: `${folder}/${name}.code`, identity };
        // The bundle is a string by now.
        const content = read(stored.file, bundle.bytes).bytes;
        const last = content.length - 1;
        const end = last - Buffer.byteLength(identity);
        if (end > 0 && content.toString("utf8", end, last) === identity) {
          code = content.subarray(0, end);
          runs = content[last] ?? 0;
        }
      }
    } catch {
      // There is none yet, or none that can be read.
    }
  }
  const script = new Script(source, { filename: file, ...(code && { cachedData: code }) });
  if (script.cachedDataRejected !== false) runs = 0;
  const module = { exports: {} };
  const run = script.runInThisContext() as (...names: unknown[]) => void;
  run(module.exports, require, module, file, dirname(file));
  return { exports: module.exports, cache: stored && { ...stored, script, runs, size: code?.length ?? 0 } };
}

/** The bytes of a file, in memory that is there already if they have room: fresh memory costs as much as reading into it. */
function read(file: string, memory: Buffer | undefined): { readonly bytes: Buffer; readonly mtimeMs: number } {
  const descriptor = openSync(file, "r");
  try {
    const { size, mtimeMs } = fstatSync(descriptor);
    const into = memory !== undefined && size <= memory.length ? memory : Buffer.allocUnsafeSlow(size);
    let end = 0;
    for (let count = 1; count > 0 && end < size; end += count)
      count = readSync(descriptor, into, end, size - end, null);
    return { bytes: into.subarray(0, end), mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}
