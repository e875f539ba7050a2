// What `run` does after the start: prints events and serial consoles until the allocation ends; Ctrl-C stops it. A host
// that is killed meanwhile takes nothing with it: its successor, which adopts the VM, tells the rest.
import type { AllocationSummary, ExitResult, TaskStatus } from "../client/status.ts";
import type { HostConnection } from "../host/connect.ts";
import type { Notifications } from "../host/protocol.ts";
import { ConsoleOutput } from "./consoleOutput.ts";
import { EXIT } from "./exitCodes.ts";
import { formatTime, shortId } from "./format.ts";
import type { VerbContext } from "./verb.ts";

type TaskMessage = Notifications["task/event"];
type ConsoleMessage = Notifications["console/data"];

/** More than a guest prints before the first attach. */
const HISTORY_BYTES = 16 * 1024 * 1024;
/** Hosts that end more often than this within the window are not worth another one. */
const HANG_UPS_MAX = 3;
const HANG_UPS_WINDOW_MS = 3 * 60_000;

export type ForegroundFormat = "text" | "jsonl";

export interface ForegroundOptions {
  readonly context: VerbContext;
  readonly format: ForegroundFormat;
  readonly host: HostConnection;
  /**
   * Starts the allocation; nothing that happens meanwhile is missed. Undefined when it is refused, and then so is the
   * result.
   */
  readonly start: () => Promise<AllocationSummary | undefined>;
  /** The successor of a host that hung up; undefined when there is none. */
  readonly reconnect: () => Promise<HostConnection | undefined>;
}

/**
 * Follows an allocation from its start until all its tasks are dead. The first SIGINT or SIGTERM asks for a graceful
 * stop, the second kills. Resolves to the exit code of the command line: the first failed task's own code, 130 after an
 * interrupt.
 */
export async function runInForeground(options: ForegroundOptions): Promise<number | undefined> {
  const { context, start } = options;
  const { terminal, signal } = context;
  const early: TaskMessage[] = [];
  const listening = options.host.onNotification("task/event", (message) => void early.push(message));
  const started = await heardMeanwhile(start, context);
  listening.dispose();
  if (started === undefined) return undefined;

  const follower = new Follower(options, started);
  for (const message of early) follower.tell(message);
  const last = await followToTheEnd(follower, options);
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

/** The allocation at its end, told by the host or its successors; undefined when there are no more of them. */
async function followToTheEnd(
  follower: Follower,
  { context: { terminal }, host, reconnect }: ForegroundOptions,
): Promise<AllocationSummary | undefined> {
  let last = await follower.follow(host);
  let hangUps: number[] = [];
  while (last === "hung-up") {
    const now = Date.now();
    hangUps = [...hangUps.filter((time) => now - time < HANG_UPS_WINDOW_MS), now];
    const next = hangUps.length > HANG_UPS_MAX ? undefined : await reconnect();
    if (next === undefined) break;
    follower.breakLine();
    terminal.note(terminal.style("dim", "The host process has ended, the VM goes on. Following it with a new host."));
    last = await follower.follow(next);
    next.dispose();
  }
  follower.end();
  return last === "hung-up" ? undefined : last;
}

/** One allocation's events and consoles, through one connection after the other. */
class Follower {
  readonly #context: VerbContext;
  readonly #format: ForegroundFormat;
  readonly #started: AllocationSummary;
  readonly #output: ConsoleOutput;
  readonly #told = new Set<string>();

  constructor({ context, format }: ForegroundOptions, started: AllocationSummary) {
    this.#context = context;
    this.#format = format;
    this.#started = started;
    this.#output = new ConsoleOutput(context.terminal, started.tasks.length > 1 ? "prefixed" : "raw");
    this.#tellPast(started);
  }

  /** Says an event, unless it has been said: an answer may tell what a notification told before it. */
  tell({ id, task, event }: TaskMessage): void {
    if (id !== this.#started.id) return;
    const key = JSON.stringify([task, event]);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const { terminal } = this.#context;
    const { type, time, display } = event;
    if (this.#format === "jsonl") terminal.print(JSON.stringify({ alloc: id, task, type, time, display }));
    else terminal.note(terminal.style("dim", `${formatTime(time)}  ${task}  ${type}: ${display.trimEnd()}`));
  }

  /** Resolves to the allocation when it has ended, or when the host hangs up before. */
  async follow(host: HostConnection): Promise<AllocationSummary | "hung-up"> {
    const { id } = this.#started;
    host.onNotification("task/event", (message) => this.tell(message));
    const attach = this.#format === "jsonl" ? (): void => undefined : this.#consolesOf(host);
    const ended = new Promise<AllocationSummary | "hung-up">((resolve) => {
      const look = (allocation: AllocationSummary): void => {
        if (allocation.id !== id) return;
        for (const task of allocation.tasks) if (task.state === "running" && task.hasConsole) attach(task);
        if (allocation.status === "complete" || allocation.status === "failed") resolve(allocation);
      };
      host.onNotification("allocation/changed", look);
      host.onClose(() => resolve("hung-up"));
      const first = host.request("allocation/get", { id }).then((allocation) => {
        this.#tellPast(allocation);
        look(allocation);
      });
      first.catch(() => resolve("hung-up"));
    });
    const interrupts = stopOnInterrupt(this.#context, host, id);
    try {
      return await ended;
    } finally {
      interrupts.dispose();
    }
  }

  breakLine(): void {
    this.#output.breakLine();
  }

  end(): void {
    this.#output.end();
  }

  #tellPast({ id, tasks }: AllocationSummary): void {
    for (const { name, events } of tasks) for (const event of events) this.tell({ id, task: name, event });
  }

  /** What attaches to a task's console, once for each of its processes. */
  #consolesOf(host: HostConnection): (task: TaskStatus) => void {
    const output = this.#output;
    const attached = new Map<string, string>();
    /** Data of a console whose attach answer is still under way. */
    const early = new Map<string, ConsoleMessage[]>();
    host.onNotification("console/data", (message) => {
      const { consoleId, data, position } = message;
      const task = [...attached].find(([, id]) => id === consoleId)?.[0];
      if (task === undefined) early.set(consoleId, [...(early.get(consoleId) ?? []), message]);
      else output.add(task, data, position);
    });
    host.onNotification("console/closed", ({ consoleId }) => {
      for (const [task, id] of attached) if (id === consoleId) attached.delete(task);
    });
    const attach = async ({ name }: TaskStatus): Promise<void> => {
      attached.set(name, "");
      try {
        const params = { id: this.#started.id, task: name, historyBytes: HISTORY_BYTES };
        const attachment = await host.request("console/attach", params);
        attached.set(name, attachment.consoleId);
        output.begin(name, attachment);
        for (const { data, position } of early.get(attachment.consoleId) ?? []) output.add(name, data, position);
        early.delete(attachment.consoleId);
      } catch {
        // The task ended before it could be attached; its log has what it printed.
        attached.delete(name);
      }
    };
    return (task) => {
      if (!attached.has(task.name)) void attach(task);
    };
  }
}

/** Starts; an interrupt meanwhile is answered at once, although it can only be obeyed when the host has answered. */
export async function heardMeanwhile<T>(start: () => Promise<T>, { signal, terminal }: VerbContext): Promise<T> {
  const wait = (): void =>
    terminal.note("Stopping what is being started as soon as the host has answered; once more to leave at once.");
  if (signal.aborted) wait();
  else signal.addEventListener("abort", wait, { once: true });
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
  if (kill.aborted) atOnce();
  else if (signal.aborted) gracefully();
  return {
    dispose: () => {
      signal.removeEventListener("abort", gracefully);
      kill.removeEventListener("abort", atOnce);
    },
  };
}
