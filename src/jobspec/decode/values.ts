// From an evaluated HCL value to what Nomad's API struct holds for an attribute of that type.
// Nomad: gohcl's DecodeExpression (convert, then gocty.FromCtyValue) and jobspec2's decodeDuration.
import { bitLength, isInteger, toBigInt, toFloat64, toInt64, truncate } from "../../hcl/bigfloat.ts";
import { convert } from "../../hcl/convert.ts";
import type { Literal } from "../../hcl/literal.ts";
import { friendlyName, listOf, mapOf, NUMBER, STRING, BOOL, typeOf, type Type, type Value } from "../../hcl/value.ts";
import { parseDuration } from "../../hcl/functions/goDurationText.ts";
import type { AttributeSchema, ValueType } from "../schema/index.ts";

export type Conversion =
  /** `changed`: Nomad takes the value and silently makes another one of it. */
  | { readonly kind: "value"; readonly value: unknown; readonly changed?: string }
  /** Null, and null is allowed: the attribute counts as absent. */
  | { readonly kind: "absent" }
  /** Nothing is known about it (a variable without a value, or an error on the way that is already reported). */
  | { readonly kind: "unknown" }
  | { readonly kind: "refused"; readonly summary: string; readonly detail: string };

const UNSUITABLE = "Unsuitable value type";

const refused = (detail: string, summary = UNSUITABLE): Conversion => ({ kind: "refused", summary, detail });
const accepted = (value: unknown): Conversion => ({ kind: "value", value });

const ABSENT: Conversion = { kind: "absent" };
const UNKNOWN: Conversion = { kind: "unknown" };

/** What a value is converted to before it is fitted into an attribute's type. */
function targetOf(type: Exclude<ValueType, "duration" | "any" | "type">): Type {
  switch (type) {
    case "string":
      return STRING;
    case "bool":
      return BOOL;
    case "int":
    case "int8":
    case "uint8":
    case "uint16":
    case "uint32":
    case "uint64":
    case "number-as-int8":
      return NUMBER;
    case "list(string)":
      return listOf(STRING);
    case "list(uint16)":
      return listOf(NUMBER);
    case "map(string)":
      return mapOf(STRING);
    case "list(map(number))":
      return listOf(mapOf(NUMBER));
  }
}

/** Converts a value to an attribute's type. Numbers become JavaScript numbers, also above 2^53 (as Nomad's JSON is read). */
export function toApiValue(value: Value, schema: Pick<AttributeSchema, "type" | "nullable">): Conversion {
  const { type, nullable } = schema;
  if (value.kind === "string" && type === "string") return accepted(value.value);
  if (value.kind === "bool" && type === "bool") return accepted(value.value);
  if (type === "duration") return toDuration(value);
  if (type === "any" || type === "type") return value.kind === "unknown" ? UNKNOWN : accepted(value);
  const target = targetOf(type);
  if (value.kind === "number" && target === NUMBER) return toInteger(value.value, type);
  const plain = plainStrings(value, type);
  if (plain !== undefined) return plain;
  const converted = convert(value, target);
  if (!converted.ok) return refused(mismatch(value, target, converted.error));
  return fromConverted(converted.value, type, nullable);
}

/** The largest literal number that a type takes as it is; literals have few digits (../../hcl/literal.ts). */
function largestOf(type: ValueType): number {
  switch (type) {
    case "int":
    case "uint32":
    case "uint64":
    case "duration":
      return Infinity;
    case "int8":
    case "number-as-int8":
      return 127;
    case "uint8":
      return 255;
    case "uint16":
      return 65_535;
    default:
      return -1;
  }
}

/** The API's value of a literal; undefined when it is not as simple as that. */
export function fromLiteral(literal: Literal, type: ValueType): unknown {
  if (typeof literal === "number") return literal <= largestOf(type) ? literal : undefined;
  if (typeof literal === "boolean") return type === "bool" ? literal : undefined;
  if (typeof literal === "string") {
    return type === "duration" ? durationOf(literal) : type === "string" ? literal : undefined;
  }
  if (type !== (Array.isArray(literal) ? "list(string)" : "map(string)")) return undefined;
  return Object.values(literal).every((item) => typeof item === "string") ? literal : undefined;
}

function durationOf(text: string): number | undefined {
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined ? undefined : Number(nanoseconds);
}

/** Lists and maps that hold nothing but strings need no conversion. */
function plainStrings(value: Value, type: ValueType): Conversion | undefined {
  if (type === "list(string)" && (value.kind === "tuple" || value.kind === "list")) {
    const texts = value.items.map((item) => (item.kind === "string" ? item.value : undefined));
    return texts.includes(undefined) ? undefined : accepted(texts);
  }
  if (type !== "map(string)" || (value.kind !== "object" && value.kind !== "map")) return undefined;
  const entries = value.kind === "object" ? value.attributes : value.entries;
  for (const item of entries.values()) if (item.kind !== "string") return undefined;
  return toStringMap(entries);
}

function fromConverted(value: Value, type: ValueType, nullable: boolean): Conversion {
  switch (value.kind) {
    case "unknown":
      return UNKNOWN;
    case "null":
      return nullable || type.includes("(")
        ? ABSENT
        : refused("null is not a value here: leave the argument out to get the default.");
    case "string":
    case "bool":
      return accepted(value.value);
    case "number":
      return toInteger(value.value, type);
    case "list":
    case "set":
    case "tuple":
      return toList(value.items, type === "list(uint16)" ? "uint16" : "string");
    case "map":
      return toStringMap(value.entries);
    case "object":
      return toStringMap(value.attributes);
  }
}

type BigFloat = Extract<Value, { kind: "number" }>["value"];

const SIGNED_BITS: Partial<Record<ValueType, number>> = { int: 64, int8: 8 };
const UNSIGNED_BITS: Partial<Record<ValueType, number>> = { uint8: 8, uint16: 16, uint32: 32, uint64: 64 };

/**
 * Signed fields take whole numbers only; affinity weights wrap around (golden README 6). Unsigned ones drop the fraction
 * of numbers that need no more than 64 bits (1.5, but not 1.1) and are not below 1: what Go takes for exact there.
 */
function toInteger(number: BigFloat, type: ValueType): Conversion {
  if (type === "number-as-int8") return toWrappedInteger(number);
  const signed = SIGNED_BITS[type];
  if (signed !== undefined) {
    const whole = isInteger(number) ? toInt64(number) : undefined;
    if (whole !== undefined && BigInt.asIntN(signed, whole) === whole) return accepted(Number(whole));
    const limit = 2n ** BigInt(signed - 1);
    return refused(`This must be a whole number from ${String(-limit)} to ${String(limit - 1n)}.`);
  }
  const bits = UNSIGNED_BITS[type];
  if (bits === undefined) return accepted(toFloat64(number));
  const whole = toBigInt(truncate(number));
  if (whole !== undefined && BigInt.asUintN(bits, whole) === whole && !below(number)) {
    if (isInteger(number)) return accepted(Number(whole));
    if (whole > 0n && bitLength(number.mantissa) <= 64) return changed(Number(whole), "drops the fraction");
  }
  return refused(`This must be a whole number from 0 to ${String(2n ** BigInt(bits) - 1n)}.`);
}

const changed = (value: number, how: string): Conversion => ({
  kind: "value",
  value,
  changed: `Nomad ${how} here: the job gets ${value}.`,
});

function toWrappedInteger(number: BigFloat): Conversion {
  const whole = inInt64(number);
  const value = BigInt.asIntN(8, whole);
  if (value !== whole) return changed(Number(value), "keeps only the lowest eight bits of the number");
  return isInteger(number) ? accepted(Number(value)) : changed(Number(value), "drops the fraction");
}

/** Negative fractions are out of range although their whole part is 0. */
function below(number: BigFloat): boolean {
  return number.negative && number.mantissa !== 0n;
}

/** Without fraction; what lies outside of 64 bits becomes the nearest that lies inside. */
function inInt64(number: BigFloat): bigint {
  const whole = toBigInt(truncate(number));
  if (whole !== undefined && BigInt.asIntN(64, whole) === whole) return whole;
  return number.negative ? -(2n ** 63n) : 2n ** 63n - 1n;
}

function toList(items: readonly Value[], element: "string" | "uint16"): Conversion {
  const result: unknown[] = [];
  for (const [index, item] of items.entries()) {
    const converted = fromConverted(item, element, false);
    if (converted.kind === "unknown") return converted;
    if (converted.kind !== "value") {
      return refused(`Element ${index}: ${converted.kind === "refused" ? converted.detail : "null is not allowed."}`);
    }
    result.push(converted.value);
  }
  return accepted(result);
}

function toStringMap(entries: ReadonlyMap<string, Value>): Conversion {
  const result: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const converted = fromConverted(item, "string", false);
    if (converted.kind === "unknown") return converted;
    if (converted.kind !== "value") return refused(`The value of ${JSON.stringify(key)} must not be null.`);
    setKey(result, key, converted.value);
  }
  return accepted(result);
}

/** Sets a key that a job file chose; `__proto__` is a key like any other. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** Durations: Go's text, or a number of nanoseconds; null is refused with a summary of its own. */
function toDuration(value: Value): Conversion {
  switch (value.kind) {
    case "null":
      return refused("null is not a duration: leave the argument out to get the default.", "Unsuitable value");
    case "string": {
      const parsed = durationOf(value.value);
      if (parsed !== undefined) return accepted(parsed);
      return refused(
        `${JSON.stringify(value.value)} is not a duration. Write a number with a unit (ns, us, ms, s, m, h), such as "30s" or "1h30m".`,
      );
    }
    case "number":
      return toInteger(value.value, "int");
    case "unknown":
      return UNKNOWN;
    case "bool":
    case "list":
    case "set":
    case "map":
    case "tuple":
    case "object":
      return refused(`A duration is a string such as "30s", not a ${friendlyName(typeOf(value))}.`);
  }
}

function mismatch(value: Value, target: Type, reason: string): string {
  if (value.kind === "string" && value.value.startsWith("${")) {
    return `This needs a ${friendlyName(target)}, and ${value.value} is only known when the task runs.`;
  }
  return `This needs a ${friendlyName(target)}: ${reason}.`;
}
