// Set functions: union, intersection and product.
import { ok } from "../../base/result.ts";
import { convert } from "../convert.ts";
import { unify } from "../unify.ts";
import {
  DYNAMIC,
  friendlyName,
  isWhollyKnown,
  list,
  listOf,
  sameType,
  setOf,
  tuple,
  tupleOf,
  type Type,
  typeOf,
  unknownOf,
  type Value,
} from "../value.ts";
import { spendSize } from "../valueSize.ts";
import { ElementIndex, setFrom } from "../valueEquality.ts";
import { argumentError, callError, type CallContext, type EagerFunction, type FunctionResult } from "./definition.ts";
import { itemsOf, parameter } from "./support.ts";

const NOTHING_IN_COMMON = "the elements of the sets have no type in common";

const inSets = { kind: "eager", category: "collection" } as const;
const elementOf = (type: Type): Type => ("element" in type ? type.element : DYNAMIC);

/** A set of the elements' common type; empty sets of undecided type do not count. */
function commonSet(args: readonly Value[]): FunctionResult<Type> {
  const elements: Type[] = [];
  for (const value of args) {
    const element = elementOf(typeOf(value));
    if (value.kind === "set" && value.items.length === 0 && element.kind === "dynamic") continue;
    elements.push(element);
  }
  if (elements.length === 0) return ok(setOf(DYNAMIC));
  const common = unify(elements, "unsafe");
  return common ? ok(setOf(common.type)) : callError(NOTHING_IN_COMMON);
}

/** The elements of all sets, converted; `undefined` when they are not all known. */
function converted(args: readonly Value[], type: Type): FunctionResult<(readonly Value[])[] | undefined> {
  const sets: Value[] = [];
  for (const [i, value] of args.entries()) {
    const set = convert(value, type);
    if (!set.ok) return argumentError(i, set.error);
    if (set.value.kind === "unknown") return ok(undefined);
    sets.push(set.value);
  }
  // A type still undecided is no type in common. Here the original crashes inside of the function.
  const types = sets.map((set) => elementOf(typeOf(set)));
  if (!types.every((other) => sameType(other, types[0]!))) return callError(NOTHING_IN_COMMON);
  return ok(sets.map(itemsOf));
}

function intersection(args: readonly Value[], { returnType }: CallContext): FunctionResult {
  if (!args.every(isWhollyKnown)) return ok(unknownOf(returnType));
  const sets = converted(args, returnType);
  if (!sets.ok) return sets;
  if (sets.value === undefined) return ok(unknownOf(returnType));
  const [first = [], ...others] = sets.value;
  const indexes = others.map((items) => {
    const index = new ElementIndex();
    for (const item of items) index.add(item);
    return index;
  });
  return ok(
    setFrom(
      first.filter((item) => indexes.every((index) => index.has(item))),
      elementOf(returnType),
    ),
  );
}

function productType(args: readonly Value[]): FunctionResult<Type> {
  if (args.length < 2) return callError("at least two lists or sets are needed");
  const elements: Type[] = [];
  let sets = 0;
  for (const [i, value] of args.entries()) {
    const type = typeOf(value);
    if (type.kind === "set") sets++;
    if (type.kind === "set" || type.kind === "list") elements.push(type.element);
    else if (type.kind !== "tuple") return argumentError(i, `a list or set is needed, not ${friendlyName(type)}`);
    else if (type.elements.length === 0) elements.push(DYNAMIC);
    else {
      const common = unify(type.elements, "unsafe");
      if (common === undefined) return argumentError(i, "its elements have no type in common");
      elements.push(common.type);
    }
  }
  const element = tupleOf(elements);
  return ok(sets === 0 ? listOf(element) : setOf(element));
}

function product(args: readonly Value[], { budget, returnType }: CallContext): FunctionResult {
  const element = elementOf(returnType);
  if (element.kind !== "tuple") return ok(unknownOf(returnType));
  if (args.some((value) => value.kind === "set" && value.items.some((item) => item.kind === "unknown"))) {
    return ok(unknownOf(returnType));
  }
  const rowCount = args.reduce((count, value) => count * itemsOf(value).length, 1);
  spendSize(budget, rowCount * (args.length + 1));
  let rows: (readonly Value[])[] = [[]];
  for (const [i, value] of args.entries()) {
    const column: Value[] = [];
    for (const item of itemsOf(value)) {
      const fitting = convert(item, element.elements[i]!);
      if (!fitting.ok) return argumentError(i, fitting.error);
      column.push(fitting.value);
    }
    rows = rows.flatMap((row) => column.map((item) => [...row, item]));
  }
  const tuples = rows.map(tuple);
  return ok(
    returnType.kind === "set"
      ? setFrom(tuples, element)
      : list(tuples.length > 0 ? typeOf(tuples[0]!) : element, tuples),
  );
}

const first = parameter("first_set", setOf(DYNAMIC), "A set, or a list taken as one.", "dynamic");
const others = parameter("other_sets", setOf(DYNAMIC), "More sets.", "dynamic");

export const setFunctions = (): readonly EagerFunction[] => [
  {
    ...inSets,
    name: "setintersection",
    description: "The elements that are in all of the sets.",
    returnType: setOf(DYNAMIC),
    resultType: commonSet,
    parameters: [first],
    variadic: others,
    implementation: intersection,
  },
  {
    ...inSets,
    name: "setproduct",
    description: "All combinations of one element from each of the lists or sets, as tuples.",
    returnType: DYNAMIC,
    resultType: productType,
    parameters: [],
    variadic: parameter("sets", DYNAMIC, "Two or more lists or sets."),
    implementation: product,
  },
  {
    ...inSets,
    name: "setunion",
    description: "The elements that are in any of the sets.",
    returnType: setOf(DYNAMIC),
    resultType: commonSet,
    parameters: [first],
    variadic: others,
    implementation: (args, { returnType }) => {
      const sets = converted(args, returnType);
      if (!sets.ok) return sets;
      return ok(sets.value ? setFrom(sets.value.flat(), elementOf(returnType)) : unknownOf(returnType));
    },
  },
];
