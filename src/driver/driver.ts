// The QEMU task driver in the words of Nomad's driver interface. Verbs with a file of their own are passed on; the small
// ones stand here.
import { rm } from "node:fs/promises";
import path from "node:path";
import { processStats, type ProcessStats } from "../base/processStats.ts";
import { fail, ok, type Problem, type Result } from "../base/result.ts";
import type { ExitResult } from "./exitResult.ts";
import { killProcessGroup } from "./signalProcess.ts";
import type { TaskHandle, TaskHandleState } from "./taskHandle.ts";

export { fingerprint } from "./fingerprint.ts";
export { recoverTask } from "./recoverTask.ts";
export { startTask } from "./startTask.ts";
export { stopTask } from "./stopTask.ts";

/** Resolves when the VM has ended, however that came about. */
export function waitTask(handle: TaskHandle): Promise<ExitResult> {
  return handle.exited;
}

export interface TaskInspection {
  readonly taskId: string;
  readonly state: "running" | "exited";
  readonly pid: number | undefined;
  /** ms since the epoch */
  readonly startedAt: number;
  /** QMP run state as last told; undefined when QEMU has not said. */
  readonly runState: string | undefined;
  readonly exit: ExitResult | undefined;
}

export function inspectTask(handle: TaskHandle): TaskInspection {
  return {
    taskId: handle.state.taskId,
    state: handle.exit === undefined ? "running" : "exited",
    pid: handle.exit === undefined ? handle.state.process?.pid : undefined,
    startedAt: handle.state.startedAt,
    runState: handle.exit === undefined ? handle.runState : undefined,
    exit: handle.exit,
  };
}

/** CPU time and memory of the QEMU process; undefined when it is gone, or where the system cannot be asked. */
export async function taskStats(handle: TaskHandle): Promise<ProcessStats | undefined> {
  const { process } = handle.state;
  return handle.exit !== undefined || process === undefined ? undefined : processStats(process.pid);
}

/**
 * Removes what a run leaves outside its own directories: sockets and pid file. With `force` a VM that still runs is
 * killed first, without it the answer is Nomad's refusal `cannot destroy running task`.
 */
export async function destroyTask(handle: TaskHandle, mode: "ended" | "force"): Promise<Result<void>> {
  if (handle.exit === undefined) {
    if (mode === "ended") return fail(STILL_RUNNING);
    if (handle.state.process !== undefined) killProcessGroup(handle.state.process);
    await handle.exited;
  }
  await removeEndpoints(handle.state);
  return ok(undefined);
}

/** Removes the sockets of a run that is known to have ended (or never started). */
export async function removeEndpoints(state: TaskHandleState): Promise<void> {
  await rm(path.dirname(state.endpoints.control.socket), { recursive: true, force: true });
}

const STILL_RUNNING: Problem = {
  code: "task-running",
  what: "cannot destroy running task",
  next: "Stop the task first.",
};

/** Nomad's driver refuses signals: `nomad alloc signal`, `change_mode = "signal"`. */
export const SIGNAL_REFUSAL: Problem = {
  code: "signals-unsupported",
  what: "QEMU driver can't signal commands",
  why: "There is no process of the guest that a signal of the host could reach.",
  next: "Use restart or noop as change_mode, or stop and restart the task.",
};

/** Nomad's driver refuses commands: `nomad alloc exec`, script checks, `change_mode = "script"`. */
export const EXEC_REFUSAL: Problem = {
  code: "exec-unsupported",
  what: "QEMU driver can't execute commands",
  why: "Nomad's driver has no way into the guest.",
  next: "Use the serial console, or the guest agent (guest_agent = true) where the guest runs one.",
};
