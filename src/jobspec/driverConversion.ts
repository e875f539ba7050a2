// Conversion of an evaluated argument to the type in the driver's schema, with the place at fault and Nomad's words for it.
// The words are go-cty's (convert.MismatchMessage), which Nomad shows in the task event (golden e-args-*, e-pm-*, e-gs-*).
import { convert, conversionBetween } from "../hcl/convert.ts";
import { compare, fromFloat64, isInfinite, toFloat64, type BigFloat } from "../hcl/bigfloat.ts";
import { toDecimal } from "../hcl/bigfloatText.ts";
import { friendlyName, typeOf, type Type, type Value } from "../hcl/value.ts";
import type { ConfigPath, DriverValue } from "./driverConfigTypes.ts";

export type ConvertedArgument =
  | { readonly ok: true; readonly value: DriverValue; readonly unknown: readonly ConfigPath[] }
  /** `reason` follows `Inappropriate value for attribute "x": ` and has no full stop. */
  | { readonly ok: false; readonly path: ConfigPath; readonly reason: string };

/** Converts `value` to `wanted`; paths in the result begin with `path`. */
export function convertArgument(value: Value, wanted: Type, path: ConfigPath): ConvertedArgument {
  const mismatch = typeMismatch(typeOf(value), wanted, path);
  if (mismatch !== undefined) return { ok: false, ...mismatch };
  const converted = convert(value, wanted);
  if (!converted.ok) {
    const { place, type, part } = failingPart(value, wanted, path);
    return { ok: false, path: place, reason: `a ${type.kind} is required${lowerCaseHint(part, type)}` };
  }
  const unknown: ConfigPath[] = [];
  return { ok: true, value: toPlain(converted.value, path, unknown), unknown };
}

interface Mismatch {
  readonly path: ConfigPath;
  readonly reason: string;
}

/** Why values of one type never convert to another; undefined when some do. */
function typeMismatch(given: Type, wanted: Type, path: ConfigPath): Mismatch | undefined {
  if (given.kind === "dynamic" || conversionBetween(given, wanted, "unsafe") !== undefined) return undefined;
  if (wanted.kind === "list" && given.kind === "tuple") {
    for (const [index, element] of given.elements.entries()) {
      const found = typeMismatch(element, wanted.element, [...path, index]);
      if (found !== undefined) return { path: found.path, reason: `element ${index}: ${found.reason}` };
    }
  }
  if (wanted.kind === "map" && given.kind === "object") {
    for (const [name, attribute] of given.attributes) {
      const found = typeMismatch(attribute, wanted.element, [...path, name]);
      if (found !== undefined) return { path: found.path, reason: `element "${name}": ${found.reason}` };
    }
  }
  const reason = `${friendlyName(wanted)} required`;
  return { path, reason: bothAreCompound(given, wanted) ? reason : `${reason}, but have ${friendlyName(given)}` };
}

/** Of two compound types Nomad names only the wanted one: what the given one is would be read off its punctuation. */
const bothAreCompound = (given: Type, wanted: Type): boolean => isCompound(given) && isCompound(wanted);
const isCompound = ({ kind }: Type): boolean => !["bool", "dynamic", "number", "string"].includes(kind);

/** `True` and `FALSE` are no bools, and one sees why only when told. */
function lowerCaseHint(part: Value, type: Type): string {
  const lower = type.kind === "bool" && part.kind === "string" ? part.value.toLowerCase() : "";
  return lower === "true" || lower === "false" ? `; to convert from string, use lowercase "${lower}"` : "";
}

/** The first part of a value that has a fitting type and yet does not convert (`"x"` to a number). */
function failingPart(
  value: Value,
  wanted: Type,
  path: ConfigPath,
): { readonly place: ConfigPath; readonly type: Type; readonly part: Value } {
  for (const [key, part] of parts(value)) {
    if ("element" in wanted && !convert(part, wanted.element).ok)
      return failingPart(part, wanted.element, [...path, key]);
  }
  return { place: path, type: wanted, part: value };
}

function parts(value: Value): Iterable<readonly [string | number, Value]> {
  if ("items" in value) return value.items.entries();
  if (value.kind === "object") return value.attributes;
  return value.kind === "map" ? value.entries : [];
}

/** A number that no double holds is its decimal text: so it travels to a driver in Nomad. */
function toPlainNumber(value: BigFloat): number | string {
  const double = toFloat64(value);
  const read = fromFloat64(double);
  return read === undefined || isInfinite(value) || compare(read, value) === 0 ? double : (toDecimal(value) ?? double);
}

function toPlain(value: Value, path: ConfigPath, unknown: ConfigPath[]): DriverValue {
  switch (value.kind) {
    case "null":
      return null;
    case "unknown":
      unknown.push(path);
      return null;
    case "bool":
    case "string":
      return value.value;
    case "number":
      return toPlainNumber(value.value);
    case "list":
    case "set":
    case "tuple":
      return value.items.map((item, index) => toPlain(item, [...path, index], unknown));
    case "map":
    case "object":
      return Object.fromEntries([...parts(value)].map(([key, part]) => [key, toPlain(part, [...path, key], unknown)]));
  }
}
