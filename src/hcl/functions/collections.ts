// Collection functions that look at one collection: its size, keys, elements and order.
import { ok } from "../../base/result.ts";
import { convert } from "../convert.ts";
import {
  BOOL,
  bool,
  compareBytes,
  DYNAMIC,
  friendlyName,
  integer,
  isWhollyKnown,
  list,
  listFrom,
  listOf,
  NUMBER,
  STRING,
  string,
  tuple,
  tupleOf,
  type Type,
  typeOf,
  UNKNOWN,
  unknownOf,
  type Value,
} from "../value.ts";
import { ElementIndex, equals } from "../valueEquality.ts";
import { argumentError, callError, type CallContext, type EagerFunction, type FunctionResult } from "./definition.ts";
import { entriesOf, itemsOf, parameter, textOf, typeOfArgument, wholeBigInt, wholeNumber } from "./support.ts";

const collection = { kind: "eager", category: "collection" } as const;

function lengthFunction([given]: readonly Value[]): FunctionResult {
  const type = typeOfArgument(given);
  if (type.kind === "tuple") return ok(integer(type.elements.length));
  if (given === undefined || given.kind === "unknown") return ok(unknownOf(NUMBER));
  if (given.kind === "map") return ok(integer(given.entries.size));
  if (given.kind === "set" && given.items.some((item) => item.kind === "unknown")) return ok(unknownOf(NUMBER));
  return ok(integer(itemsOf(given).length));
}

function keysFunction([given]: readonly Value[]): FunctionResult {
  const type = typeOfArgument(given);
  if (type.kind === "object") return ok(tuple([...type.attributes.keys()].map(string)));
  if (given?.kind !== "map") return ok(unknownOf(listOf(STRING)));
  return ok(list(STRING, [...given.entries.keys()].map(string)));
}

function valuesFunction([given]: readonly Value[]): FunctionResult {
  const values = [...entriesOf(given).values()];
  return ok(given?.kind === "map" ? list(given.element, values) : tuple(values));
}

/** Takes all elements of nested lists, sets and tuples; false when it is not known how many there are. */
function flattened(given: Value, into: Value[]): boolean {
  if (given.kind === "set" && given.items.some((item) => item.kind === "unknown")) return false;
  for (const item of itemsOf(given)) {
    const { kind } = typeOf(item);
    const isSequence = kind === "list" || kind === "set" || kind === "tuple";
    // What is not known yet may turn out to be a list.
    if (item.kind === "unknown" && (isSequence || kind === "dynamic")) return false;
    if (!isSequence || item.kind === "null") into.push(item);
    else if (!flattened(item, into)) return false;
  }
  return true;
}

function flattenFunction([given]: readonly Value[]): FunctionResult {
  const type = typeOfArgument(given);
  if (type.kind !== "list" && type.kind !== "set" && type.kind !== "tuple") {
    return callError(`only lists, sets and tuples can be flattened, not ${friendlyName(type)}`);
  }
  const items: Value[] = [];
  return ok(given !== undefined && given.kind !== "unknown" && flattened(given, items) ? tuple(items) : UNKNOWN);
}

function containsFunction([given, wanted]: readonly Value[]): FunctionResult {
  const { kind } = typeOfArgument(given);
  if (kind !== "list" && kind !== "set" && kind !== "tuple")
    return callError("the first argument must be a list, set or tuple");
  let undecided = false;
  for (const item of itemsOf(given)) {
    const same = wanted && equals(wanted, item);
    if (same === true) return ok(bool(true));
    if (same === undefined) undecided = true;
  }
  return ok(undecided ? unknownOf(BOOL) : bool(false));
}

function elementType([given, index]: readonly Value[]): FunctionResult<Type> {
  const type = typeOfArgument(given);
  if (type.kind === "list") return ok(type.element);
  if (type.kind !== "tuple")
    return callError(`elements can be taken from lists and tuples, not from ${friendlyName(type)}`);
  if (index === undefined || index.kind === "unknown") return ok(DYNAMIC);
  const position = wholeBigInt(index);
  if (!position.ok) return callError(`the index is wrong: ${position.error.reason}`);
  const element = type.elements[wrapped(position.value, type.elements.length)];
  return element ? ok(element) : callError("the list is empty");
}

/** An index modulo a length, never negative. */
function wrapped(index: bigint, length: number): number {
  return length === 0 ? 0 : (Number(index % BigInt(length)) + length) % length;
}

function elementFunction([given, index]: readonly Value[]): FunctionResult {
  const position = wholeBigInt(index);
  if (!position.ok) return callError(`the index is wrong: ${position.error.reason}`);
  const items = itemsOf(given);
  const item = items[wrapped(position.value, items.length)];
  return item ? ok(item) : callError("the list is empty");
}

function indexType([given, key]: readonly Value[]): FunctionResult<Type> {
  const type = typeOfArgument(given);
  const keyType = typeOfArgument(key).kind;
  const fits = (wanted: Type["kind"]): boolean => keyType === wanted || keyType === "dynamic";
  switch (type.kind) {
    case "tuple": {
      if (!fits("number")) return callError("the key of a tuple must be a number");
      if (key === undefined || key.kind === "unknown") return ok(DYNAMIC);
      const position = wholeNumber(key);
      if (!position.ok) return callError(`the key is wrong: ${position.error.reason}`);
      const element = type.elements[position.value];
      return element ? ok(element) : callError(`the tuple has ${type.elements.length} elements; keys start at 0`);
    }
    case "list":
      return fits("number") ? ok(type.element) : callError("the key of a list must be a number");
    case "map":
      return fits("string") ? ok(type.element) : callError("the key of a map must be a string");
    default:
      return callError(`a list, map or tuple is needed, not ${friendlyName(type)}; write value[key] for objects`);
  }
}

function indexFunction([given, key]: readonly Value[]): FunctionResult {
  const item =
    key?.kind === "string"
      ? entriesOf(given).get(key.value)
      : itemsOf(given)[((position) => (position.ok ? position.value : -1))(wholeNumber(key))];
  return item ? ok(item) : callError("there is no element with this key");
}

function lookupType([given, key, fallback]: readonly Value[]): FunctionResult<Type> {
  const type = typeOfArgument(given);
  if (type.kind === "object") {
    if (key?.kind !== "string") return ok(DYNAMIC);
    return ok(type.attributes.get(key.value) ?? typeOfArgument(fallback));
  }
  if (type.kind !== "map") return argumentError(0, `a map or object is needed, not ${friendlyName(type)}`);
  const converted = fallback && convert(fallback, type.element);
  if (converted?.ok === false)
    return argumentError(2, `it must have the type of the map's elements: ${converted.error}`);
  return ok(type.element);
}

function lookupFunction([given, key, fallback]: readonly Value[], { returnType }: CallContext): FunctionResult {
  const found = entriesOf(given).get(textOf(key));
  if (found !== undefined) return ok(found);
  const converted = convert(fallback ?? UNKNOWN, returnType);
  return converted.ok ? converted : callError(converted.error);
}

function sortFunction([given]: readonly Value[], { returnType }: CallContext): FunctionResult {
  const texts: string[] = [];
  for (const [i, item] of itemsOf(given).entries()) {
    if (item.kind === "unknown") return ok(unknownOf(returnType));
    if (item.kind !== "string") return callError(`element ${i} is null, and null cannot be sorted`);
    texts.push(item.value);
  }
  return ok(list(STRING, texts.sort(compareBytes).map(string)));
}

const stringList = parameter("list", listOf(STRING), "The list of strings.");
const anyList = (name: string): ReturnType<typeof parameter> => parameter(name, listOf(DYNAMIC), "The list.");
const sameAsFirst = ([given]: readonly Value[]): FunctionResult<Type> => ok(typeOfArgument(given));

export const collectionFunctions = (): readonly EagerFunction[] => [
  {
    ...collection,
    name: "chunklist",
    description: "Splits a list into lists of at most the given size; a size of 0 gives one list of everything.",
    returnType: listOf(listOf(DYNAMIC)),
    resultType: ([given]) => ok(listOf(typeOfArgument(given))),
    parameters: [anyList("list"), parameter("size", NUMBER, "The size of each list.")],
    implementation: ([given, size]) => {
      const items = itemsOf(given);
      const type = typeOfArgument(given);
      const element = type.kind === "list" ? type.element : DYNAMIC;
      const count = wholeNumber(size);
      if (!count.ok) return callError(`the size is wrong: ${count.error.reason}`);
      if (count.value < 0) return callError("the size must not be negative");
      if (items.length === 0) return ok(list(type, []));
      const step = count.value === 0 ? items.length : count.value;
      const chunks: Value[] = [];
      for (let i = 0; i < items.length; i += step) chunks.push(list(element, items.slice(i, i + step)));
      return ok(list(type, chunks));
    },
  },
  {
    ...collection,
    name: "compact",
    description: "Removes null and empty strings from a list of strings.",
    returnType: listOf(STRING),
    parameters: [stringList],
    implementation: ([given], { returnType }) => {
      if (given && !isWhollyKnown(given)) return ok(unknownOf(returnType));
      return ok(
        list(
          STRING,
          itemsOf(given).filter((item) => item.kind === "string" && item.value !== ""),
        ),
      );
    },
  },
  {
    ...collection,
    name: "contains",
    description: 'True when a list, set or tuple has an element equal to the value. Types must match: "1" is not 1.',
    returnType: BOOL,
    parameters: [
      parameter("list", DYNAMIC, "The list, set or tuple."),
      parameter("value", DYNAMIC, "The value to find.", "null"),
    ],
    implementation: containsFunction,
  },
  {
    ...collection,
    name: "distinct",
    description: "Removes repeated elements; the first of each stays.",
    returnType: listOf(DYNAMIC),
    resultType: sameAsFirst,
    parameters: [anyList("list")],
    implementation: ([given], { returnType }) => {
      if (given && !isWhollyKnown(given)) return ok(unknownOf(returnType));
      const seen = new ElementIndex();
      const element = returnType.kind === "list" ? returnType.element : DYNAMIC;
      return ok(
        listFrom(
          itemsOf(given).filter((item) => seen.add(item)),
          element,
        ),
      );
    },
  },
  {
    ...collection,
    name: "element",
    description: "One element of a list; the index wraps around at both ends.",
    returnType: DYNAMIC,
    resultType: elementType,
    parameters: [
      parameter("list", DYNAMIC, "The list or tuple."),
      parameter("index", NUMBER, "The position, starting at 0; -1 is the last."),
    ],
    implementation: elementFunction,
  },
  {
    ...collection,
    name: "flatten",
    description: "Takes all elements out of nested lists, sets and tuples, at any depth, in order.",
    returnType: DYNAMIC,
    resultType: (args) => {
      const result = flattenFunction(args);
      return result.ok ? ok(typeOf(result.value)) : result;
    },
    parameters: [parameter("list", DYNAMIC, "The list, set or tuple.")],
    implementation: flattenFunction,
  },
  {
    ...collection,
    name: "index",
    description: "The element at a key, as value[key]. It does not search for a value.",
    returnType: DYNAMIC,
    resultType: indexType,
    parameters: [
      parameter("collection", DYNAMIC, "The list, tuple or map."),
      parameter("key", DYNAMIC, "A number for lists and tuples, a string for maps.", "dynamic"),
    ],
    implementation: indexFunction,
  },
  {
    ...collection,
    name: "keys",
    description: "The keys of a map or object, in order.",
    returnType: listOf(STRING),
    resultType: ([given]) => {
      const type = typeOfArgument(given);
      if (type.kind === "object") return ok(tupleOf([...type.attributes.keys()].map(() => STRING)));
      return type.kind === "map"
        ? ok(listOf(STRING))
        : argumentError(0, `a map or object is needed, not ${friendlyName(type)}`);
    },
    parameters: [parameter("inputMap", DYNAMIC, "The map or object.", "unknown")],
    implementation: keysFunction,
  },
  {
    ...collection,
    name: "length",
    description: "The number of elements of a list, set, map or tuple. For strings use strlen; objects have no length.",
    returnType: NUMBER,
    resultType: ([given]) => {
      const { kind } = typeOfArgument(given);
      if (kind === "list" || kind === "set" || kind === "map" || kind === "tuple" || kind === "dynamic")
        return ok(NUMBER);
      const hint = kind === "string" ? "; use strlen()" : kind === "object" ? "; use length(keys(…))" : "";
      return callError(`a list, set, map or tuple is needed, not a value of type ${kind}${hint}`);
    },
    parameters: [parameter("collection", DYNAMIC, "The list, set, map or tuple.", "unknown", "dynamic")],
    implementation: lengthFunction,
  },
  {
    ...collection,
    name: "lookup",
    description: "The element of a map at a key, or the default when there is none.",
    returnType: DYNAMIC,
    resultType: lookupType,
    parameters: [
      parameter("inputMap", DYNAMIC, "The map or object."),
      parameter("key", STRING, "The key."),
      parameter("default", DYNAMIC, "What to return without an element at the key."),
    ],
    implementation: lookupFunction,
  },
  {
    ...collection,
    name: "sort",
    description: 'Sorts strings by the bytes of their UTF-8 form: capitals before small letters, "10" before "9".',
    returnType: listOf(STRING),
    parameters: [stringList],
    implementation: sortFunction,
  },
  {
    ...collection,
    name: "values",
    description: "The values of a map or object, in the order of their keys.",
    returnType: listOf(DYNAMIC),
    resultType: ([given]) => {
      const type = typeOfArgument(given);
      if (type.kind === "map") return ok(listOf(type.element));
      if (type.kind === "object") return ok(tupleOf([...type.attributes.values()]));
      return callError(`a map or object is needed, not ${friendlyName(type)}`);
    },
    parameters: [parameter("mapping", DYNAMIC, "The map or object.")],
    implementation: valuesFunction,
  },
];
