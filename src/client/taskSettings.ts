// What a task's block says about its end, its restarts and its logs, with Nomad's defaults and limits.
import type { Job, Task } from "../jobspec/job.ts";
import { restartsOnSuccess, type TaskRole } from "./lifecycle.ts";
import type { RotationRules } from "./logs/rotator.ts";
import type { RestartPolicy } from "./restartTracker.ts";

const NS_PER_MS = 1e6;
/** Nomad: api, Task.Canonicalize; "0s" means it too (golden l-killtimeout-0). */
const KILL_TIMEOUT_DEFAULT_MS = 5_000;
/** Nomad: client config, max_kill_timeout. */
const KILL_TIMEOUT_MAX_MS = 30_000;
/** Nomad: api, DefaultLogConfig. */
const LOG_FILES_DEFAULT = 10;
const LOG_FILE_DEFAULT_MB = 10;

/** How long a task is waited for, once after the power button and once after the signal. */
export function killTimeoutMs(task: Task): number {
  const asked = (task.KillTimeout ?? 0) / NS_PER_MS;
  return Math.min(asked > 0 ? asked : KILL_TIMEOUT_DEFAULT_MS, KILL_TIMEOUT_MAX_MS);
}

export function shutdownDelayMs(task: Task): number {
  return task.ShutdownDelay / NS_PER_MS;
}

/** The task's restart block; the job is canonical, so that it is complete. */
export function restartPolicy(job: Job, task: Task, role: TaskRole): RestartPolicy {
  const policy = task.RestartPolicy;
  return {
    attempts: policy?.Attempts ?? 0,
    intervalNs: policy?.Interval ?? 0,
    delayNs: policy?.Delay ?? 0,
    mode: policy?.Mode === "delay" ? "delay" : "fail",
    onSuccess: restartsOnSuccess(role, job.Type ?? "service"),
  };
}

export function logRules(task: Task): RotationRules | "discard" {
  const logs = task.LogConfig;
  if (logs?.Disabled === true) return "discard";
  return {
    maxFiles: logs?.MaxFiles ?? LOG_FILES_DEFAULT,
    maxFileBytes: (logs?.MaxFileSizeMB ?? LOG_FILE_DEFAULT_MB) * 1024 * 1024,
  };
}
