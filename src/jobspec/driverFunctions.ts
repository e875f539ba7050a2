// The functions that a driver's config may call: fifteen, fewer than a job file has. Two of them exist only here.
// Source: Nomad helper/pluginutils/hclutils, GetStdlibFuncs (nomad.md 2.4).
import { ok } from "../base/result.ts";
import { absolute, isInteger, isZero, sign, toInt64, truncate, type BigFloat } from "../hcl/bigfloat.ts";
import {
  callError,
  type EagerFunction,
  type FunctionDefinition,
  type FunctionTable,
} from "../hcl/functions/definition.ts";
import { functionTable } from "../hcl/functions/table.ts";
import { BOOL, bool, DYNAMIC, NUMBER, number, typeOf, unknownOf, type Value } from "../hcl/value.ts";

/** Objects are not among them: their attributes are looked up by name. */
const INDEXABLE = new Set(["list", "tuple", "map", "dynamic"]);

const hasindex: EagerFunction = {
  kind: "eager",
  name: "hasindex",
  category: "collection",
  description: "Whether a list, tuple or map has an element with this index or key.",
  parameters: [
    { name: "collection", type: DYNAMIC, description: "The collection to look into.", allowDynamic: true },
    { name: "key", type: DYNAMIC, description: "The index or key to look for.", allowDynamic: true },
  ],
  returnType: BOOL,
  resultType: ([collection]) =>
    collection === undefined || INDEXABLE.has(typeOf(collection).kind)
      ? ok(BOOL)
      : callError("collection must be a list, a map or a tuple"),
  implementation: ([collection, key]) => ok(hasElement(collection, key)),
};

function hasElement(collection: Value | undefined, key: Value | undefined): Value {
  switch (collection?.kind) {
    case "list":
    case "tuple": {
      if (key?.kind !== "number" || !isInteger(key.value) || sign(key.value) < 0) return bool(false);
      const index = toInt64(key.value);
      return bool(index !== undefined && index < BigInt(collection.items.length));
    }
    case "map":
      return bool(key?.kind === "string" && collection.entries.has(key.value));
    default:
      return unknownOf(BOOL);
  }
}

/** Nomad's whole numbers have no negative zero. */
function wholePart(value: BigFloat): BigFloat {
  const whole = truncate(value);
  return isZero(whole) ? absolute(whole) : whole;
}

const int: EagerFunction = {
  kind: "eager",
  name: "int",
  category: "numeric",
  description: "The whole part of a number.",
  parameters: [{ name: "num", type: NUMBER, description: "The number to cut off." }],
  returnType: NUMBER,
  implementation: ([value]) => ok(value?.kind === "number" ? number(wholePart(value.value)) : unknownOf(NUMBER)),
};

/** The others are those of job files. */
const SHARED = "abs coalesce concat jsondecode jsonencode length lower max min reverse strlen substr upper".split(" ");

function sharedFunctions(): FunctionDefinition[] {
  return SHARED.map((name) => functionTable.get(name)).filter((found) => found !== undefined);
}

/** Functions of a driver's config by name. */
export const DRIVER_FUNCTIONS: FunctionTable = new Map(
  [...sharedFunctions(), hasindex, int].map((entry) => [entry.name, entry]),
);
