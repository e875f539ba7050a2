// Health checks of services. Nomad reports the first problem of each check; those of check_restart count as one. Source: Nomad nomad/structs/services.go.
import { amount, block, type Fields, flag, isSet, text } from "../fields.ts";
import { formatGoDuration } from "../../base/goDuration.ts";
import { quote } from "../goText.ts";
import type { RuleCode } from "./rules.ts";

export interface CheckProblem {
  readonly code: RuleCode;
  readonly message: string;
  /** The field of the check that is at fault. */
  readonly field: string;
}

const SECOND = 1_000_000_000;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"];

/** Whether a check of this type connects to a port. The type is taken as written. */
export const requiresPort = (check: Fields): boolean => ["grpc", "http", "tcp"].includes(text(check, "Type"));

const problem = (code: RuleCode, field: string, message: string): CheckProblem => ({ code, field, message });

export function consulCheckProblems(check: Fields): readonly CheckProblem[] {
  return withGrace(check, commonProblem(check, ["grpc", "tcp", "http", "script"]) ?? consulProblem(check));
}

export function nomadCheckProblems(check: Fields): readonly CheckProblem[] {
  return withGrace(check, commonProblem(check, ["tcp", "http"]) ?? nomadProblem(check));
}

function withGrace(check: Fields, first: CheckProblem | undefined): readonly CheckProblem[] {
  const second = first?.code === "check/restart-limit" ? graceProblem(block(check, "CheckRestart") ?? {}) : undefined;
  return [first, second].filter((each) => each !== undefined);
}

function commonProblem(check: Fields, types: readonly string[]): CheckProblem | undefined {
  const type = text(check, "Type").toLowerCase();
  if (!types.includes(type))
    return problem("check/type", "Type", `invalid check type (${quote(type)}), must be one of ${types.join(", ")}`);
  return targetProblem(check, type) ?? timeProblem(check) ?? modeProblem(check) ?? restartProblem(check);
}

function targetProblem(check: Fields, type: string): CheckProblem | undefined {
  if (type === "script" && text(check, "Command") === "") {
    return problem("check/command-missing", "Command", "script type must have a valid script path");
  }
  if (type !== "http") return undefined;
  const path = text(check, "Path");
  if (path === "") return problem("check/path-missing", "Path", "http type must have http path");
  if (!isUrlReference(path)) return problem("check/path", "Path", "http type must have valid http path");
  if (/^[a-zA-Z][a-zA-Z0-9+\-.]*:/.test(path)) {
    return problem("check/path-relative", "Path", "http type must have relative http path");
  }
  return undefined;
}

/** Whether Go's net/url reads a text: no control characters, whole percent escapes, no colon in a first segment. */
function isUrlReference(path: string): boolean {
  if (/[\u0000-\u001f\u007f]/.test(path)) return false;
  const [withoutFragment = ""] = path.split("#");
  const [beforeQuery = ""] = withoutFragment.split("?");
  if (/%(?![0-9a-fA-F]{2})/.test(beforeQuery) || /%(?![0-9a-fA-F]{2})/.test(path.slice(withoutFragment.length)))
    return false;
  const scheme = /^[a-zA-Z][a-zA-Z0-9+\-.]*:/.test(path);
  if (!scheme && /^[^/]*:/.test(beforeQuery)) return false;
  const host = /^(?:[a-zA-Z][a-zA-Z0-9+\-.]*:)?\/\/([^/?#]*)/.exec(path)?.[1];
  return (
    host === undefined || (!/[\s<>"\\^`{|}]/.test(host) && /^(?:.*@)?(?:\[[^\]]*\]|[^:]*)(?::[0-9]*)?$/.test(host))
  );
}

function timeProblem(check: Fields): CheckProblem | undefined {
  const interval = amount(check, "Interval");
  const timeout = amount(check, "Timeout");
  if (interval === 0) {
    return problem(
      "check/interval-missing",
      "Interval",
      "missing required value interval. Interval cannot be less than 1s",
    );
  }
  if (interval < SECOND)
    return problem("check/interval", "Interval", `interval (${formatGoDuration(interval)}) cannot be lower than 1s`);
  if (timeout === 0) {
    return problem(
      "check/timeout-missing",
      "Timeout",
      "missing required value timeout. Timeout cannot be less than 1s",
    );
  }
  if (timeout < SECOND) {
    return problem(
      "check/timeout",
      "Timeout",
      `timeout (${formatGoDuration(timeout)}) is lower than required minimum timeout 1s`,
    );
  }
  return undefined;
}

function modeProblem(check: Fields): CheckProblem | undefined {
  const status = text(check, "InitialStatus");
  const mode = text(check, "AddressMode");
  const update = text(check, "OnUpdate");
  if (!["", "passing", "warning", "critical"].includes(status)) {
    const words = `invalid initial check state (${status}), must be one of "passing", "warning", "critical" or empty`;
    return problem("check/initial-status", "InitialStatus", words);
  }
  if (mode === "auto")
    return problem("check/address-mode", "AddressMode", 'invalid address_mode "auto" - auto only valid for services');
  if (!["", "host", "driver", "alloc", "alloc_ipv6"].includes(mode)) {
    return problem("check/address-mode", "AddressMode", `invalid address_mode ${quote(mode)}`);
  }
  if (!["", "ignore", "require_healthy", "ignore_warnings"].includes(update)) {
    const words = `on_update must be "require_healthy", "ignore_warnings", or "ignore"; got ${quote(update)}`;
    return problem("check/on-update", "OnUpdate", words);
  }
  return undefined;
}

function restartProblem(check: Fields): CheckProblem | undefined {
  const restart = block(check, "CheckRestart");
  if (restart === undefined) return undefined;
  const update = text(check, "OnUpdate");
  if (update === "ignore") {
    return problem(
      "check/restart-and-ignore",
      "OnUpdate",
      'on_update value "ignore" is not compatible with check_restart',
    );
  }
  if (update === "ignore_warnings" && !flag(restart, "IgnoreWarnings")) {
    const words = 'on_update value "ignore_warnings" not supported with check_restart ignore_warnings value "false"';
    return problem("check/restart-and-warnings", "OnUpdate", words);
  }
  const limit = amount(restart, "Limit");
  if (limit < 0)
    return problem(
      "check/restart-limit",
      "CheckRestart",
      `limit must be greater than or equal to 0 but found ${limit}`,
    );
  return graceProblem(restart);
}

function graceProblem(restart: Fields): CheckProblem | undefined {
  const grace = amount(restart, "Grace");
  if (grace >= 0) return undefined;
  const words = `grace period must be greater than or equal to 0 but found ${grace}`;
  return problem("check/restart-grace", "CheckRestart", words);
}

const THRESHOLDS = {
  SuccessBeforePassing: "success_before_passing",
  FailuresBeforeCritical: "failures_before_critical",
  FailuresBeforeWarning: "failures_before_warning",
} as const;

function consulProblem(check: Fields): CheckProblem | undefined {
  const type = text(check, "Type");
  if (flag(check, "Expose") && !["grpc", "http"].includes(type.toLowerCase())) {
    return problem("check/expose", "Expose", "expose may only be set on HTTP or gRPC checks");
  }
  for (const [field, name] of Object.entries(THRESHOLDS)) {
    const value = amount(check, field);
    if (value < 0) return problem("check/threshold-negative", field, `${name} must be non-negative`);
    if (value > 0 && !["tcp", "http", "grpc"].includes(type)) {
      return problem("check/threshold-type", field, `${name} not supported for check of type ${quote(type)}`);
    }
  }
  if (Buffer.byteLength(text(check, "Notes")) > 255) {
    return problem("check/notes-long", "Notes", "notes must not be longer than 255 characters");
  }
  return undefined;
}

function nomadProblem(check: Fields): CheckProblem | undefined {
  const consulOnly = (field: string, what: string): CheckProblem =>
    problem("check/consul-only", field, `${what} for Consul service checks`);
  const restart = block(check, "CheckRestart");
  const method = text(check, "Method");
  if (flag(check, "Expose")) return consulOnly("Expose", "expose may only be set");
  if (text(check, "OnUpdate") === "ignore_warnings")
    return consulOnly("OnUpdate", "on_update may only be set to ignore_warnings");
  if (restart !== undefined && flag(restart, "IgnoreWarnings")) {
    return consulOnly("CheckRestart", "ignore_warnings on check_restart only supported");
  }
  if (text(check, "AddressMode") === "driver")
    return consulOnly("AddressMode", "address_mode = driver may only be set");
  if (text(check, "Type") === "http" && method !== "" && !METHODS.includes(method.toUpperCase())) {
    return problem("check/method", "Method", `method type ${quote(method)} not supported in Nomad http check`);
  }
  for (const [field, name] of Object.entries(THRESHOLDS)) {
    if (amount(check, field) !== 0) return consulOnly(field, `${name} may only be set`);
  }
  return isSet(check, "TLSServerName") && text(check, "TLSServerName") !== ""
    ? consulOnly("TLSServerName", "tls_server_name may only be set")
    : undefined;
}
