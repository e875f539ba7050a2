// The events of a task, with Nomad's types, display texts and details to the letter (Nomad: nomad/structs, TaskEvent;
// golden lifecycle.jsonl and errors.jsonl).
import { formatGoDuration } from "../base/goDuration.ts";
import { goQuote } from "../base/goQuote.ts";
import type { ExitResult, TaskEvent } from "./status.ts";

/** An event before it gets its time. */
export type NewTaskEvent = Omit<TaskEvent, "time">;

const plain = (type: string, display: string): NewTaskEvent => ({ type, display, details: {} });

export const received = plain("Received", "Task received by client");
export const taskSetup: NewTaskEvent = {
  type: "Task Setup",
  display: "Building Task Directory",
  details: { message: "Building Task Directory" },
};
export const downloadingArtifacts = plain("Downloading Artifacts", "Client is downloading artifacts");
export const started = plain("Started", "Task started by client");
export const killed = plain("Killed", "Task successfully killed");
export const leaderTaskDead = plain("Leader Task Dead", "Leader Task in Group dead");
export const mainTasksDead = plain("Main Tasks Dead", "Main tasks in the group died");
export const failedRestoring = plain(
  "Failed Restoring Task",
  "failed to restore task; will not run until server is contacted",
);

export function failedArtifactDownload(error: string): NewTaskEvent {
  return { type: "Failed Artifact Download", display: error, details: { download_error: error } };
}

export function driverFailure(error: string): NewTaskEvent {
  return { type: "Driver Failure", display: error, details: { driver_error: error } };
}

export function failedValidation(error: string): NewTaskEvent {
  return { type: "Failed Validation", display: error, details: { validation_error: error } };
}

export function hookFailed(message: string): NewTaskEvent {
  return { type: "Task hook failed", display: message, details: { message } };
}

export function setupFailure(message: string): NewTaskEvent {
  return { type: "Setup Failure", display: message, details: { setup_error: message } };
}

/** A message of the driver while the task starts or runs. */
export function driverMessage(message: string): NewTaskEvent {
  return { type: "Driver", display: message, details: { driver_message: message } };
}

export function terminated(exit: Pick<ExitResult, "exitCode" | "signal" | "message">): NewTaskEvent {
  const parts = [`Exit Code: ${exit.exitCode}`];
  if (exit.signal !== 0) parts.push(`Signal: ${exit.signal}`);
  if (exit.message !== undefined) parts.push(`Exit Message: ${goQuote(exit.message)}`);
  const details = { exit_code: String(exit.exitCode), signal: String(exit.signal), oom_killed: "false" };
  return {
    type: "Terminated",
    display: parts.join(", "),
    details: exit.message === undefined ? details : { ...details, exit_message: exit.message },
  };
}

/** The reason that Nomad leaves out of the text, because it is the normal case. */
export const WITHIN_POLICY = "Restart within policy";

/** `reason` is empty for a restart that a person asked for. */
export function restarting(delayNs: number, reason: string): NewTaskEvent {
  const text = `Task restarting in ${formatGoDuration(delayNs)}`;
  return {
    type: "Restarting",
    display: reason === "" || reason === WITHIN_POLICY ? text : `${reason} - ${text}`,
    details: { start_delay: String(Math.round(delayNs)), restart_reason: reason },
  };
}

export function notRestarting(reason: string): NewTaskEvent {
  return { type: "Not Restarting", display: reason, details: { restart_reason: reason, fails_task: "true" } };
}

export function restartSignaled(reason: string): NewTaskEvent {
  return { type: "Restart Signaled", display: reason, details: { restart_reason: reason } };
}

/** Nomad says "interrupt" for every kill signal, and for the power button too. */
export function killing(timeoutMs: number): NewTaskEvent {
  const timeout = formatGoDuration(timeoutMs * 1e6);
  return {
    type: "Killing",
    display: `Sent interrupt. Waiting ${timeout} before force killing`,
    details: { kill_timeout: timeout },
  };
}

/** The client itself ends the task, for a reason of its own. */
export function killedBy(reason: string): NewTaskEvent {
  return { type: "Killing", display: reason, details: { fails_task: "true" } };
}

export function waitingForShutdownDelay(delayMs: number): NewTaskEvent {
  const delay = formatGoDuration(delayMs * 1e6);
  return plain("Waiting for shutdown delay", `Waiting for shutdown_delay of ${delay} before killing the task.`);
}

export function skippingShutdownDelay(delayMs: number): NewTaskEvent {
  const delay = formatGoDuration(delayMs * 1e6);
  return plain("Skipping shutdown delay", `Skipping shutdown_delay of ${delay} before killing the task.`);
}

export function siblingFailed(sibling: string): NewTaskEvent {
  return {
    type: "Sibling Task Failed",
    display: `Task's sibling ${goQuote(sibling)} failed`,
    details: { failed_sibling: sibling },
  };
}
