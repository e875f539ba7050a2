// stopTask: the power button where the task asked for it, then the kill signal, then SIGKILL.
import os from "node:os";
import { systemClock, type Clock } from "../base/clock.ts";
import { fail, ok, type Problem, type Result } from "../base/result.ts";
import type { ExitResult } from "./exitResult.ts";
import { killProcessGroup, signalProcess } from "./signalProcess.ts";
import type { TaskHandle } from "./taskHandle.ts";

export interface StopOptions {
  /**
   * `graceful`: what Nomad does. `now`: SIGKILL at once.
   */
  readonly mode: "graceful" | "now";
  /** The task's kill_timeout, already capped. It is spent twice: waiting for the guest, then for the signal. 0 = SIGKILL. */
  readonly timeoutMs: number;
  /** The task's kill_signal; empty = SIGINT, the driver's default. */
  readonly signal: string;
  readonly clock?: Clock;
  /** Told before each step, for events and progress. */
  readonly onStep?: (step: StopStep) => void;
}

export type StopStep =
  | { readonly kind: "power-button" }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  | { readonly kind: "kill" };

/** Nomad: drivers/shared/executor, the signal when the job names none. */
const KILL_SIGNAL_DEFAULT = "SIGINT";
/** A guest that has not yet switched its power button on loses the press; so it is pressed again (qemu.md 0, fault 8). */
const PRESS_AGAIN_MS = 2_000;
/** Nomad: drivers/shared/executor, how long it waits for the process after SIGKILL. */
const KILLED_WAIT_MS = 15_000;

/**
 * Stops a task and resolves with how it ended. A task that has ended already is stopped at once.
 * Where Nomad writes the button's press to a socket and closes it (and loses most of them), this presses through QMP and
 * presses again; where Nomad looks once a second whether the guest has gone, this is told.
 *
 * Problems: `unknown-signal`; `not-stopped` when even SIGKILL did not end the process.
 */
export async function stopTask(handle: TaskHandle, options: StopOptions): Promise<Result<ExitResult>> {
  const signal = killSignal(options.signal);
  if (signal === undefined) return fail(unknownSignal(options.signal));
  const clock = options.clock ?? systemClock;
  const { process: qemu } = handle.state;
  if (handle.exit !== undefined || qemu === undefined) return ok(await handle.exited);

  const patient = options.mode === "graceful" && options.timeoutMs > 0;
  if (patient && handle.state.gracefulShutdown) {
    const exit = await pressPowerButton(handle, options, clock);
    if (exit !== undefined) return ok(exit);
  }
  if (patient) {
    options.onStep?.({ kind: "signal", signal });
    signalProcess(qemu, signal);
    const exit = await exitWithin(handle, options.timeoutMs, clock);
    if (exit !== undefined) return ok(exit);
  }
  options.onStep?.({ kind: "kill" });
  handle.noteKill();
  killProcessGroup(qemu);
  const exit = await exitWithin(handle, KILLED_WAIT_MS, clock);
  return exit === undefined ? fail({ ...NOT_STOPPED, where: `pid ${qemu.pid}` }) : ok(exit);
}

/** Presses until the guest obeys or time is up; undefined also when QEMU cannot be told, as Nomad then goes on at once. */
async function pressPowerButton(
  handle: TaskHandle,
  options: StopOptions,
  clock: Clock,
): Promise<ExitResult | undefined> {
  const deadline = clock.now() + options.timeoutMs;
  options.onStep?.({ kind: "power-button" });
  for (;;) {
    const pressed = await handle.execute("system_powerdown");
    if (!pressed.ok && pressed.error.code !== "qmp-closed" && pressed.error.code !== "task-not-running")
      return undefined;
    const left = deadline - clock.now();
    const exit = await exitWithin(handle, Math.min(PRESS_AGAIN_MS, Math.max(0, left)), clock);
    if (exit !== undefined || left <= PRESS_AGAIN_MS) return exit;
  }
}

async function exitWithin(handle: TaskHandle, ms: number, clock: Clock): Promise<ExitResult | undefined> {
  const controller = new AbortController();
  const timeout = clock.sleep(ms, controller.signal).catch(() => undefined);
  try {
    return await Promise.race([handle.exited, timeout.then(() => handle.exit)]);
  } finally {
    controller.abort();
  }
}

function killSignal(name: string): NodeJS.Signals | undefined {
  const signal = name === "" ? KILL_SIGNAL_DEFAULT : name;
  return Object.hasOwn(os.constants.signals, signal) ? (signal as NodeJS.Signals) : undefined;
}

function unknownSignal(name: string): Problem {
  return {
    code: "unknown-signal",
    what: `error unknown signal given for shutdown: ${name}`,
    why: "kill_signal must be the name of a signal of this system, in upper case.",
    next: "Correct kill_signal in the job, or stop the task with --now.",
  };
}

const NOT_STOPPED: Problem = {
  code: "not-stopped",
  what: `process did not exit after ${KILLED_WAIT_MS / 1000} seconds`,
  why: "The system has not ended it although it was told to kill it; it may hang in a disk or network operation.",
  next: "Look at the process; it ends by itself when the operation returns.",
};
