// Values and types of HCL's type system (the language's information model): plain tagged data, with the constructors
// that keep their promises (NFC strings, byte-ordered keys). Equality and sets are in valueEquality.ts.
import { type BigFloat, fromInteger } from "./bigfloat.ts";

export type Type =
  | { readonly kind: "dynamic" }
  | { readonly kind: "bool" }
  | { readonly kind: "number" }
  | { readonly kind: "string" }
  | { readonly kind: "list"; readonly element: Type }
  | { readonly kind: "set"; readonly element: Type }
  | { readonly kind: "map"; readonly element: Type }
  | { readonly kind: "tuple"; readonly elements: readonly Type[] }
  | {
      readonly kind: "object";
      /** In byte order of their names. */
      readonly attributes: ReadonlyMap<string, Type>;
      /** Names a conversion may leave out; only in type constraints, never in the type of a value. */
      readonly optional?: ReadonlySet<string>;
    };

export type Value =
  | { readonly kind: "null"; readonly type: Type }
  | { readonly kind: "unknown"; readonly type: Type }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: BigFloat }
  /** Always NFC-normalised. */
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "list"; readonly element: Type; readonly items: readonly Value[] }
  /** Distinct, in the order HCL iterates sets. */
  | { readonly kind: "set"; readonly element: Type; readonly items: readonly Value[] }
  /** Entries in byte order of their keys, as HCL iterates. */
  | { readonly kind: "map"; readonly element: Type; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: "tuple"; readonly items: readonly Value[] }
  /** Attributes in byte order of their names, as HCL iterates. */
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, Value> };

export type StringValue = Extract<Value, { kind: "string" }>;
export type NumberValue = Extract<Value, { kind: "number" }>;
export type BoolValue = Extract<Value, { kind: "bool" }>;

export const DYNAMIC: Type = { kind: "dynamic" };
export const BOOL: Type = { kind: "bool" };
export const NUMBER: Type = { kind: "number" };
export const STRING: Type = { kind: "string" };

export const listOf = (element: Type): Type => ({ kind: "list", element });
export const setOf = (element: Type): Type => ({ kind: "set", element });
export const mapOf = (element: Type): Type => ({ kind: "map", element });
export const tupleOf = (elements: readonly Type[]): Type => ({ kind: "tuple", elements });
export const objectOf = (attributes: Iterable<readonly [string, Type]>, optional?: ReadonlySet<string>): Type =>
  optional === undefined || optional.size === 0
    ? { kind: "object", attributes: sortedByKey(attributes) }
    : { kind: "object", attributes: sortedByKey(attributes), optional };

/** `null` whose type nothing has decided yet. */
export const NULL: Value = { kind: "null", type: DYNAMIC };
/** A value about which nothing is known, not even its type. */
export const UNKNOWN: Value = { kind: "unknown", type: DYNAMIC };
export const TRUE: BoolValue = { kind: "bool", value: true };
export const FALSE: BoolValue = { kind: "bool", value: false };

export const nullOf = (type: Type): Value => (type.kind === "dynamic" ? NULL : { kind: "null", type });
export const unknownOf = (type: Type): Value => (type.kind === "dynamic" ? UNKNOWN : { kind: "unknown", type });
export const bool = (value: boolean): BoolValue => (value ? TRUE : FALSE);
export const number = (value: BigFloat): NumberValue => ({ kind: "number", value });
/** A count or an index. */
export const integer = (value: number | bigint): NumberValue => ({ kind: "number", value: fromInteger(value) });

/** Below this character nothing composes. */
const FIRST_COMPOSING = 0x300;

/** A string in NFC, as all strings of HCL are. */
export const string = (text: string): StringValue => ({ kind: "string", value: normalized(text) });
export function normalized(text: string): string {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= FIRST_COMPOSING) return text.normalize("NFC");
  return text;
}

export const list = (element: Type, items: readonly Value[]): Value => ({ kind: "list", element, items });
export const tuple = (items: readonly Value[]): Value => ({ kind: "tuple", items });
/** A map; of several entries with one key the last counts. Keys are normalised and sorted here. */
export const map = (element: Type, entries: Iterable<readonly [string, Value]>): Value => ({
  kind: "map",
  element,
  entries: sortedByKey(entries),
});
/** An object; of several attributes with one name the last counts. Names are normalised and sorted here. */
export const object = (attributes: Iterable<readonly [string, Value]>): Value => ({
  kind: "object",
  attributes: sortedByKey(attributes),
});

/** A list whose element type is that of its items, which must agree; `element` counts when there are none. */
export function listFrom(items: readonly Value[], element: Type): Value {
  const common = commonElement(items, element);
  return list(common, adopted(items, common));
}
/** A map whose element type is that of its values, which must agree; `element` counts when there are none. */
export function mapFrom(entries: ReadonlyMap<string, Value>, element: Type): Value {
  const values = [...entries.values()];
  const common = commonElement(values, element);
  const typed = adopted(values, common);
  return map(
    common,
    [...entries.keys()].map((key, i) => [key, typed[i]!]),
  );
}

/** Nulls and unknowns of undecided type take the type of the elements around them. */
export function adopted(items: readonly Value[], element: Type): readonly Value[] {
  const isUndecided = (item: Value): boolean =>
    (item.kind === "null" || item.kind === "unknown") && item.type.kind === "dynamic";
  if (element.kind === "dynamic" || !items.some(isUndecided)) return items;
  return items.map((item) => {
    if (!isUndecided(item)) return item;
    return item.kind === "null" ? nullOf(element) : unknownOf(element);
  });
}

/** The type of the first item that has one: nulls and unknowns may still be of any type. */
export function commonElement(items: readonly Value[], fallback: Type): Type {
  if (items.length === 0) return fallback;
  for (const item of items) {
    const type = typeOf(item);
    if (type.kind !== "dynamic") return type;
  }
  return DYNAMIC;
}

/** Orders strings by the bytes of their UTF-8 form, as Go and so HCL do: by code point, not by UTF-16 unit. */
export function compareBytes(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const x = left.charCodeAt(i);
    const y = right.charCodeAt(i);
    if (x === y) continue;
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
  }
  return left.length - right.length;
}

function sortedByKey<T>(entries: Iterable<readonly [string, T]>): ReadonlyMap<string, T> {
  const result = new Map<string, T>();
  let last: string | undefined;
  let sorted = true;
  for (const [key, value] of entries) {
    const name = normalized(key);
    if (last !== undefined && sorted && compareBytes(last, name) > 0) sorted = false;
    last = name;
    result.set(name, value);
  }
  return sorted ? result : new Map([...result].sort(([left], [right]) => compareBytes(left, right)));
}

const types = new WeakMap<Value, Type>();

/** The type of a value. Computed once per value. */
export function typeOf(value: Value): Type {
  switch (value.kind) {
    case "null":
    case "unknown":
      return value.type;
    case "bool":
      return BOOL;
    case "number":
      return NUMBER;
    case "string":
      return STRING;
    case "list":
    case "set":
    case "map":
    case "tuple":
    case "object": {
      let type = types.get(value);
      if (type === undefined) {
        type = compoundType(value);
        types.set(value, type);
      }
      return type;
    }
  }
}

function compoundType(value: Extract<Value, { kind: "list" | "set" | "map" | "tuple" | "object" }>): Type {
  if (value.kind === "tuple") return tupleOf(value.items.map(typeOf));
  if (value.kind === "object") {
    const attributes = new Map<string, Type>();
    for (const [name, attribute] of value.attributes) attributes.set(name, typeOf(attribute));
    return { kind: "object", attributes };
  }
  return { kind: value.kind, element: value.element };
}

/** True for equal types; optional attributes count. */
export function sameType(left: Type, right: Type): boolean {
  if (left === right) return true;
  switch (left.kind) {
    case "dynamic":
    case "bool":
    case "number":
    case "string":
      return left.kind === right.kind;
    case "list":
    case "set":
    case "map":
      return left.kind === right.kind && sameType(left.element, right.element);
    case "tuple":
      return (
        right.kind === "tuple" &&
        left.elements.length === right.elements.length &&
        left.elements.every((element, i) => sameType(element, right.elements[i]!))
      );
    case "object":
      return right.kind === "object" && sameAttributes(left, right);
  }
}

function sameAttributes(left: Extract<Type, { kind: "object" }>, right: Extract<Type, { kind: "object" }>): boolean {
  if (left.attributes.size !== right.attributes.size) return false;
  if ((left.optional?.size ?? 0) !== (right.optional?.size ?? 0)) return false;
  for (const [name, type] of left.attributes) {
    const other = right.attributes.get(name);
    if (other === undefined || !sameType(type, other)) return false;
    if (left.optional?.has(name) === true && right.optional?.has(name) !== true) return false;
  }
  return true;
}

/** How diagnostics name a type: `list of string`, `object`, `number`. */
export function friendlyName(type: Type): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return type.element.kind === "dynamic"
        ? `${type.kind} of any single type`
        : `${type.kind} of ${friendlyName(type.element)}`;
    case "dynamic":
    case "bool":
    case "number":
    case "string":
    case "tuple":
    case "object":
      return type.kind;
  }
}

/** False for unknown values; a known collection may still hold unknown ones. */
export const isKnown = (value: Value): boolean => value.kind !== "unknown";

/** False when the value or anything in it is unknown. */
export function isWhollyKnown(value: Value): boolean {
  switch (value.kind) {
    case "unknown":
      return false;
    case "list":
    case "set":
    case "tuple":
      return value.items.every(isWhollyKnown);
    case "map":
      return [...value.entries.values()].every(isWhollyKnown);
    case "object":
      return [...value.attributes.values()].every(isWhollyKnown);
    case "null":
    case "bool":
    case "number":
    case "string":
      return true;
  }
}
