// Conversions between compound types: tuples to lists and sets, objects to maps, and elements inside them.
import { fail, ok, type Result } from "../base/result.ts";
import { type Conversion, type ConversionMode, conversionBetween, convert, withoutOptional } from "./convert.ts";
import { unify } from "./unify.ts";
import {
  listFrom,
  mapFrom,
  nullOf,
  object,
  sameType,
  tuple,
  type Type,
  typeOf,
  unknownOf,
  type Value,
} from "./value.ts";
import { setFrom } from "./valueEquality.ts";

type ListType = Extract<Type, { kind: "list" }>;
type SetType = Extract<Type, { kind: "set" }>;
type MapType = Extract<Type, { kind: "map" }>;
type TupleType = Extract<Type, { kind: "tuple" }>;
type ObjectType = Extract<Type, { kind: "object" }>;

/** Identity, or the conversion of each element; `undefined` when there is none. */
function elementConversion(given: Type, wanted: Type, mode: ConversionMode): Conversion | undefined {
  return sameType(given, wanted) ? ok : conversionBetween(given, wanted, mode);
}

/** Between lists and sets. An empty result keeps the given element type where the wanted one is undecided. */
export function toCollection(given: ListType | SetType, wanted: ListType | SetType, mode: ConversionMode) {
  const each = elementConversion(given.element, wanted.element, mode);
  if (each === undefined) return undefined;
  const empty = wanted.element.kind === "dynamic" ? given.element : withoutOptional(wanted.element);
  return (value: Value): Result<Value, string> => {
    if (value.kind !== "list" && value.kind !== "set") return ok(value);
    if (value.kind === "set" && value.items.some((item) => item.kind === "unknown")) {
      return ok(unknownOf({ kind: wanted.kind, element: value.element }));
    }
    return collect(value.items, () => each, wanted.kind, empty);
  };
}

export function toList(given: TupleType, wanted: ListType, mode: ConversionMode): Conversion | undefined {
  return fromTuple(given, wanted, mode);
}

export function toSet(given: TupleType, wanted: SetType, mode: ConversionMode): Conversion | undefined {
  return fromTuple(given, wanted, mode);
}

function fromTuple(given: TupleType, wanted: ListType | SetType, mode: ConversionMode): Conversion | undefined {
  const empty = withoutOptional(wanted.element);
  let element = wanted.element;
  if (element.kind === "dynamic" && given.elements.length > 0) {
    const common = unify(given.elements, mode);
    if (common === undefined) return undefined;
    element = common.type;
  }
  const conversions = eachConversion(given.elements, element, mode);
  if (conversions === undefined) return undefined;
  return (value) =>
    value.kind === "tuple" ? collect(value.items, (i) => conversions[i]!, wanted.kind, empty) : ok(value);
}

/** One conversion per given type to the same wanted type; conversions of equal types are shared. */
function eachConversion(given: readonly Type[], wanted: Type, mode: ConversionMode): Conversion[] | undefined {
  const conversions: Conversion[] = [];
  for (const [i, type] of given.entries()) {
    const previous = given[i - 1];
    const conversion =
      previous !== undefined && sameType(previous, type) ? conversions[i - 1] : elementConversion(type, wanted, mode);
    if (conversion === undefined) return undefined;
    conversions.push(conversion);
  }
  return conversions;
}

function collect(
  items: readonly Value[],
  conversionAt: (index: number) => Conversion,
  kind: "list" | "set",
  empty: Type,
): Result<Value, string> {
  const converted: Value[] = [];
  for (const [i, item] of items.entries()) {
    const result = conversionAt(i)(item);
    if (!result.ok) return fail(`element ${i}: ${result.error}`);
    converted.push(result.value);
  }
  const agreed = agree(converted);
  if (agreed === undefined) return fail(`the elements of the ${kind} have no type in common`);
  return ok(kind === "list" ? listFrom(agreed, empty) : setFrom(agreed, empty));
}

/**
 * Brings elements whose types still differ (undecided parts were filled differently) to one type. Beside elements of
 * undecided type, which take any, the others must be of one type already.
 */
function agree(items: readonly Value[]): readonly Value[] | undefined {
  const first = items[0];
  if (first === undefined) return items;
  const type = typeOf(first);
  if (items.every((item) => sameType(typeOf(item), type))) return items;
  const common = unify(items.map(typeOf), "unsafe");
  if (common === undefined) return undefined;
  if (common.type.kind === "dynamic") {
    const decided = items.map(typeOf).filter(({ kind }) => kind !== "dynamic");
    return decided.every((other) => sameType(other, decided[0]!)) ? items : undefined;
  }
  const agreed: Value[] = [];
  for (const [i, item] of items.entries()) {
    const result = common.conversions[i]!(item);
    if (!result.ok) return undefined;
    agreed.push(result.value);
  }
  return agreed;
}

export function toMap(given: MapType | ObjectType, wanted: MapType, mode: ConversionMode): Conversion | undefined {
  let element = wanted.element;
  if (given.kind === "object" && element.kind === "dynamic" && given.attributes.size > 0) {
    const common = unify([...given.attributes.values()], mode);
    if (common === undefined) return undefined;
    element = common.type;
  }
  const conversions = new Map<string, Conversion>();
  let shared: Conversion | undefined;
  if (given.kind === "map") {
    shared = elementConversion(given.element, element, mode);
    if (shared === undefined) return undefined;
  } else {
    for (const [name, type] of given.attributes) {
      const conversion = elementConversion(type, element, mode);
      if (conversion === undefined) return undefined;
      conversions.set(name, conversion);
    }
  }
  const empty = given.kind === "map" && element.kind === "dynamic" ? given.element : withoutOptional(element);
  return (value) => {
    const entries = value.kind === "map" ? value.entries : value.kind === "object" ? value.attributes : undefined;
    if (entries === undefined) return ok(value);
    const converted: Value[] = [];
    for (const [key, item] of entries) {
      const result = (shared ?? conversions.get(key) ?? ok<Value>)(item);
      if (!result.ok) return fail(`element "${key}": ${result.error}`);
      converted.push(result.value);
    }
    const agreed = agree(converted);
    if (agreed === undefined) return fail("the elements of the map have no type in common");
    return ok(mapFrom(new Map([...entries.keys()].map((key, i) => [key, agreed[i]!])), empty));
  };
}

export function toTuple(given: TupleType, wanted: TupleType, mode: ConversionMode): Conversion | undefined {
  if (given.elements.length !== wanted.elements.length) return undefined;
  const conversions: Conversion[] = [];
  for (const [i, type] of given.elements.entries()) {
    const conversion = elementConversion(type, wanted.elements[i]!, mode);
    if (conversion === undefined) return undefined;
    conversions.push(conversion);
  }
  return (value) => {
    if (value.kind !== "tuple") return ok(value);
    const items: Value[] = [];
    for (const [i, item] of value.items.entries()) {
      const result = conversions[i]!(item);
      if (!result.ok) return fail(`element ${i}: ${result.error}`);
      items.push(result.value);
    }
    return ok(tuple(items));
  };
}

/** From a map or a wider object: what the wanted type does not name is dropped. */
export function toObject(
  given: ObjectType | MapType,
  wanted: ObjectType,
  mode: ConversionMode,
): Conversion | undefined {
  const conversions = new Map<string, Conversion>();
  for (const [name, type] of wanted.attributes) {
    const source = given.kind === "map" ? given.element : given.attributes.get(name);
    const optional = wanted.optional?.has(name) === true;
    if (source === undefined) {
      if (optional) continue;
      return undefined;
    }
    const conversion = elementConversion(source, type, mode);
    if (conversion !== undefined) conversions.set(name, conversion);
    else if (!optional || given.kind === "object") return undefined;
  }
  return (value) => {
    const entries = value.kind === "map" ? value.entries : value.kind === "object" ? value.attributes : undefined;
    if (entries === undefined) return ok(value);
    const attributes: [string, Value][] = [];
    for (const [name, type] of wanted.attributes) {
      const item = entries.get(name);
      if (item === undefined) {
        if (wanted.optional?.has(name) !== true) return fail(`attribute "${name}" is missing`);
        attributes.push([name, nullOf(withoutOptional(type))]);
        continue;
      }
      const conversion = conversions.get(name);
      const result = conversion ? conversion(item) : convert(item, type);
      if (!result.ok) return fail(`attribute "${name}": ${result.error}`);
      attributes.push([name, result.value]);
    }
    return ok(object(attributes));
  };
}
