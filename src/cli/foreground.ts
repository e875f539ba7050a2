// What `run` does after the start: prints events and serial consoles until the allocation ends; Ctrl-C stops it.
import type { AllocationSummary, ExitResult, TaskEvent } from "../client/status.ts";
import type { HostConnection } from "../host/connect.ts";
import type { Notifications } from "../host/protocol.ts";
import { EXIT } from "./exitCodes.ts";
import { formatTime, shortId } from "./format.ts";
import type { Terminal } from "./terminal.ts";
import type { VerbContext } from "./verb.ts";

type TaskMessage = Notifications["task/event"];

/** More than a guest prints before the first attach. */
const HISTORY_BYTES = 16 * 1024 * 1024;

export type ForegroundFormat = "text" | "jsonl";

/**
 * Follows an allocation from its start until all its tasks are dead. The first SIGINT or SIGTERM asks for a graceful
 * stop, the second kills. Resolves to the exit code of the command line: the first failed task's own code, 130 after an
 * interrupt.
 *
 * @param start starts the allocation; nothing that happens meanwhile is missed. Undefined when it is refused, and then so
 * is the result
 */
export async function runInForeground(
  context: VerbContext,
  host: HostConnection,
  start: () => Promise<AllocationSummary | undefined>,
  format: ForegroundFormat,
): Promise<number | undefined> {
  const { terminal, signal } = context;
  const early: TaskMessage[] = [];
  let onEvent = (message: TaskMessage): void => void early.push(message);
  host.onNotification("task/event", (message) => onEvent(message));
  const started = await heardMeanwhile(start, context);
  if (started === undefined) return undefined;

  const seen = new Set<string>();
  const show = (task: string, event: TaskEvent): void => {
    const { type, time, display } = event;
    // The answer may tell what a notification told before it.
    const key = JSON.stringify([task, event]);
    if (seen.has(key)) return;
    seen.add(key);
    if (format === "jsonl") terminal.print(JSON.stringify({ alloc: started.id, task, type, time, display }));
    else terminal.note(terminal.style("dim", `${formatTime(time)}  ${task}  ${type}: ${display.trimEnd()}`));
  };
  onEvent = ({ id, task, event }) => {
    if (id === started.id) show(task, event);
  };
  for (const task of started.tasks) for (const past of task.events) show(task.name, past);
  for (const message of early) onEvent(message);

  const output = new ConsoleOutput(terminal, started.tasks.length > 1 ? "prefixed" : "raw");
  const attached = new Map<string, string>();
  const attach = async (task: string): Promise<void> => {
    if (format === "jsonl" || attached.has(task)) return;
    attached.set(task, "");
    try {
      const console = await host.request("console/attach", { id: started.id, task, historyBytes: HISTORY_BYTES });
      attached.set(task, console.consoleId);
      output.write(task, console.history);
      output.flushEarly(console.consoleId, task);
    } catch {
      // The task ended before it could be attached; its log has what it printed.
      attached.delete(task);
    }
  };
  host.onNotification("console/data", ({ consoleId, data }) => {
    const task = [...attached].find(([, id]) => id === consoleId)?.[0];
    if (task === undefined) output.keepEarly(consoleId, data);
    else output.write(task, data);
  });
  host.onNotification("console/closed", ({ consoleId }) => {
    for (const [task, id] of attached) if (id === consoleId) attached.delete(task);
  });

  const ended = new Promise<AllocationSummary | undefined>((resolve) => {
    const look = (allocation: AllocationSummary): void => {
      if (allocation.id !== started.id) return;
      for (const task of allocation.tasks) {
        if (task.state === "running" && task.hasConsole) void attach(task.name);
      }
      if (allocation.status === "complete" || allocation.status === "failed") resolve(allocation);
    };
    host.onNotification("allocation/changed", look);
    host.onClose(() => resolve(undefined));
    void host.request("allocation/get", { id: started.id }).then(look, () => resolve(undefined));
  });

  const interrupts = stopOnInterrupt(context, host, started.id);
  const last = await ended;
  interrupts.dispose();
  output.end();
  if (last === undefined) {
    terminal.complain({
      code: "host-gone",
      what: "The host process ended while this was watching",
      next: `The VM goes on. "nomad-qemu status ${shortId(started.id)}" starts a new host, which adopts it.`,
    });
    return EXIT.missing;
  }
  for (const { name, exit } of last.tasks) {
    if (exit?.message !== undefined) terminal.note(`${terminal.style("error", `${name}:`)} ${exit.message}`);
  }
  if (signal.aborted) return EXIT.interrupted;
  return exitCodeOf(last);
}

/** Starts; an interrupt meanwhile is answered at once, although it can only be obeyed when the host has answered. */
async function heardMeanwhile<T>(start: () => Promise<T>, { signal, terminal }: VerbContext): Promise<T> {
  const wait = (): void =>
    terminal.note("Stopping what is being started as soon as the host has answered; once more to leave at once.");
  signal.addEventListener("abort", wait, { once: true });
  try {
    return await start();
  } finally {
    signal.removeEventListener("abort", wait);
  }
}

/** 0 when every task ended well, else the code of the first that did not (1 where it has none of its own). */
export function exitCodeOf(allocation: AllocationSummary): number {
  const failed = allocation.tasks.find(({ failed, exit }) => failed || (exit !== undefined && !endedWell(exit)));
  if (failed === undefined) return allocation.status === "failed" ? EXIT.no : EXIT.ok;
  const code = failed.exit?.exitCode ?? EXIT.no;
  return code > 0 && code < 256 ? code : EXIT.no;
}

/** A message explains what went wrong: a program that is not QEMU may well end with 0. */
const endedWell = (exit: ExitResult): boolean => exit.exitCode === 0 && exit.message === undefined;

/** The first interrupt asks for a graceful stop, the second kills. What comes of it shows in the events. */
function stopOnInterrupt(
  { terminal, signal, kill }: VerbContext,
  host: HostConnection,
  id: string,
): { dispose: () => void } {
  const stop = (now: boolean, word: string): void => {
    terminal.note(word);
    host.request("allocation/stop", { id, now, purge: false }).catch(() => undefined);
  };
  const gracefully = (): void => stop(false, "Stopping the VM gracefully; once more to kill it.");
  const atOnce = (): void => stop(true, "Killing the VM.");
  kill.addEventListener("abort", atOnce, { once: true });
  signal.addEventListener("abort", gracefully, { once: true });
  if (signal.aborted) gracefully();
  return {
    dispose: () => {
      signal.removeEventListener("abort", gracefully);
      kill.removeEventListener("abort", atOnce);
    },
  };
}

/** Serial output of one task as it is, of several line by line with their names in front. */
class ConsoleOutput {
  readonly #terminal: Terminal;
  readonly #mode: "raw" | "prefixed";
  readonly #partial = new Map<string, string>();
  readonly #early = new Map<string, string[]>();
  #endsLine = true;

  constructor(terminal: Terminal, mode: "raw" | "prefixed") {
    this.#terminal = terminal;
    this.#mode = mode;
  }

  /** Data of a console whose attach answer is still under way. */
  keepEarly(consoleId: string, data: string): void {
    this.#early.set(consoleId, [...(this.#early.get(consoleId) ?? []), data]);
  }

  flushEarly(consoleId: string, task: string): void {
    for (const data of this.#early.get(consoleId) ?? []) this.write(task, data);
    this.#early.delete(consoleId);
  }

  write(task: string, base64: string): void {
    const bytes = Buffer.from(base64, "base64");
    if (bytes.length === 0) return;
    if (this.#mode === "raw") {
      this.#terminal.stdout.write(bytes);
      this.#endsLine = bytes.at(-1) === 0x0a;
      return;
    }
    const lines = ((this.#partial.get(task) ?? "") + bytes.toString("latin1")).split("\n");
    this.#partial.set(task, lines.pop() ?? "");
    for (const line of lines) this.#terminal.stdout.write(Buffer.from(`[${task}] ${line}\n`, "latin1"));
  }

  end(): void {
    for (const [task, rest] of this.#partial) {
      if (rest !== "") this.#terminal.stdout.write(Buffer.from(`[${task}] ${rest}\n`, "latin1"));
    }
    // On a terminal what is said next would stand on the guest's line.
    if (!this.#endsLine && this.#terminal.outIsTerminal) this.#terminal.stdout.write("\r\n");
  }
}
