// Versions and version constraints as the operators `version` and `semver` know them.
// Source of the rules: hashicorp/go-version, and Nomad helper/constraints/semver (nomad.md 2.12).
import { compareText, parseInt64 } from "../goText.ts";

export interface Version {
  /** At least three numbers, missing ones are 0. */
  readonly segments: readonly bigint[];
  /** How many of the segments were written. */
  readonly written: number;
  readonly prerelease: string;
  readonly metadata: string;
}

/** The two grammars: `version` allows a prerelease without a dash (`1.2beta`), `semver` does not. */
export type VersionGrammar = "version" | "semver";

const WORD = "[0-9A-Za-z\\-~]";
const NUMBERS = "v?([0-9]+(?:\\.[0-9]+)*)";
const METADATA = `(?:\\+(${WORD}+(?:\\.${WORD}+)*))?`;
const prerelease = (dash: string): string =>
  `(?:-([0-9]+${WORD}*(?:\\.${WORD}+)*)|${dash}([A-Za-z\\-~]+${WORD}*(?:\\.${WORD}+)*))?`;

const VERSION_TEXT: Readonly<Record<VersionGrammar, string>> = {
  version: NUMBERS + prerelease("-?") + METADATA,
  semver: NUMBERS + prerelease("-") + METADATA,
};
const VERSION: Readonly<Record<VersionGrammar, RegExp>> = {
  version: new RegExp(`^${VERSION_TEXT.version}$`),
  semver: new RegExp(`^${VERSION_TEXT.semver}$`),
};

/** Reads a version; undefined when it is not one. */
export function parseVersion(text: string, grammar: VersionGrammar = "version"): Version | undefined {
  const match = VERSION[grammar].exec(text);
  if (match === null) return undefined;
  const segments: bigint[] = [];
  for (const digits of (match[1] ?? "").split(".")) {
    const segment = parseInt64(digits);
    if (segment === undefined) return undefined;
    segments.push(segment);
  }
  const written = segments.length;
  while (segments.length < 3) segments.push(0n);
  return { segments, written, prerelease: match[3] ?? match[2] ?? "", metadata: match[4] ?? "" };
}

/** -1, 0 or 1: the order of two versions. Metadata does not count; a prerelease comes before its release. */
export function compareVersions(left: Version, right: Version): number {
  if (!sameSegments(left, right)) {
    const length = Math.max(left.segments.length, right.segments.length);
    for (let index = 0; index < length; index++) {
      const a = left.segments[index] ?? 0n;
      const b = right.segments[index] ?? 0n;
      if (a !== b) return a < b ? -1 : 1;
    }
    // Equal but for trailing zeros (1.2.3 and 1.2.3.0): prereleases are not looked at.
    return 0;
  }
  if (left.prerelease === right.prerelease) return 0;
  if (left.prerelease === "") return 1;
  if (right.prerelease === "") return -1;
  return comparePrereleases(left.prerelease, right.prerelease);
}

function sameSegments(left: Version, right: Version): boolean {
  return (
    left.segments.length === right.segments.length &&
    left.segments.every((segment, index) => segment === right.segments[index])
  );
}

function comparePrereleases(left: string, right: string): number {
  const lefts = left.split(".");
  const rights = right.split(".");
  for (let index = 0; index < Math.max(lefts.length, rights.length); index++) {
    const order = comparePart(lefts[index] ?? "", rights[index] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

/** A missing part is before a number but after a word: there go-version leaves SemVer 2 (`alpha` is after `alpha.beta`). */
function comparePart(left: string, right: string): number {
  if (left === right) return 0;
  const a = parseInt64(left);
  const b = parseInt64(right);
  if (left === "") return b !== undefined ? -1 : 1;
  if (right === "") return a !== undefined ? 1 : -1;
  if (a !== undefined && b !== undefined) return a > b ? 1 : -1;
  if (a !== undefined) return -1;
  if (b !== undefined) return 1;
  return compareText(left, right) > 0 ? 1 : -1;
}

export type VersionOperator = "=" | "!=" | ">" | "<" | ">=" | "<=" | "~>";

/** One part of a version constraint: `>= 1.2`. */
export interface VersionCondition {
  readonly operator: VersionOperator;
  readonly version: Version;
  readonly text: string;
}

const SPACES = "[\\t\\n\\f\\r ]*";
const CONDITION: Readonly<Record<VersionGrammar, RegExp>> = {
  version: new RegExp(`^${SPACES}(=|!=|>=|<=|>|<|~>|)${SPACES}(${VERSION_TEXT.version})${SPACES}$`),
  semver: new RegExp(`^${SPACES}(=|!=|>=|<=|>|<|)${SPACES}(${VERSION_TEXT.semver})${SPACES}$`),
};

/** The parts of a constraint, or the part that is not one. */
export type ParsedVersionConstraint =
  | { readonly ok: true; readonly conditions: readonly VersionCondition[] }
  | { readonly ok: false; readonly malformed: string };

/** Reads `>= 1.2, < 2`: conditions between commas, all of which must hold. `~>` exists for `version` only. */
export function parseVersionConstraint(text: string, grammar: VersionGrammar): ParsedVersionConstraint {
  const conditions: VersionCondition[] = [];
  for (const part of text.split(",")) {
    const match = CONDITION[grammar].exec(part);
    const version = match === null ? undefined : parseVersion(match[2] ?? "", grammar);
    if (match === null || version === undefined) return { ok: false, malformed: part };
    const operator = match[1] === "" ? "=" : (match[1] as VersionOperator);
    conditions.push({ operator, version, text: part.trim() });
  }
  return { ok: true, conditions };
}

/**
 * Whether a version meets one condition. Under `version`, an ordering condition without a prerelease refuses every
 * prerelease, and one with a prerelease accepts only prereleases of the same numbers (releases pass, except for `~>`).
 * Under `semver` only the order counts.
 */
export function meetsCondition(version: Version, condition: VersionCondition, grammar: VersionGrammar): boolean {
  const { operator, version: wanted } = condition;
  const order = compareVersions(version, wanted);
  if (operator === "=") return order === 0;
  if (operator === "!=") return order !== 0;
  if (grammar === "version" && version.prerelease !== "") {
    if (wanted.prerelease === "" || !sameSegments(version, wanted)) return false;
  }
  switch (operator) {
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case "~>":
      return order >= 0 && meetsPessimistic(version, wanted);
  }
}

/** `~> 1.2.3`: at least that, and the same in all numbers that were written but the last. */
function meetsPessimistic(version: Version, wanted: Version): boolean {
  if (wanted.prerelease !== "" && version.prerelease === "") return false;
  const length = wanted.segments.length;
  if (length > version.segments.length) return false;
  for (let index = 0; index < wanted.written - 1; index++) {
    if (version.segments[index] !== wanted.segments[index]) return false;
  }
  return (wanted.segments[length - 1] ?? 0n) <= (version.segments[length - 1] ?? 0n);
}

/** `1.2.0-beta+x`: the version with its missing numbers. */
export function formatVersion(version: Version): string {
  const prereleasePart = version.prerelease === "" ? "" : `-${version.prerelease}`;
  const metadataPart = version.metadata === "" ? "" : `+${version.metadata}`;
  return version.segments.join(".") + prereleasePart + metadataPart;
}
