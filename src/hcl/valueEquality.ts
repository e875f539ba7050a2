// Equality of values, and sets, which rest on it: which elements are the same, and in which order they are iterated.
import { goQuote } from "../base/goQuote.ts";
import { type BigFloat, compare, isInteger, sign } from "./bigfloat.ts";
import { toDecimal, toGeneral } from "./bigfloatText.ts";
import {
  adopted,
  commonElement,
  compareBytes,
  isWhollyKnown,
  sameType,
  type Type,
  typeOf,
  type Value,
} from "./value.ts";

/**
 * HCL's `==`: no conversion, so values of different types differ; nulls of all types are equal.
 * `undefined` when the answer depends on something unknown.
 */
export function equals(left: Value, right: Value): boolean | undefined {
  if (left.kind === "unknown" || right.kind === "unknown") return equalsUnknown(left, right);
  if (left.kind === "null" || right.kind === "null") return left.kind === right.kind;
  if (!hasKnownType(left) || !hasKnownType(right)) {
    return conforms(typeOf(left), typeOf(right)) || conforms(typeOf(right), typeOf(left)) ? undefined : false;
  }
  if (!sameType(typeOf(left), typeOf(right))) return false;
  return equalsKnown(left, right);
}

function equalsUnknown(left: Value, right: Value): boolean | undefined {
  if (left.kind === right.kind) return undefined;
  const [known, unknown] = left.kind === "unknown" ? [right, left] : [left, right];
  if (known.kind === "null" || hasDynamic(typeOf(unknown))) return undefined;
  return sameType(typeOf(known), typeOf(unknown)) ? undefined : false;
}

function equalsKnown(left: Value, right: Value): boolean | undefined {
  switch (left.kind) {
    case "number":
      return right.kind === "number" && compare(left.value, right.value) === 0;
    case "bool":
    case "string":
      return right.kind === left.kind && left.value === right.value;
    case "list":
    case "tuple":
      return right.kind === left.kind && equalItems(left.items, right.items);
    case "set":
      return right.kind === "set" && equalSets(left.items, right.items);
    case "map":
      return right.kind === "map" && equalEntries(left.entries, right.entries);
    case "object":
      return right.kind === "object" && equalEntries(left.attributes, right.attributes);
    case "null":
    case "unknown":
      return undefined;
  }
}

function equalItems(left: readonly Value[], right: readonly Value[]): boolean | undefined {
  if (left.length !== right.length) return false;
  for (const [i, item] of left.entries()) {
    const same = equals(item, right[i]!);
    if (same !== true) return same;
  }
  return true;
}

function equalEntries(left: ReadonlyMap<string, Value>, right: ReadonlyMap<string, Value>): boolean | undefined {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    const other = right.get(key);
    if (other === undefined) return false;
    const same = equals(value, other);
    if (same !== true) return same;
  }
  return true;
}

function equalSets(left: readonly Value[], right: readonly Value[]): boolean | undefined {
  if ([...left, ...right].some((item) => item.kind === "unknown")) return undefined;
  if (left.length !== right.length) return false;
  const rest = new ElementIndex();
  for (const item of right) rest.add(item);
  return left.every((item) => rest.has(item));
}

/** False when a value of undecided type sits anywhere in it. */
function hasKnownType(value: Value): boolean {
  switch (value.kind) {
    case "unknown":
      return !hasDynamic(value.type);
    case "list":
    case "set":
    case "tuple":
      return value.items.every(hasKnownType);
    case "map":
      return [...value.entries.values()].every(hasKnownType);
    case "object":
      return [...value.attributes.values()].every(hasKnownType);
    case "null":
    case "bool":
    case "number":
    case "string":
      return true;
  }
}

/** True when a type or a part of it is undecided. */
export function hasDynamic(type: Type): boolean {
  switch (type.kind) {
    case "dynamic":
      return true;
    case "list":
    case "set":
    case "map":
      return hasDynamic(type.element);
    case "tuple":
      return type.elements.some(hasDynamic);
    case "object":
      return [...type.attributes.values()].some(hasDynamic);
    case "bool":
    case "number":
    case "string":
      return false;
  }
}

/** True when a value of type `given` may be used where `wanted` is asked for, which may have undecided parts. */
export function conforms(given: Type, wanted: Type): boolean {
  if (wanted.kind === "dynamic" || sameType(given, wanted)) return true;
  if (given.kind !== wanted.kind) return false;
  switch (wanted.kind) {
    case "list":
    case "set":
    case "map":
      return given.kind === wanted.kind && conforms(given.element, wanted.element);
    case "tuple":
      return (
        given.kind === "tuple" &&
        given.elements.length === wanted.elements.length &&
        given.elements.every((element, i) => conforms(element, wanted.elements[i]!))
      );
    case "object":
      return (
        given.kind === "object" &&
        given.attributes.size === wanted.attributes.size &&
        [...given.attributes].every(([name, type]) => {
          const other = wanted.attributes.get(name);
          return other !== undefined && conforms(type, other);
        })
      );
    case "bool":
    case "number":
    case "string":
      return false;
  }
}

/** Values of one type by equality. Values that hold something unknown are never equal to others. */
export class ElementIndex {
  readonly #keys = new Set<string>();

  has(value: Value): boolean {
    return isWhollyKnown(value) && this.#keys.has(keyText(value, IDENTITY));
  }

  /** Adds a value; false when an equal one is there already. */
  add(value: Value): boolean {
    if (!isWhollyKnown(value)) return true;
    const before = this.#keys.size;
    this.#keys.add(keyText(value, IDENTITY));
    return this.#keys.size > before;
  }
}

/**
 * A set of the given items, whose types must agree: duplicates dropped, in HCL's order of iteration.
 * `element` counts when there are no items.
 */
export function setFrom(items: readonly Value[], element: Type): Value {
  const index = new ElementIndex();
  const common = commonElement(items, element);
  const distinct = adopted(items, common).filter((item) => index.add(item));
  return { kind: "set", element: common, items: sortElements(distinct) };
}

/** Values, then unknowns, then null. Strings by bytes, numbers by size, false before true, compounds by a text form. */
function sortElements(items: Value[]): Value[] {
  const texts = new Map<Value, string>();
  const textOf = (item: Value): string => {
    let text = texts.get(item);
    if (text === undefined) texts.set(item, (text = keyText(item, ORDERING)));
    return text;
  };
  return items.sort((left, right) => {
    const ranks = rank(left) - rank(right);
    if (ranks !== 0) return ranks;
    if (left.kind === "number" && right.kind === "number") return compare(left.value, right.value);
    if (left.kind === "string" && right.kind === "string") return compareBytes(left.value, right.value);
    if (left.kind === "bool" && right.kind === "bool") return Number(left.value) - Number(right.value);
    return compareBytes(textOf(left), textOf(right));
  });
}

const rank = (value: Value): number => (value.kind === "null" ? 2 : value.kind === "unknown" ? 1 : 0);

/** How a key text writes primitive values. */
interface KeyForm {
  readonly number: (x: BigFloat) => string;
  readonly string: (text: string) => string;
}

/** What HCL orders compound elements by: ten digits of a fraction, strings as Go quotes them. */
const ORDERING: KeyForm = {
  number: (x) => (isInteger(x) ? toDecimal(x) : toGeneral(x, 10)) ?? "#",
  string: goQuote,
};

/** Equal for equal values only; numbers whatever their precision. */
const IDENTITY: KeyForm = {
  number: (x) => `${sign(x)}:${x.form === "infinite" ? "inf" : `${x.mantissa.toString(36)}^${x.exponent}`}`,
  string: JSON.stringify,
};

/** A known value as text. */
function keyText(value: Value, form: KeyForm): string {
  const parts = (items: Iterable<Value>): string => Array.from(items, (item) => `${keyText(item, form)};`).join("");
  switch (value.kind) {
    case "unknown":
      return "?";
    case "null":
      return "~";
    case "bool":
      return value.value ? "T" : "F";
    case "number":
      return form.number(value.value);
    case "string":
      return form.string(value.value);
    case "map":
      return `{${Array.from(value.entries, ([key, item]) => `${form.string(key)}:${keyText(item, form)};`).join("")}}`;
    case "list":
    case "set":
      return `[${parts(value.items)}]`;
    case "tuple":
      return `<${parts(value.items)}>`;
    case "object":
      return `<${parts(value.attributes.values())}>`;
  }
}
