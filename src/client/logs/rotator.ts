// A task's log files: `<task>.<stream>.N`, rotated by size. Source of the rules: Nomad client/logmon/logging, FileRotator
// (nomad.md 2.10): go on in the highest file, break at a line's end near the limit, keep `max_files`.
import { closeSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import path from "node:path";

export interface RotationRules {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
}

/** Where the next byte goes. */
export interface LogEnd {
  readonly index: number;
  readonly size: number;
}

/** Within so many bytes of the limit a line is not cut if that can be avoided. */
const LINE_SCAN_BYTES = 32 * 1024;
const NEWLINE = 0x0a;
/** What Nomad's client makes under its usual umask. */
const LOG_FILE_MODE = 0o644;

export interface LogRotator {
  end(): LogEnd;
  /** Appends everything. @throws the file system's error; what was written before it stays */
  write(data: Uint8Array): void;
  close(): void;
}

export interface RotatorHooks {
  /** So many more bytes are in the log now. */
  readonly appended: (count: number) => void;
  /** The present file is full; the next, still missing one will be this. */
  readonly beforeRotation: (next: LogEnd) => void;
}

/** Opens the log `<folder>/<name>.N`, not before file `atLeast`: a rotation may have been announced and not begun. */
export function openLogRotator(
  folder: string,
  name: string,
  rules: RotationRules,
  hooks: RotatorHooks,
  atLeast = 0,
): LogRotator {
  let index = Math.max(atLeast, logFileIndexes(folder, name).at(-1) ?? 0);
  let descriptor: number | undefined;
  let size = fileSize(path.join(folder, `${name}.${index}`));

  const append = (data: Uint8Array): void => {
    descriptor ??= openSync(path.join(folder, `${name}.${index}`), "a", LOG_FILE_MODE);
    for (let written = 0; written < data.length;) {
      const count = writeSync(descriptor, data, written);
      written += count;
      size += count;
      hooks.appended(count);
    }
  };
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  const rotate = (): void => {
    hooks.beforeRotation({ index: index + 1, size: 0 });
    close();
    index++;
    size = 0;
    for (const old of logFileIndexes(folder, name))
      if (old <= index - rules.maxFiles) rmSync(path.join(folder, `${name}.${old}`), { force: true });
  };
  return {
    end: () => ({ index, size }),
    close,
    write: (data) => {
      for (let rest = data; rest.length > 0;) {
        if (size >= rules.maxFileBytes) rotate();
        const fitting = fittingBytes(rest, size, rules.maxFileBytes);
        if (fitting === 0) rotate();
        append(rest.subarray(0, fitting));
        rest = rest.subarray(fitting);
      }
    },
  };
}

/** How much of `data` goes into a file of `size` bytes; 0 = the file is full enough, take the next. */
function fittingBytes(data: Uint8Array, size: number, limit: number): number {
  const space = limit - size;
  if (data.length <= space - LINE_SCAN_BYTES) return data.length;
  const line = data.indexOf(NEWLINE) + 1;
  if (line > 0 && line <= space) return line;
  // An empty file, or data that no file can hold: cutting cannot be avoided.
  const mustCut = size === 0 || (line === 0 && (data.length > limit || limit < LINE_SCAN_BYTES));
  return mustCut ? Math.min(space, data.length) : 0;
}

/** Numbers of the files that exist, ascending. */
export function logFileIndexes(folder: string, name: string): number[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${name}.`) && /^\d+$/.test(file.slice(name.length + 1)))
    .map((file) => Number(file.slice(name.length + 1)))
    .sort((a, b) => a - b);
}

function fileSize(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
