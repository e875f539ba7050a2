// The operators of constraints and affinities: each with its verdict and the reason for it.
import { RE2JS } from "re2js";
import compareSemver from "semver/functions/compare.js";
import parseSemver from "semver/functions/parse.js";
import { compareText, parseFloat64, parseInt64, trimSpace } from "../goText.ts";
import type { NodeLookup } from "../node.ts";
import {
  compareVersions,
  formatVersion,
  meetsCondition,
  parseVersion,
  parseVersionConstraint,
  type Version,
  type VersionCondition,
  type VersionGrammar,
} from "./version.ts";

/** Whether something holds on a node; `unknown` when the node's description does not say enough. */
export interface Judgement {
  readonly met: boolean | "unknown";
  /** One sentence that says why, with the values that were compared. */
  readonly reason: string;
}

/** One side of a comparison: the text as written and what it stands for. */
export interface Side {
  readonly text: string;
  readonly value: NodeLookup;
}

const met = (reason: string): Judgement => ({ met: true, reason });
const unmet = (reason: string): Judgement => ({ met: false, reason });

/**
 * Judges `left operand right`. Source: Nomad scheduler, checkConstraint (nomad.md 2.12). `distinct_hosts` and
 * `distinct_property` are about other allocations and not judged here; an operand that Nomad does not know is never met.
 */
export function judgeOperator(operand: string, left: Side, right: Side): Judgement {
  switch (operand) {
    case "is_set":
      return judgePresence(left, "set");
    case "is_not_set":
      return judgePresence(left, "not set");
    case "!=":
    case "not":
      return judgeDifference(left, right);
  }
  const judge = Object.hasOwn(COMPARISONS, operand) ? COMPARISONS[operand] : undefined;
  if (judge === undefined) return unmet(`Nomad knows no operator ${JSON.stringify(operand)}, so nothing meets it.`);
  const missing = missingSide(left, right);
  if (missing !== undefined) return missing;
  return judge(found(left), found(right), operand);
}

/** The operators that need both sides. */
const COMPARISONS: Readonly<Record<string, (left: string, right: string, operand: string) => Judgement>> = {
  "=": judgeEquality,
  "==": judgeEquality,
  is: judgeEquality,
  "<": judgeOrder,
  "<=": judgeOrder,
  ">": judgeOrder,
  ">=": judgeOrder,
  version: (left, right) => judgeVersion(left, right, "version"),
  semver: (left, right) => judgeVersion(left, right, "semver"),
  regexp: judgeRegexp,
  set_contains: judgeContainsAll,
  set_contains_all: judgeContainsAll,
  set_contains_any: judgeContainsAny,
};

const found = (side: Side): string => (side.value.kind === "found" ? side.value.value : "");
const show = (text: string): string => JSON.stringify(text);
const name = (side: Side): string => side.text.replace(/^\$\{(.*)\}$/, "$1");

function missingSide(left: Side, right: Side): Judgement | undefined {
  for (const side of [left, right]) {
    if (side.value.kind === "absent") return unmet(`The node has no ${name(side)}.`);
  }
  for (const side of [left, right]) {
    if (side.value.kind === "unknown") return { met: "unknown", reason: unknownReason(side) };
  }
  return undefined;
}

const unknownReason = (side: Side): string =>
  `It is not known here whether the node has ${name(side)}, and with what value.`;

function judgePresence(side: Side, wanted: "set" | "not set"): Judgement {
  switch (side.value.kind) {
    case "unknown":
      return { met: "unknown", reason: unknownReason(side) };
    case "found":
      return { met: wanted === "set", reason: `The node has ${name(side)}: ${show(side.value.value)}.` };
    case "absent":
      return { met: wanted === "not set", reason: `The node has no ${name(side)}.` };
  }
}

/** A side that does not exist counts as the empty text, so a missing attribute differs from everything but "". */
function judgeDifference(left: Side, right: Side): Judgement {
  for (const side of [left, right]) {
    if (side.value.kind === "unknown") return { met: "unknown", reason: unknownReason(side) };
  }
  const [a, b] = [found(left), found(right)];
  const missing = [left, right].find((side) => side.value.kind === "absent");
  if (missing !== undefined) {
    const note = `The node has no ${name(missing)}, which counts as an empty text here`;
    return a === b ? unmet(`${note}: both sides are empty.`) : met(`${note}: the sides differ.`);
  }
  return a === b ? unmet(`Both sides are ${show(a)}.`) : met(`${show(a)} is not ${show(b)}.`);
}

function judgeEquality(left: string, right: string): Judgement {
  return left === right ? met(`Both sides are ${show(left)}.`) : unmet(`${show(left)} is not ${show(right)}.`);
}

/** As 64-bit integers if both are, else as floats if both are, else byte by byte. */
function judgeOrder(left: string, right: string, operand: string): Judgement {
  const [a, b] = [parseInt64(left), parseInt64(right)];
  if (a !== undefined && b !== undefined)
    return ordered(holds(operand, a < b, a === b, a > b), left, right, operand, "as whole numbers");
  const [x, y] = [parseFloat64(left), parseFloat64(right)];
  if (x !== undefined && y !== undefined)
    return ordered(holds(operand, x < y, x === y, x > y), left, right, operand, "as numbers");
  const order = compareText(left, right);
  const judgement = ordered(
    holds(operand, order < 0, order === 0, order > 0),
    left,
    right,
    operand,
    "as texts, character by character",
  );
  const versions = parseVersion(left) !== undefined && parseVersion(right) !== undefined;
  return versions
    ? { ...judgement, reason: `${judgement.reason} For versions use the operator version or semver.` }
    : judgement;
}

function holds(operand: string, less: boolean, equal: boolean, greater: boolean): boolean {
  switch (operand) {
    case "<":
      return less;
    case "<=":
      return less || equal;
    case ">":
      return greater;
    default:
      return greater || equal;
  }
}

function ordered(result: boolean, left: string, right: string, operand: string, how: string): Judgement {
  return result
    ? met(`${show(left)} ${operand} ${show(right)} holds, compared ${how}.`)
    : unmet(`${show(left)} ${operand} ${show(right)} does not hold, compared ${how}.`);
}

function judgeVersion(left: string, right: string, grammar: VersionGrammar): Judgement {
  const version = parseVersion(left);
  if (version === undefined) return unmet(`${show(left)} is not a version.`);
  const constraint = parseVersionConstraint(right, grammar);
  if (!constraint.ok) {
    return unmet(`${show(constraint.malformed)} is not a ${grammar} constraint, so nothing meets it.`);
  }
  for (const condition of constraint.conditions) {
    if (!meetsCondition(version, condition, grammar)) return unmet(whyNot(version, condition, grammar));
  }
  return met(`${formatVersion(version)} meets ${show(right)}${orderNote(version, constraint.conditions, grammar)}.`);
}

function whyNot(version: Version, condition: VersionCondition, grammar: VersionGrammar): string {
  const text = `${formatVersion(version)} does not meet ${show(condition.text)}`;
  if (grammar === "version" && version.prerelease !== "" && condition.operator !== "=" && condition.operator !== "!=") {
    const semverCondition = {
      ...condition,
      operator: condition.operator === "~>" ? ">=" : condition.operator,
    } as const;
    if (meetsCondition(version, semverCondition, "semver")) {
      return `${text}: the operator version takes a prerelease only for a constraint with a prerelease of the same numbers; the operator semver orders them.`;
    }
  }
  return `${text}${orderNote(version, [condition], grammar)}.`;
}

/** Says so where Nomad's order of prereleases is not SemVer 2's. */
function orderNote(version: Version, conditions: readonly VersionCondition[], grammar: VersionGrammar): string {
  if (grammar !== "semver") return "";
  for (const condition of conditions) {
    const ours = parseSemver(formatVersion(version));
    const theirs = parseSemver(formatVersion(condition.version));
    if (ours === null || theirs === null) continue;
    if (compareSemver(ours, theirs) !== compareVersions(version, condition.version)) {
      return " (SemVer 2 orders these two the other way; Nomad puts a prerelease before its continuations with a word)";
    }
  }
  return "";
}

function judgeRegexp(left: string, right: string): Judgement {
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(right);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return unmet(`${show(right)} is not a regular expression (${message}), so nothing meets it.`);
  }
  return pattern.matcher(left).find()
    ? met(`${show(left)} matches the regular expression ${show(right)}.`)
    : unmet(`${show(left)} does not match the regular expression ${show(right)}.`);
}

const elements = (text: string): string[] => text.split(",").map(trimSpace);

function judgeContainsAll(left: string, right: string): Judgement {
  const present = new Set(elements(left));
  const missing = elements(right).filter((element) => !present.has(element));
  return missing.length === 0
    ? met(`${show(left)} contains all of ${show(right)}.`)
    : unmet(`${show(left)} does not contain ${missing.map(show).join(", ")}.`);
}

function judgeContainsAny(left: string, right: string): Judgement {
  const present = new Set(elements(left));
  const common = elements(right).find((element) => present.has(element));
  return common === undefined
    ? unmet(`${show(left)} contains none of ${show(right)}.`)
    : met(`${show(left)} contains ${show(common)}.`);
}
