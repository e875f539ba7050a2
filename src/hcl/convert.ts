// Conversion of values between types, as go-cty converts for HCL: what may be converted is decided by the types, whether
// it succeeds by the value. Finding a common type of several is in unify.ts.
import { fail, ok, type Result } from "../base/result.ts";
import { MAX_NUMBER_DIGITS, parseBigFloat, toDecimal } from "./bigfloatText.ts";
import { toCollection, toList, toMap, toObject, toSet, toTuple } from "./convertCompound.ts";
import { type UnifyMode, unify } from "./unify.ts";
import {
  bool,
  friendlyName,
  listOf,
  mapOf,
  nullOf,
  number,
  objectOf,
  sameType,
  setOf,
  string,
  tupleOf,
  type Type,
  typeOf,
  unknownOf,
  type Value,
} from "./value.ts";

/** Converts one value; the error is a reason in a few words, fit to follow a colon. */
export type Conversion = (value: Value) => Result<Value, string>;

/** Which conversions count: `safe` ones cannot fail whatever the value is. */
export type ConversionMode = UnifyMode;

/**
 * Converts a value to a type, as HCL does for arguments, operands and attributes of a schema.
 * @returns the converted value (the same one when nothing is to be done), or why it cannot be.
 */
export function convert(value: Value, wanted: Type): Result<Value, string> {
  const given = typeOf(value);
  if (given === wanted || wanted.kind === "dynamic") return ok(value);
  const plain = withoutOptional(wanted);
  if (sameType(given, plain)) return ok(value);
  const conversion = conversionBetween(given, wanted, "unsafe");
  return conversion ? conversion(value) : fail(mismatch(given, wanted));
}

/** Why one type is not the other, in a few words. */
export function mismatch(given: Type, wanted: Type): string {
  if (wanted.kind === "object" && given.kind === "object") {
    for (const [name, type] of wanted.attributes) {
      const attribute = given.attributes.get(name);
      if (attribute === undefined) {
        if (wanted.optional?.has(name) !== true) return `attribute "${name}" is missing`;
      } else if (!sameType(attribute, type) && conversionBetween(attribute, type, "unsafe") === undefined) {
        return `attribute "${name}": ${mismatch(attribute, type)}`;
      }
    }
  }
  if (wanted.kind === "tuple" && given.kind === "tuple" && wanted.elements.length !== given.elements.length) {
    return `expected a tuple of length ${wanted.elements.length}, found one of length ${given.elements.length}`;
  }
  if ((wanted.kind === "list" || wanted.kind === "set") && given.kind === "tuple") {
    for (const [i, element] of given.elements.entries()) {
      if (conversionBetween(element, wanted.element, "unsafe") === undefined) {
        return `element ${i}: ${mismatch(element, wanted.element)}`;
      }
    }
    return `the elements of the ${wanted.kind} have no type in common`;
  }
  if (wanted.kind === "map" && given.kind === "object") {
    for (const [name, attribute] of given.attributes) {
      if (conversionBetween(attribute, wanted.element, "unsafe") === undefined) {
        return `element "${name}": ${mismatch(attribute, wanted.element)}`;
      }
    }
    return "the elements of the map have no type in common";
  }
  return `expected ${friendlyName(wanted)}, found ${friendlyName(given)}`;
}

/**
 * The conversion between two types, or `undefined` when there is none. Unknown and null values pass and only change
 * their type. `unsafe` conversions may still fail for a particular value (string to number).
 */
export function conversionBetween(given: Type, wanted: Type, mode: ConversionMode): Conversion | undefined {
  if (wanted.kind === "dynamic") return ok;
  const known = knownConversion(given, wanted, mode);
  if (known === undefined) return undefined;
  return (value) => {
    if (value.kind === "unknown") return ok(unknownOf(resolved(value.type, withoutOptional(wanted))));
    if (value.kind === "null") return ok(nullOf(resolved(value.type, withoutOptional(wanted))));
    return known(value);
  };
}

/** A conversion for values that are neither unknown nor null. */
function knownConversion(given: Type, wanted: Type, mode: ConversionMode): Conversion | undefined {
  if (given.kind === "dynamic") return mode === "unsafe" ? (value) => convert(value, wanted) : undefined;
  switch (wanted.kind) {
    case "dynamic":
      return ok;
    case "bool":
      return mode === "unsafe" && given.kind === "string" ? toBool : identity(given, wanted);
    case "number":
      return mode === "unsafe" && given.kind === "string" ? toNumber : identity(given, wanted);
    case "string":
      return given.kind === "number" || given.kind === "bool" ? toText : identity(given, wanted);
    case "list":
      if (given.kind === "list" || given.kind === "set") return toCollection(given, wanted, mode);
      return given.kind === "tuple" ? toList(given, wanted, mode) : undefined;
    case "set":
      // A set forgets order and duplicates of a list, so only an unsafe conversion may do it.
      if (given.kind === "set" || (given.kind === "list" && mode === "unsafe"))
        return toCollection(given, wanted, mode);
      return given.kind === "tuple" ? toSet(given, wanted, mode) : undefined;
    case "map":
      return given.kind === "map" || given.kind === "object" ? toMap(given, wanted, mode) : undefined;
    case "tuple":
      return given.kind === "tuple" ? toTuple(given, wanted, mode) : undefined;
    case "object":
      return given.kind === "object" || (given.kind === "map" && mode === "unsafe")
        ? toObject(given, wanted, mode)
        : undefined;
  }
}

const identity = (given: Type, wanted: Type): Conversion | undefined => (given.kind === wanted.kind ? ok : undefined);

function toText(value: Value): Result<Value, string> {
  if (value.kind === "bool") return ok(string(value.value ? "true" : "false"));
  if (value.kind !== "number") return ok(value);
  const text = toDecimal(value.value);
  return text === undefined
    ? fail(`the number has more than ${MAX_NUMBER_DIGITS} digits`)
    : ok({ kind: "string", value: text });
}

function toNumber(value: Value): Result<Value, string> {
  if (value.kind !== "string") return ok(value);
  const parsed = parseBigFloat(value.value);
  return parsed === undefined ? fail(`${shown(value.value)} is not a number`) : ok(number(parsed));
}

function toBool(value: Value): Result<Value, string> {
  if (value.kind !== "string") return ok(value);
  if (value.value === "true" || value.value === "1") return ok(bool(true));
  if (value.value === "false" || value.value === "0") return ok(bool(false));
  const lower = value.value.toLowerCase();
  const hint = lower === "true" || lower === "false" ? `; write it in lower case: "${lower}"` : "";
  return fail(`${shown(value.value)} is not a bool${hint}`);
}

/** A string as diagnostics quote it: short. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** The type without optional attributes, at every depth. */
export function withoutOptional(type: Type): Type {
  switch (type.kind) {
    case "list":
    case "set":
    case "map": {
      const element = withoutOptional(type.element);
      return element === type.element ? type : { kind: type.kind, element };
    }
    case "tuple": {
      const elements = type.elements.map(withoutOptional);
      return elements.every((element, i) => element === type.elements[i]) ? type : tupleOf(elements);
    }
    case "object": {
      const attributes = [...type.attributes].map(([name, attribute]) => [name, withoutOptional(attribute)] as const);
      const same = type.optional === undefined && attributes.every(([name, a]) => a === type.attributes.get(name));
      return same ? type : objectOf(attributes);
    }
    case "dynamic":
    case "bool":
    case "number":
    case "string":
      return type;
  }
}

/** `wanted` with its undecided parts taken from `given`, for nulls and unknowns, which have no value to look at. */
function resolved(given: Type, wanted: Type): Type {
  if (given.kind === "dynamic") return wanted;
  switch (wanted.kind) {
    case "dynamic":
      return given;
    case "list":
    case "set":
      return wanted.kind === "list" ? listOf(resolvedElement(given, wanted)) : setOf(resolvedElement(given, wanted));
    case "map":
      return mapOf(resolvedElement(given, wanted));
    case "tuple":
      if (given.kind !== "tuple") return wanted;
      return tupleOf(wanted.elements.map((element, i) => resolved(given.elements[i] ?? element, element)));
    case "object": {
      const attributeOf = (name: string): Type | undefined =>
        given.kind === "object" ? given.attributes.get(name) : given.kind === "map" ? given.element : undefined;
      return objectOf([...wanted.attributes].map(([name, type]) => [name, resolved(attributeOf(name) ?? type, type)]));
    }
    case "bool":
    case "number":
    case "string":
      return wanted;
  }
}

function resolvedElement(given: Type, wanted: Extract<Type, { element: Type }>): Type {
  const parts =
    given.kind === "tuple" ? given.elements : given.kind === "object" ? [...given.attributes.values()] : undefined;
  if (parts !== undefined) {
    const common = unify(parts, "unsafe")?.type;
    return common === undefined ? wanted.element : resolved(common, wanted.element);
  }
  return "element" in given ? resolved(given.element, wanted.element) : wanted.element;
}
