// Constraints, affinities and spreads. Source: Nomad nomad/structs/structs.go and constraint.go.
import { RE2JS } from "re2js";
import { parseVersionConstraint } from "../constraints/version.ts";
import { quote } from "../goText.ts";
import { amount, type Fields, indexed, text } from "../fields.ts";
import type { JobPath } from "../origin.ts";
import type { Reporter } from "./context.ts";
import type { RuleCode } from "./rules.ts";

const COMPARISONS = ["=", "==", "is", "!=", "not", "<", "<=", ">", ">="];
const SETS = ["set_contains", "set_contains_all", "set_contains_any"];
const DISTINCT = ["distinct_hosts", "distinct_property"];
const NODE_TARGETS = [
  "${node.unique.id}",
  "${node.datacenter}",
  "${node.unique.name}",
  "${node.class}",
  "${node.pool}",
];
const TARGET_PREFIXES = ["${attr.", "${device.", "${meta."];

/** `at` says where constraints stand: some operators are for whole allocations, some not for devices. */
export function checkConstraints(
  owner: Fields,
  path: JobPath,
  at: "job" | "group" | "task" | "device",
  error: Reporter,
): void {
  for (const [index, constraint] of indexed(owner, "Constraints")) {
    const place: JobPath = [...path, "Constraints", index];
    const operand = text(constraint, "Operand");
    const isDistinct = DISTINCT.includes(operand);
    if (at === "device" && isDistinct) {
      error(
        "constraint/device-distinct",
        place,
        `Constraint ${index + 1} validation failed: using unsupported operand ${quote(operand)}`,
      );
      continue;
    }
    checkConstraint(constraint, place, error);
    if (at === "task" && isDistinct) {
      error(
        "constraint/task-distinct",
        [...place, "Operand"],
        `Constraint ${index + 1} has disallowed Operand at task level: ${operand}`,
      );
    }
  }
}

function checkConstraint(constraint: Fields, path: JobPath, error: Reporter): void {
  const operand = text(constraint, "Operand");
  const right = text(constraint, "RTarget");
  const value: JobPath = [...path, "RTarget"];
  if (operand === "") error("constraint/operand-missing", path, "Missing constraint operand");
  if (SETS.includes(operand)) {
    if (right === "") error("constraint/set-value-missing", value, "Set contains constraint requires an RTarget");
  } else if (operand === "regexp") {
    checkRegexp(right, value, "constraint/regexp", error);
  } else if (operand === "version" || operand === "semver") {
    checkVersion(right, operand, "constraint", value, error);
  } else if (operand === "distinct_property") {
    checkDistinctProperty(right, value, error);
  } else if (operand === "is_set" || operand === "is_not_set") {
    if (right !== "") error("constraint/value-not-allowed", value, `Operator "${operand}" does not support an RTarget`);
  } else if (COMPARISONS.includes(operand)) {
    if (right === "") error("constraint/value-missing", value, `Operator "${operand}" requires an RTarget`);
  } else if (operand !== "distinct_hosts") {
    error("constraint/operand-unknown", [...path, "Operand"], `Unknown constraint type ${quote(operand)}`);
  }
  if (operand !== "distinct_hosts") checkAttribute(text(constraint, "LTarget"), [...path, "LTarget"], error);
}

function checkAttribute(target: string, path: JobPath, error: Reporter): void {
  if (target === "") {
    error("constraint/attribute-missing", path, "no attribute provided but is required by operator");
  } else if (target.startsWith("$")) {
    if (!target.startsWith("${"))
      error("constraint/attribute-brace", path, `attribute ${quote(target)} is missing an opening brace`);
    else if (!target.endsWith("}"))
      error("constraint/attribute-brace", path, `attribute ${quote(target)} is missing a closing brace`);
    else if (!NODE_TARGETS.includes(target) && !TARGET_PREFIXES.some((prefix) => target.startsWith(prefix))) {
      error("constraint/attribute-unsupported", path, `unsupported attribute ${quote(target)}`);
    }
  }
}

function checkRegexp(pattern: string, path: JobPath, code: RuleCode, error: Reporter): void {
  try {
    RE2JS.compile(pattern);
  } catch (problem) {
    const words = problem instanceof Error ? problem.message : String(problem);
    error(code, path, `Regular expression failed to compile: ${words}`);
  }
}

function checkVersion(
  right: string,
  grammar: "version" | "semver",
  of: "constraint" | "affinity",
  path: JobPath,
  error: Reporter,
): void {
  const parsed = parseVersionConstraint(right, grammar);
  if (parsed.ok) return;
  const label = grammar === "version" ? "Version" : "Semver";
  const malformed = grammar === "version" ? "malformed" : "Malformed";
  error(`${of}/${grammar}`, path, `${label} ${of} is invalid: ${malformed} constraint: ${parsed.malformed}`);
}

function checkDistinctProperty(right: string, path: JobPath, error: Reporter): void {
  if (right === "") return;
  const code = "constraint/distinct-property-count";
  if (!/^[0-9]+$/.test(right) || BigInt(right) >= 2n ** 64n) {
    error(code, path, `Failed to convert RTarget ${quote(right)} to uint64`);
  } else if (BigInt(right) < 1n) {
    error(code, path, `Distinct Property must have an allowed count of 1 or greater: ${BigInt(right)} < 1`);
  }
}

/** Affinities; system jobs have none, which is reported once for each owner. */
export function checkAffinities(owner: Fields, path: JobPath, jobType: string, error: Reporter): void {
  const affinities = [...indexed(owner, "Affinities")];
  if (jobType === "system") {
    if (affinities.length > 0)
      error("system/affinity", [...path, "Affinities", 0], "System jobs may not have an affinity block");
    return;
  }
  for (const [index, affinity] of affinities) checkAffinity(affinity, [...path, "Affinities", index], error);
}

export function checkAffinity(affinity: Fields, path: JobPath, error: Reporter): void {
  const operand = text(affinity, "Operand");
  const right = text(affinity, "RTarget");
  const weight = amount(affinity, "Weight");
  const value: JobPath = [...path, "RTarget"];
  if (operand === "") error("affinity/operand-missing", path, "Missing affinity operand");
  if (SETS.includes(operand)) {
    if (right === "") error("affinity/set-value-missing", value, "Set contains operators require an RTarget");
  } else if (operand === "regexp") {
    checkRegexp(right, value, "affinity/regexp", error);
  } else if (operand === "version" || operand === "semver") {
    checkVersion(right, operand, "affinity", value, error);
  } else if (COMPARISONS.includes(operand)) {
    if (right === "") error("affinity/value-missing", value, `Operator "${operand}" requires an RTarget`);
  } else {
    error("affinity/operand-unknown", [...path, "Operand"], `Unknown affinity operator ${quote(operand)}`);
  }
  if (text(affinity, "LTarget") === "") {
    error("affinity/attribute-missing", [...path, "LTarget"], "No LTarget provided but is required");
  }
  if (weight === 0) error("affinity/weight-zero", [...path, "Weight"], "Affinity weight cannot be zero");
  if (weight > 100 || weight < -100) {
    error("affinity/weight-range", [...path, "Weight"], "Affinity weight must be within the range [-100,100]");
  }
}

/** Spreads; system jobs have none, which is reported once for each owner. */
export function checkSpreads(owner: Fields, path: JobPath, jobType: string, error: Reporter): void {
  const spreads = [...indexed(owner, "Spreads")];
  if (jobType === "system") {
    if (spreads.length > 0) error("system/spread", [...path, "Spreads", 0], "System jobs may not have a spread block");
    return;
  }
  for (const [index, spread] of spreads) checkSpread(spread, [...path, "Spreads", index], error);
}

function checkSpread(spread: Fields, path: JobPath, error: Reporter): void {
  const weight = amount(spread, "Weight");
  if (text(spread, "Attribute") === "")
    error("spread/attribute-missing", [...path, "Attribute"], "Missing spread attribute");
  if (weight <= 0 || weight > 100) {
    error("spread/weight", [...path, "Weight"], "Spread block must have a positive weight from 0 to 100");
  }
  const seen = new Set<string>();
  let sum = 0;
  for (const [index, target] of indexed(spread, "SpreadTarget")) {
    const value = text(target, "Value");
    const percent = amount(target, "Percent");
    const place: JobPath = [...path, "SpreadTarget", index];
    if (seen.has(value)) error("spread/target-duplicate", place, `Spread target value ${quote(value)} already defined`);
    seen.add(value);
    if (percent > 100) {
      error(
        "spread/target-percent",
        [...place, "Percent"],
        `Spread target percentage for value ${quote(value)} must be between 0 and 100`,
      );
    }
    sum += percent;
  }
  if (sum > 100) {
    error("spread/percent-sum", path, `Sum of spread target percentages must not be greater than 100%; got ${sum}%`);
  }
}
