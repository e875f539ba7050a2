// recoverTask: a VM that another process of ours has started is found again, or its end is found out.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { systemClock, type Clock } from "../base/clock.ts";
import { identifyProcess, livenessOf, type ProcessIdentity } from "../base/processIdentity.ts";
import { fail, ok, type Problem, type Result } from "../base/result.ts";
import { exitOfStranger, type ExitResult } from "./exitResult.ts";
import { connectQmp, type QmpClient } from "./qmp.ts";
import { untilGone } from "./signalProcess.ts";
import { TaskHandle, type TaskHandleState } from "./taskHandle.ts";

export type Recovered =
  /** The VM runs; the handle is as good as the one that startTask gave. */
  | { readonly kind: "running"; readonly handle: TaskHandle }
  /** It has ended meanwhile. */
  | { readonly kind: "ended"; readonly exit: ExitResult }
  /** It was never started: its starter died just before. */
  | { readonly kind: "never-started" };

export interface RecoverOptions {
  readonly clock?: Clock;
}

/** A QEMU whose starter died before it could write the number down may still be about to listen: it is waited for ... */
const UNNUMBERED_WAIT_MS = 1_000;
/** ... unless its start is longer ago than any start takes. */
const START_MAX_MS = 5_000;
const POLL_MS = 20;
/** A VM that is stopped in a debugger, or swapped out, still counts as ours; only its run state stays unknown. */
const GREETING_TIMEOUT_MS = 500;

/**
 * Finds the task of a durable state again. The process counts as the task's when number, start time and boot agree; a
 * zombie is dead. If it answers QMP it must also know this run's name, else it is somebody else's: Problem
 * `not-our-vm`. The exit of a recovered task is told by its socket and confirmed by its process.
 */
export async function recoverTask(state: TaskHandleState, options: RecoverOptions = {}): Promise<Result<Recovered>> {
  const clock = options.clock ?? systemClock;
  const qemu = state.process ?? (await findUnnumbered(state, clock));
  if (qemu === undefined) return ok({ kind: "never-started" });
  const known: TaskHandleState = { ...state, process: qemu };
  if (livenessOf(qemu) === "gone") return ok({ kind: "ended", exit: await exitOfStranger(eventLog(state)) });

  const events = await connectQmp(state.endpoints.events.socket, { greetingTimeoutMs: GREETING_TIMEOUT_MS });
  const client = events.ok ? events.value : undefined;
  const handle = new TaskHandle(known, client, exitOf(known, qemu, client, clock));
  const stranger = await checkIdentity(handle);
  if (stranger !== undefined) {
    handle.release();
    return fail(stranger);
  }
  await handle.refreshRunState();
  return ok({ kind: "running", handle });
}

async function exitOf(
  state: TaskHandleState,
  qemu: ProcessIdentity,
  client: QmpClient | undefined,
  clock: Clock,
): Promise<ExitResult> {
  await untilGone(qemu, clock, client?.closed ?? Promise.resolve());
  return exitOfStranger(eventLog(state));
}

function eventLog(state: TaskHandleState): string {
  return state.endpoints.events.log;
}

/** Asks the VM for its name; silence is no contradiction, because the process has been identified already. */
async function checkIdentity(handle: TaskHandle): Promise<Problem | undefined> {
  const answer = await handle.execute("query-chardev");
  if (!answer.ok) return undefined;
  const labels = (answer.value as readonly { readonly label?: unknown }[]).map(({ label }) => label);
  const { identity, control } = handle.state.endpoints;
  if (labels.includes(identity)) return undefined;
  return {
    code: "not-our-vm",
    what: "Another VM answers where this task's VM should",
    where: control.socket,
    why: `It does not know the name ${identity}.`,
    next: "Stop the task to remove its record; the other VM is left alone.",
  };
}

/** The process of a state that was written just before the start, by the pid file that QEMU itself has made. */
async function findUnnumbered(state: TaskHandleState, clock: Clock): Promise<ProcessIdentity | undefined> {
  const { socket, pidFile } = state.endpoints.control;
  if (pidFile === undefined) return undefined;
  const deadline = Math.min(clock.now() + UNNUMBERED_WAIT_MS, state.startedAt + START_MAX_MS);
  for (;;) {
    const client = await connectQmp(socket, { greetingTimeoutMs: UNNUMBERED_WAIT_MS });
    if (client.ok) {
      client.value.close();
      const pid = Number((await readFile(pidFile, "utf8")).trim());
      return identifyProcess(pid);
    }
    if (clock.now() >= deadline || !existsSync(path.dirname(socket))) return undefined;
    await clock.sleep(POLL_MS);
  }
}
