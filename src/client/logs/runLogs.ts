// The two output streams of one run of a task: woken by the file system when QEMU has printed, pumped into the logs, and
// handed on to consoles.
import { watch, type FSWatcher } from "node:fs";
import { openSpoolPump, type SpoolPump, type SpoolPumpOptions } from "./spoolPump.ts";

export interface RunLogsOptions {
  readonly stdout: Omit<SpoolPumpOptions, "onData" | "onError">;
  readonly stderr: Omit<SpoolPumpOptions, "onData" | "onError">;
  /** What the serial console (and QEMU's own standard output) printed. The buffer is only valid during the call. */
  readonly onOutput: (data: Buffer) => void;
  /** Called once for each new kind of trouble. */
  readonly onError: (error: unknown) => void;
}

export interface RunLogs {
  /** Something was printed (a console socket says so): look now instead of when the file system tells. */
  nudge(): void;
  /** The last bytes printed, and nothing that `onOutput` will still bring. */
  history(bytes: number): Buffer;
  /** After the end of the run: copies the rest and lets go. Rejects when the log cannot be written. */
  finish(): Promise<void>;
  /** Lets go at once; the next pump goes on where this one stopped. */
  close(): void;
}

/** A burst of output is taken in pieces of this length, not byte by byte. */
const COALESCE_MS = 1;
/** Where the file system does not tell, and after a log could not be written. */
const LOOK_AGAIN_MS = 500;

/** @throws the file system's error */
export function openRunLogs(options: RunLogsOptions): RunLogs {
  let lastError = "";
  const onError = (error: unknown): void => {
    const text = String(error);
    if (text !== lastError) options.onError(error);
    lastError = text;
  };
  const stdout = openStream({ ...options.stdout, onData: options.onOutput, onError });
  let stderr: Stream;
  try {
    stderr = openStream({ ...options.stderr, onData: () => undefined, onError });
  } catch (error) {
    stdout.close();
    throw error;
  }
  return {
    nudge: stdout.wake,
    history: (bytes) => stdout.pump.history(bytes),
    finish: async () => {
      try {
        await stdout.drain();
        await stderr.drain();
      } finally {
        stdout.close();
        stderr.close();
      }
    },
    close: () => {
      stdout.close();
      stderr.close();
    },
  };
}

interface Stream {
  readonly pump: SpoolPump;
  readonly wake: () => void;
  readonly drain: () => Promise<void>;
  readonly close: () => void;
}

function openStream(options: SpoolPumpOptions): Stream {
  let failure: unknown;
  const pump = openSpoolPump({
    ...options,
    onError: (error) => {
      failure = error;
      options.onError(error);
    },
  });
  let timer: NodeJS.Timeout | undefined;
  let quietUntil = 0;
  let closed = false;

  const look = (): void => {
    timer = undefined;
    if (closed) return;
    const left = pump.pump();
    quietUntil = performance.now() + COALESCE_MS;
    if (left === "more") wakeIn(0);
    if (left === "failed") wakeIn(LOOK_AGAIN_MS);
  };
  const wakeIn = (ms: number): void => {
    timer ??= setTimeout(look, ms);
  };
  const wake = (): void => {
    if (closed || timer !== undefined) return;
    const wait = quietUntil - performance.now();
    if (wait <= 0) look();
    else wakeIn(wait);
  };
  const stopWatching = watchFile(options.spool, wake);
  wake();
  return {
    pump,
    wake,
    drain: async () => {
      failure = undefined;
      for (let left = pump.pump(); left !== "all"; left = pump.pump()) {
        if (left === "failed") throw failure;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      stopWatching();
      pump.close();
    },
  };
}

/** Calls back when the file has changed; by looking again and again where the system cannot watch files. */
function watchFile(file: string, changed: () => void): () => void {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  const lookInstead = (): void => {
    watcher?.close();
    watcher = undefined;
    timer ??= setInterval(changed, LOOK_AGAIN_MS);
  };
  try {
    watcher = watch(file, { persistent: false }, changed);
    watcher.on("error", lookInstead);
  } catch {
    lookInstead();
  }
  return () => {
    watcher?.close();
    clearInterval(timer);
  };
}
