// Decides what happens after a task has ended: start it again (when), or not (why). Nomad: client/allocrunner/taskrunner,
// restarts package (nomad.md 2.8). Pure: time and chance come from outside, the state is plain data and kept on disk.
import { formatGoDuration } from "../base/goDuration.ts";
import { WITHIN_POLICY } from "./taskEvents.ts";

export interface RestartPolicy {
  readonly attempts: number;
  readonly intervalNs: number;
  readonly delayNs: number;
  readonly mode: "fail" | "delay";
  /** Whether a task that ended well is started again too (service and system jobs, sidecars). */
  readonly onSuccess: boolean;
}

/** What the tracker remembers between two ends. */
export interface RestartState {
  /** Ends counted in the current interval. */
  readonly count: number;
  /** ms since the epoch. */
  readonly intervalStart: number;
}

/** How the task ended. */
export type TaskEnd =
  | { readonly kind: "exited"; readonly outcome: "success" | "failure" }
  /** It never ran: `recoverable` failures (a download) follow the policy, the others end the task. */
  | { readonly kind: "not-started"; readonly recoverable: boolean }
  /** A person asked for a restart: not counted. */
  | { readonly kind: "restart-requested" }
  /** A person or a sibling asked for its end. */
  | { readonly kind: "killed" };

export type RestartDecision =
  | { readonly action: "restart"; readonly delayNs: number; readonly reason: string; readonly state: RestartState }
  /** The task is dead and failed. */
  | { readonly action: "fail"; readonly reason: string; readonly state: RestartState }
  /** The task is dead and done. */
  | { readonly action: "done"; readonly state: RestartState };

const NO_RESTARTS = "Policy allows no restarts";
const UNRECOVERABLE = "Error was unrecoverable";
const DELAYED = "Exceeded allowed attempts, applying a delay";

/**
 * @param now ms since the epoch
 * @param random a number in [0, 1): up to a quarter of the delay is added to it, so that failing tasks do not march in step
 */
export function decideRestart(
  policy: RestartPolicy,
  state: RestartState,
  end: TaskEnd,
  now: number,
  random: number,
): RestartDecision {
  if (end.kind === "killed") return { action: "done", state };
  if (end.kind === "restart-requested") return { action: "restart", delayNs: 0, reason: "", state };
  const endedWell = end.kind === "exited" && end.outcome === "success" && !policy.onSuccess;
  if (policy.attempts === 0)
    return endedWell ? { action: "done", state } : { action: "fail", reason: NO_RESTARTS, state };

  const intervalMs = policy.intervalNs / 1e6;
  const fresh = now > state.intervalStart + intervalMs;
  const next: RestartState = fresh
    ? { count: 1, intervalStart: now }
    : { count: state.count + 1, intervalStart: state.intervalStart };
  if (endedWell) return { action: "done", state: next };
  if (end.kind === "not-started" && !end.recoverable) return { action: "fail", reason: UNRECOVERABLE, state: next };
  if (next.count <= policy.attempts) {
    // To Nomad no delay is one of a nanosecond, and its event says so.
    const delayNs = Math.max(1, policy.delayNs);
    const jitterNs = Math.floor(random * delayNs * 0.25);
    return { action: "restart", delayNs: delayNs + jitterNs, reason: WITHIN_POLICY, state: next };
  }
  if (policy.mode === "fail") {
    const interval = formatGoDuration(policy.intervalNs);
    const reason = `Exceeded allowed attempts ${policy.attempts} in interval ${interval} and mode is "fail"`;
    return { action: "fail", reason, state: next };
  }
  const delayNs = Math.max(0, next.intervalStart + intervalMs - now) * 1e6;
  return { action: "restart", delayNs, reason: DELAYED, state: next };
}
