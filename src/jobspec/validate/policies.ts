// What a group says about failures and changes: restart, update, migrate, disconnect, scaling.
// Source: Nomad nomad/structs/structs.go, group.go.
import { amount, type Fields, flag, isSet, text } from "../fields.ts";
import { formatGoDuration } from "../../base/goDuration.ts";
import { quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import type { Reporter } from "./context.ts";

const SECOND = 1_000_000_000;

export function checkRestart(policy: Fields, path: JobPath, error: Reporter): void {
  const mode = text(policy, "Mode");
  const attempts = amount(policy, "Attempts");
  const interval = amount(policy, "Interval");
  const delay = amount(policy, "Delay");
  if (mode !== "delay" && mode !== "fail")
    error("restart/mode", [...path, "Mode"], `Unsupported restart mode: ${quote(mode)}`);
  if (attempts === 0 && mode !== "fail") {
    error(
      "restart/attempts-ambiguous",
      [...path, "Attempts"],
      `Restart policy ${quote(mode)} with ${attempts} attempts is ambiguous`,
    );
  }
  if (interval < 5 * SECOND) {
    error(
      "restart/interval",
      [...path, "Interval"],
      `Interval can not be less than 5s (got ${formatGoDuration(interval)})`,
    );
  }
  if (attempts * delay > interval) {
    const times = `${attempts} times in an interval of ${formatGoDuration(interval)} with a delay of ${formatGoDuration(delay)}`;
    error("restart/infeasible", path, `Nomad can't restart the TaskGroup ${times}`);
  }
}

export function checkUpdate(update: Fields, path: JobPath, error: Reporter): void {
  const check = text(update, "HealthCheck");
  const parallel = amount(update, "MaxParallel");
  const canary = amount(update, "Canary");
  const healthy = amount(update, "MinHealthyTime");
  const deadline = amount(update, "HealthyDeadline");
  const progress = amount(update, "ProgressDeadline");
  const stagger = amount(update, "Stagger");
  const at = (field: string): JobPath => [...path, field];
  if (!["checks", "task_states", "manual"].includes(check)) {
    error("update/health-check", at("HealthCheck"), `Invalid health check given: ${quote(check)}`);
  }
  if (parallel < 0)
    error("update/max-parallel", at("MaxParallel"), `Max parallel can not be less than zero: ${parallel} < 0`);
  if (canary < 0) error("update/canary", at("Canary"), `Canary count can not be less than zero: ${canary} < 0`);
  if (canary === 0 && flag(update, "AutoPromote")) {
    error("update/auto-promote", at("AutoPromote"), "Auto Promote requires a Canary count greater than zero");
  }
  if (healthy < 0) {
    error(
      "update/min-healthy-time",
      at("MinHealthyTime"),
      `Minimum healthy time may not be less than zero: ${formatGoDuration(healthy)}`,
    );
  }
  if (deadline <= 0) {
    error(
      "update/healthy-deadline",
      at("HealthyDeadline"),
      `Healthy deadline must be greater than zero: ${formatGoDuration(deadline)}`,
    );
  }
  if (progress < 0) {
    error(
      "update/progress-deadline",
      at("ProgressDeadline"),
      `Progress deadline must be zero or greater: ${formatGoDuration(progress)}`,
    );
  }
  if (healthy >= deadline) {
    const times = `${formatGoDuration(healthy)} > ${formatGoDuration(deadline)}`;
    error(
      "update/min-healthy-over-deadline",
      at("MinHealthyTime"),
      `Minimum healthy time must be less than healthy deadline: ${times}`,
    );
  }
  if (progress !== 0 && deadline >= progress) {
    const times = `${formatGoDuration(deadline)} > ${formatGoDuration(progress)}`;
    error(
      "update/healthy-over-progress",
      at("HealthyDeadline"),
      `Healthy deadline must be less than progress deadline: ${times}`,
    );
  }
  if (stagger <= 0)
    error("update/stagger", at("Stagger"), `Stagger must be greater than zero: ${formatGoDuration(stagger)}`);
}

export function checkMigrate(migrate: Fields, path: JobPath, error: Reporter): void {
  const parallel = amount(migrate, "MaxParallel");
  const check = text(migrate, "HealthCheck");
  const healthy = amount(migrate, "MinHealthyTime");
  const deadline = amount(migrate, "HealthyDeadline");
  const at = (field: string): JobPath => [...path, field];
  if (parallel < 0) error("migrate/max-parallel", at("MaxParallel"), `MaxParallel must be >= 0 but found ${parallel}`);
  if (check === "") {
    if (parallel > 0) error("migrate/health-check-missing", at("HealthCheck"), "Missing HealthCheck");
  } else if (check !== "checks" && check !== "task_states") {
    error("migrate/health-check", at("HealthCheck"), `Invalid HealthCheck: ${quote(check)}`);
  }
  if (healthy < 0)
    error(
      "migrate/min-healthy-time",
      at("MinHealthyTime"),
      `MinHealthyTime is ${formatGoDuration(healthy)} and must be >= 0`,
    );
  if (deadline < 0)
    error(
      "migrate/healthy-deadline",
      at("HealthyDeadline"),
      `HealthyDeadline is ${formatGoDuration(deadline)} and must be >= 0`,
    );
  if (healthy > deadline) {
    error(
      "migrate/min-healthy-over-deadline",
      at("MinHealthyTime"),
      "MinHealthyTime must be less than HealthyDeadline",
    );
  }
}

const RECONCILE = ["", "best_score", "longest_running", "keep_original", "keep_replacement"];

export function checkDisconnect(disconnect: Fields, path: JobPath, jobType: string, error: Reporter): void {
  const stops = isSet(disconnect, "StopOnClientAfter");
  const lost = amount(disconnect, "LostAfter");
  const reconcile = text(disconnect, "Reconcile");
  if (stops) {
    const at: JobPath = [...path, "StopOnClientAfter"];
    if (amount(disconnect, "StopOnClientAfter") < 0)
      error("disconnect/stop-after-negative", at, "stop_after cannot be a negative duration");
    if (jobType !== "service" && jobType !== "batch") {
      error("disconnect/stop-after-job-type", at, "stop_after can only be used with service or batch job types");
    }
  }
  if (lost < 0)
    error("disconnect/lost-after-negative", [...path, "LostAfter"], "lost_after cannot be a negative duration");
  if (stops && lost !== 0) {
    error("disconnect/lost-and-stop", path, "Disconnect cannot be configured with both lost_after and stop_after");
  }
  if (!RECONCILE.includes(reconcile)) {
    error("disconnect/reconcile", [...path, "Reconcile"], `reconcile option is invalid: ${reconcile}`);
  }
}

const PREFIX = "Scaling policy invalid:";

/** The scaling policy of a group; `job` and `groupName` are what it scales. */
export function checkScaling(scaling: Fields, path: JobPath, group: Fields, job: Fields, error: Reporter): void {
  const [min, max, count] = [amount(scaling, "Min"), amount(scaling, "Max"), amount(group, "Count")];
  const type = text(scaling, "Type");
  if (type !== "horizontal") {
    error("scaling/type", [...path, "Type"], `${PREFIX} scaling policy type "${type}" is not valid`);
  } else {
    const targets = { namespace: text(job, "Namespace"), job: text(job, "ID"), group: text(group, "Name") };
    for (const [name, value] of Object.entries(targets)) {
      if (value === "") error("scaling/target", path, `${PREFIX} missing target ${name}`);
    }
  }
  if (max < 0) error("scaling/max", [...path, "Max"], `${PREFIX} maximum count must be specified and non-negative`);
  else if (max < min)
    error("scaling/max-below-min", [...path, "Max"], `${PREFIX} maximum count must not be less than minimum count`);
  if (min < 0) error("scaling/min", [...path, "Min"], `${PREFIX} minimum count must be specified and non-negative`);
  if (max < count) {
    error(
      "scaling/count-above-max",
      path,
      `${PREFIX} task group count must not be greater than maximum count in scaling policy`,
    );
  }
  const inOtherRegion = isSet(job, "Multiregion") && count === 0 && text(job, "Region") === "global";
  if (count < min && !inOtherRegion) {
    error(
      "scaling/count-below-min",
      path,
      `${PREFIX} task group count must not be less than minimum count in scaling policy`,
    );
  }
}
