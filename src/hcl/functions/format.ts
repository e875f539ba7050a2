// format and formatlist.
import { ok } from "../../base/result.ts";
import { spend } from "../budget.ts";
import { DYNAMIC, isWhollyKnown, list, listOf, STRING, string, typeOf, unknownOf, type Value } from "../value.ts";
import { argumentError, callError, type CallContext, type EagerFunction, type FunctionResult } from "./definition.ts";
import { formatValues } from "./formatVerbs.ts";
import { itemsOf, parameter, textOf } from "./support.ts";

const formatParameter = parameter(
  "format",
  STRING,
  "Text with verbs: %s string, %q quoted, %d whole number, %f decimal, %t bool, %v anything, %% a percent sign.",
);

/** Values of which each iteration takes one: lists, sets and tuples. Others are the same every time. */
function isIterated(value: Value): boolean {
  const { kind } = typeOf(value);
  return value.kind !== "null" && (kind === "list" || kind === "set" || kind === "tuple");
}

function lengthOf(value: Value): number | undefined {
  if ("items" in value) return value.kind === "set" && !isWhollyKnown(value) ? undefined : value.items.length;
  const type = typeOf(value);
  return type.kind === "tuple" ? type.elements.length : undefined;
}

function formatList([format, ...args]: readonly Value[], { budget, returnType }: CallContext): FunctionResult {
  let length: number | undefined;
  let chooser = 0;
  for (const [i, arg] of args.entries()) {
    if (!isIterated(arg)) continue;
    const own = lengthOf(arg);
    if (own === undefined) return ok(unknownOf(returnType));
    if (length !== undefined && own !== length) {
      return argumentError(i + 1, `it has ${own} elements, but argument ${chooser + 1} has ${length}`);
    }
    if (length === undefined) [length, chooser] = [own, i];
  }
  if (args.some((arg) => arg.kind === "unknown" && (isIterated(arg) || arg.type.kind === "dynamic"))) {
    return ok(unknownOf(returnType));
  }
  const results: Value[] = [];
  for (let i = 0; i < (length ?? 1); i++) {
    spend(budget, 1);
    const values = args.map((arg) => (isIterated(arg) ? itemsOf(arg)[i]! : arg));
    if (!values.every(isWhollyKnown)) {
      results.push(unknownOf(STRING));
      continue;
    }
    const text = formatValues(textOf(format), values, budget);
    if (!text.ok) return callError(`in iteration ${i}: ${text.error.reason}`);
    results.push(string(text.value));
  }
  return ok(list(STRING, results));
}

export const formatFunctions = (): readonly EagerFunction[] => [
  {
    kind: "eager",
    category: "string",
    name: "format",
    description: 'Makes a string from a format and values: `format("%s-%03d", name, n)`.',
    returnType: STRING,
    parameters: [formatParameter],
    variadic: parameter("args", DYNAMIC, "What the verbs print, in order.", "null", "unknown", "dynamic"),
    implementation: ([format, ...args], { budget }) => {
      if (!args.every(isWhollyKnown)) return ok(unknownOf(STRING));
      const text = formatValues(textOf(format), args, budget);
      return text.ok ? ok(string(text.value)) : text;
    },
  },
  {
    kind: "eager",
    category: "string",
    name: "formatlist",
    description: "Like format, once for every element of its lists, which must be equally long.",
    returnType: listOf(STRING),
    parameters: [formatParameter],
    variadic: parameter("args", DYNAMIC, "Lists, or values that stay the same.", "null", "unknown", "dynamic"),
    implementation: formatList,
  },
];
