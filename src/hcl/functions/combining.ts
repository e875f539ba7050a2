// Collection functions that make one collection of several, or choose among several values.
import { ok } from "../../base/result.ts";
import { add, compare, fromInteger, sign } from "../bigfloat.ts";
import { spend } from "../budget.ts";
import { convert } from "../convert.ts";
import { unify } from "../unify.ts";
import {
  DYNAMIC,
  friendlyName,
  isWhollyKnown,
  list,
  listFrom,
  listOf,
  map,
  mapFrom,
  mapOf,
  NUMBER,
  number,
  object,
  objectOf,
  sameType,
  STRING,
  tuple,
  tupleOf,
  type Type,
  typeOf,
  unknownOf,
  type Value,
} from "../value.ts";
import { argumentError, callError, type CallContext, type EagerFunction, type FunctionResult } from "./definition.ts";
import { entriesOf, itemsOf, numberOf, parameter, typeOfArgument, wholeNumber } from "./support.ts";

const collection = { kind: "eager", category: "collection" } as const;

function coalesceFunction(args: readonly Value[], { returnType }: CallContext): FunctionResult {
  for (const value of args) {
    if (value.kind === "unknown") return ok(unknownOf(returnType));
    if (value.kind === "null") continue;
    const converted = convert(value, returnType);
    return converted.ok ? converted : callError(converted.error);
  }
  return callError("all arguments are null");
}

function coalesceListType(args: readonly Value[]): FunctionResult<Type> {
  const first = args[0];
  if (first === undefined) return callError("at least one argument is needed");
  for (const value of args) {
    if (value.kind === "unknown") return ok(DYNAMIC);
    const { kind } = typeOf(value);
    if (kind !== "list" && kind !== "tuple")
      return callError(`all arguments must be lists or tuples, not ${friendlyName(typeOf(value))}`);
  }
  return ok(args.every((value) => sameType(typeOf(value), typeOf(first))) ? typeOf(first) : DYNAMIC);
}

function concatType(args: readonly Value[]): FunctionResult<Type> {
  if (args.length === 0) return callError("at least one argument is needed");
  const types = args.map(typeOf);
  if (types.every((type) => type.kind === "list")) {
    const common = unify(types, "unsafe");
    if (common) return ok(common.type);
  }
  const elements: Type[] = [];
  for (const [i, type] of types.entries()) {
    if (type.kind === "tuple") for (const element of type.elements) elements.push(element);
    else if (type.kind !== "list") return argumentError(i, `a list or tuple is needed, not ${friendlyName(type)}`);
    else if (args[i]?.kind === "unknown") return ok(DYNAMIC);
    else for (let rest = itemsOf(args[i]).length; rest > 0; rest--) elements.push(type.element);
  }
  return ok(tupleOf(elements));
}

function concatFunction(args: readonly Value[], { returnType }: CallContext): FunctionResult {
  if (returnType.kind !== "list") return ok(tuple(args.flatMap(itemsOf)));
  const items: Value[] = [];
  for (const [i, value] of args.entries()) {
    const converted = convert(value, returnType);
    if (!converted.ok) return argumentError(i, converted.error);
    for (const item of itemsOf(converted.value)) items.push(item);
  }
  return ok(listFrom(items, returnType.element));
}

/** One type for all arguments keeps it; otherwise an object of everything that is known to be there. */
function mergeType(args: readonly Value[]): FunctionResult<Type> {
  const attributes = new Map<string, Type>();
  const first = args[0];
  if (first === undefined) return ok(objectOf([]));
  let known = true;
  for (const value of args) {
    const type = typeOf(value);
    if (type.kind === "dynamic") return ok(DYNAMIC);
    if (type.kind !== "map" && type.kind !== "object") {
      return callError(`all arguments must be maps or objects, not ${friendlyName(type)}`);
    }
    if (value.kind === "null") continue;
    if (type.kind === "object") for (const [name, attribute] of type.attributes) attributes.set(name, attribute);
    else if (value.kind === "map") for (const key of value.entries.keys()) attributes.set(key, type.element);
    else known = false;
  }
  if (args.every((value) => sameType(typeOf(value), typeOf(first)))) return ok(typeOf(first));
  return ok(known ? objectOf(attributes) : DYNAMIC);
}

function mergeFunction(args: readonly Value[], { returnType }: CallContext): FunctionResult {
  const merged = new Map<string, Value>();
  for (const value of args) for (const [key, item] of entriesOf(value)) merged.set(key, item);
  return ok(returnType.kind === "map" ? mapFrom(merged, returnType.element) : object(merged));
}

const MAX_RANGE = 1_024;

function rangeFunction(args: readonly Value[], { budget }: CallContext): FunctionResult {
  const numbers = args.map(numberOf);
  const zero = fromInteger(0);
  if (numbers.length < 1 || numbers.length > 3) return callError("one, two or three numbers are needed");
  const [start = zero, end = zero] = numbers.length === 1 ? [zero, numbers[0]] : numbers;
  const step = numbers[2] ?? fromInteger(compare(end, start) < 0 ? -1 : 1);
  const direction = sign(step);
  if (direction < 0 && compare(end, start) > 0)
    return argumentError(1, "with a negative step the end must not be above the start");
  if (direction >= 0 && compare(end, start) < 0)
    return argumentError(1, "with a positive step the end must not be below the start");
  const items: Value[] = [];
  for (let next = start; compare(next, end) * (direction < 0 ? -1 : 1) < 0;) {
    if (items.length >= MAX_RANGE)
      return callError(`it would have more than ${MAX_RANGE} numbers; move the end or take larger steps`);
    spend(budget, 1);
    items.push(number(next));
    const sum = add(next, step);
    if (sum === undefined) return callError("infinities of opposite signs have no sum");
    next = sum;
  }
  return ok(list(NUMBER, items));
}

interface Bounds {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

function sliceBounds([given, startValue, endValue]: readonly Value[]): FunctionResult<Bounds> {
  const type = typeOfArgument(given);
  const length = type.kind === "tuple" ? type.elements.length : given?.kind === "list" ? given.items.length : undefined;
  const bound = (value: Value | undefined, argument: number): FunctionResult<number | undefined> => {
    if (value === undefined || value.kind === "unknown") return ok(undefined);
    const whole = wholeNumber(value, argument);
    if (!whole.ok) return whole;
    if (whole.value < 0) return argumentError(argument, "it must not be negative");
    if (length !== undefined && whole.value > length)
      return argumentError(argument, `the list has only ${length} elements`);
    return whole;
  };
  const start = bound(startValue, 1);
  if (!start.ok) return start;
  const end = bound(endValue, 2);
  if (!end.ok) return end;
  if (start.value !== undefined && end.value !== undefined && start.value > end.value) {
    return argumentError(1, "the start must not be after the end");
  }
  return ok({ start: start.value, end: end.value });
}

function sliceType(args: readonly Value[]): FunctionResult<Type> {
  const type = typeOfArgument(args[0]);
  if (type.kind === "set")
    return argumentError(0, "the elements of a set have no positions; convert it to a list first");
  if (type.kind !== "list" && type.kind !== "tuple")
    return argumentError(0, `a list or tuple is needed, not ${friendlyName(type)}`);
  const bounds = sliceBounds(args);
  if (!bounds.ok) return bounds;
  if (type.kind === "list") return ok(type);
  const { start, end } = bounds.value;
  return ok(start === undefined || end === undefined ? DYNAMIC : tupleOf(type.elements.slice(start, end)));
}

function sliceFunction(args: readonly Value[], { returnType }: CallContext): FunctionResult {
  const bounds = sliceBounds(args);
  if (!bounds.ok) return bounds;
  const items = itemsOf(args[0]).slice(bounds.value.start, bounds.value.end);
  return ok(returnType.kind === "list" ? list(returnType.element, items) : tuple(items));
}

function zipmapType([keys, values]: readonly Value[]): FunctionResult<Type> {
  const type = typeOfArgument(values);
  if (type.kind === "list") return ok(mapOf(type.element));
  if (type.kind !== "tuple") return callError(`the values must be a list or tuple, not ${friendlyName(type)}`);
  if (keys === undefined || !isWhollyKnown(keys)) return ok(DYNAMIC);
  const names = zipKeys(keys, type.elements.length);
  return names.ok ? ok(objectOf(names.value.map((name, i) => [name, type.elements[i]!]))) : names;
}

function zipKeys(keys: Value, count: number): FunctionResult<string[]> {
  const items = itemsOf(keys);
  if (items.length !== count) return callError(`there are ${items.length} keys, but ${count} values`);
  const names: string[] = [];
  for (const [i, item] of items.entries()) {
    if (item.kind !== "string") return callError(`key ${i} is null`);
    names.push(item.value);
  }
  return ok(names);
}

function zipmapFunction([keys, values]: readonly Value[], { returnType }: CallContext): FunctionResult {
  if (keys === undefined || !isWhollyKnown(keys)) return ok(unknownOf(returnType));
  const items = itemsOf(values);
  const names = zipKeys(keys, items.length);
  if (!names.ok) return names;
  const entries = names.value.map((name, i) => [name, items[i]!] as const);
  return ok(returnType.kind === "map" ? map(returnType.element, entries) : object(entries));
}

export const combiningFunctions = (): readonly EagerFunction[] => [
  {
    ...collection,
    name: "coalesce",
    description: "The first argument that is not null, converted to the type that all arguments have in common.",
    returnType: DYNAMIC,
    resultType: (args) => {
      const common = unify(args.map(typeOf), "unsafe");
      return common ? ok(common.type) : callError("the arguments have no type in common");
    },
    parameters: [],
    variadic: parameter("vals", DYNAMIC, "The values to choose from.", "null", "unknown", "dynamic"),
    implementation: coalesceFunction,
  },
  {
    ...collection,
    name: "coalescelist",
    description: "The first list or tuple that is not empty.",
    returnType: DYNAMIC,
    resultType: coalesceListType,
    parameters: [],
    variadic: parameter("vals", DYNAMIC, "The lists to choose from.", "null", "unknown", "dynamic"),
    implementation: (args, { returnType }) => {
      for (const value of args) {
        if (value.kind === "unknown") return ok(unknownOf(returnType));
        if (itemsOf(value).length > 0) return ok(value);
      }
      return callError("all lists are empty or null");
    },
  },
  {
    ...collection,
    name: "concat",
    description: "Joins lists and tuples into one.",
    returnType: DYNAMIC,
    resultType: concatType,
    parameters: [],
    variadic: parameter("seqs", DYNAMIC, "The lists and tuples, in order."),
    implementation: concatFunction,
  },
  {
    ...collection,
    name: "merge",
    description: "One map or object of several; of equal keys the last counts. It does not merge inside values.",
    returnType: DYNAMIC,
    resultType: mergeType,
    parameters: [],
    variadic: parameter("maps", DYNAMIC, "The maps and objects; null is left out.", "null", "dynamic"),
    implementation: mergeFunction,
  },
  {
    ...collection,
    name: "range",
    description: "Numbers from a start (0) up to but without an end, in steps (1 or -1). At most 1024 of them.",
    returnType: listOf(NUMBER),
    parameters: [],
    variadic: parameter("params", NUMBER, "The end; or start and end; or start, end and step."),
    implementation: rangeFunction,
  },
  {
    ...collection,
    name: "slice",
    description: "The elements from one index up to but without another.",
    returnType: DYNAMIC,
    resultType: sliceType,
    parameters: [
      parameter("list", DYNAMIC, "The list or tuple."),
      parameter("start_index", NUMBER, "The first index, from 0."),
      parameter("end_index", NUMBER, "The index after the last."),
    ],
    implementation: sliceFunction,
  },
  {
    ...collection,
    name: "zipmap",
    description: "A map or object from a list of keys and an equally long list of values.",
    returnType: DYNAMIC,
    resultType: zipmapType,
    parameters: [
      parameter("keys", listOf(STRING), "The keys."),
      parameter("values", DYNAMIC, "The values, in the order of the keys."),
    ],
    implementation: zipmapFunction,
  },
];
