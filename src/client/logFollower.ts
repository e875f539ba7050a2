// Reads a task's log files (`alloc/logs/<task>.<stream>.N`) as one text, and follows them while they grow and rotate.
import { watch } from "node:fs";
import { open, readdir } from "node:fs/promises";
import path from "node:path";

export type LogStream = "stdout" | "stderr";

export interface LogPosition {
  /** Number of the rotated file. */
  readonly index: number;
  /** Byte offset in it. */
  readonly offset: number;
}

const CHUNK_BYTES = 64 * 1024;

/** Numbers of the log files that exist, ascending; empty when the task has not printed (or logs are disabled). */
export async function logIndexes(allocDir: string, task: string, stream: LogStream): Promise<number[]> {
  const prefix = `${task}.${stream}.`;
  const names = await readdir(path.join(allocDir, "alloc/logs")).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/**
 * Hands every byte from `from` to the present end to `onData`, in order, across rotated files.
 * Returns the position after the last byte. Files purged by rotation in the meantime are passed over.
 */
export async function readLog(
  allocDir: string,
  task: string,
  stream: LogStream,
  from: LogPosition,
  onData: (data: Buffer) => void,
): Promise<LogPosition> {
  let at = from;
  for (const index of await logIndexes(allocDir, task, stream)) {
    if (index < at.index) continue;
    if (index > at.index) at = { index, offset: 0 };
    const file = await open(path.join(allocDir, "alloc/logs", `${task}.${stream}.${index}`)).catch(() => undefined);
    if (file === undefined) continue;
    try {
      for (;;) {
        const buffer = Buffer.alloc(CHUNK_BYTES);
        const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, at.offset);
        if (bytesRead === 0) break;
        onData(buffer.subarray(0, bytesRead));
        at = { index, offset: at.offset + bytesRead };
      }
    } finally {
      await file.close();
    }
  }
  return at;
}

/**
 * The position `lines` lines (or, with `bytes`, that many bytes) before the present end. The beginning, when there is less.
 */
export async function tailPosition(
  allocDir: string,
  task: string,
  stream: LogStream,
  amount: { readonly lines: number } | { readonly bytes: number },
): Promise<LogPosition> {
  let left = "lines" in amount ? amount.lines + 1 : amount.bytes;
  const indexes = await logIndexes(allocDir, task, stream);
  for (const index of indexes.reverse()) {
    const file = await open(path.join(allocDir, "alloc/logs", `${task}.${stream}.${index}`)).catch(() => undefined);
    if (file === undefined) continue;
    try {
      let { size: end } = await file.stat();
      if ("bytes" in amount) {
        if (left <= end) return { index, offset: end - left };
        left -= end;
        continue;
      }
      // A final newline ends the last line, it does not begin another.
      let last = index === indexes[0];
      while (end > 0) {
        const start = Math.max(0, end - CHUNK_BYTES);
        const buffer = Buffer.alloc(end - start);
        await file.read(buffer, 0, buffer.length, start);
        if (last && buffer.at(-1) !== 0x0a) left--;
        last = false;
        for (let at = buffer.lastIndexOf(0x0a); at >= 0; at = at === 0 ? -1 : buffer.lastIndexOf(0x0a, at - 1)) {
          if (--left === 0) return { index, offset: start + at + 1 };
        }
        end = start;
      }
    } finally {
      await file.close();
    }
  }
  return { index: 0, offset: 0 };
}

/**
 * Follows a log from a position until `signal` aborts, told of changes by the file system. Resolves after the bytes that
 * were there at the time of the abort have been handed on.
 */
export async function followLog(
  allocDir: string,
  task: string,
  stream: LogStream,
  from: LogPosition,
  onData: (data: Buffer) => void,
  signal: AbortSignal,
): Promise<LogPosition> {
  let at = from;
  let reading: Promise<void> = Promise.resolve();
  let queued = false;
  const readOn = (): void => {
    if (queued) return;
    queued = true;
    reading = reading.then(async () => {
      queued = false;
      at = await readLog(allocDir, task, stream, at, onData);
    });
  };
  const watcher = watch(path.join(allocDir, "alloc/logs"), readOn);
  readOn();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
    watcher.once("error", () => resolve());
  });
  watcher.close();
  readOn();
  await reading;
  return at;
}
