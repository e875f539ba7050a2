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
  /** Bytes printed since the start of the run, up to the end of `history` and, during `onOutput`, of its data. */
  position(): number;
  /** After the end of the run: copies the rest and lets go. Rejects when the log cannot be written. */
  finish(): Promise<void>;
  /** Lets go at once; the next pump goes on where this one stopped. */
  close(): void;
}

/** While output flows it is fetched so often. The guest prints byte by byte; to be woken for each would cost it a core. */
const FLOW_MS = 2;
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
    position: () => stdout.pump.offset(),
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
  let closed = false;

  const lookIn = (ms: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      look();
    }, ms);
  };
  /** Fetches what is there; where there was something, soon again, and otherwise when the file system tells. */
  const look = (): void => {
    if (closed) return;
    const before = pump.offset();
    const left = pump.pump();
    if (left === "more") lookIn(0);
    else if (left === "failed") lookIn(LOOK_AGAIN_MS);
    else if (pump.offset() > before) lookIn(FLOW_MS);
    else if (watched.arm()) look();
  };
  const wake = (): void => {
    if (timer !== undefined) return;
    watched.disarm();
    look();
  };
  const watched = watchFile(options.spool, wake);
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
      watched.disarm();
      pump.close();
    },
  };
}

interface WatchedFile {
  /** From now on a change is told. Whether it was not so before: then what has changed meanwhile must be looked for. */
  arm(): boolean;
  disarm(): void;
}

/** Calls back when the file has changed, while armed; by looking again and again where the system cannot watch files. */
function watchFile(file: string, changed: () => void): WatchedFile {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  const disarm = (): void => {
    watcher?.close();
    watcher = undefined;
    clearInterval(timer);
    timer = undefined;
  };
  const lookInstead = (): void => {
    disarm();
    timer = setInterval(changed, LOOK_AGAIN_MS);
  };
  return {
    disarm,
    arm: () => {
      if (watcher !== undefined || timer !== undefined) return false;
      try {
        watcher = watch(file, { persistent: false }, changed);
        watcher.on("error", lookInstead);
      } catch {
        lookInstead();
      }
      return true;
    },
  };
}
