// What Nomad says of a text in a driver's config that cannot be evaluated: its short sentences, where people search for them.
import { editDistance } from "../base/nearest.ts";
import type { Diagnostic } from "../hcl/diagnostic.ts";
import type { SourceText } from "../hcl/source.ts";
import { compareBytes, type Value } from "../hcl/value.ts";
import { DRIVER_FUNCTIONS } from "./driverFunctions.ts";

/** The sentence behind the label of a diagnostic (golden e-var-*, e-func-*); undefined leaves ours. */
export function nomadDetail(
  { summary, subject, detail }: Diagnostic,
  source: SourceText,
  variables: ReadonlyMap<string, Value>,
): string | undefined {
  const marked = subject === undefined ? "" : source.slice(subject);
  switch (summary) {
    case "Unknown variable":
      return `There is no variable named "${marked}".${didYouMean(marked, variables.keys())}`;
    case "Call to unknown function":
      return marked.includes("::")
        ? undefined
        : `There is no function named "${marked}".${didYouMean(marked, DRIVER_FUNCTIONS.keys())}`;
    case "Not enough function arguments":
      return missingArgument(detail);
    case "Too many function arguments": {
      const [, name, most] = /^(\w+)\(.*\) takes no more than (\d+) /.exec(detail) ?? [];
      return name === undefined ? undefined : `Function "${name}" expects only ${String(most)} argument(s).`;
    }
    case "Error in function call":
      return detail.replace(/^(\w+)\(\): /, 'Call to function "$1" failed: ');
    case "Invalid function argument":
      return withReason(
        detail,
        /^\w+\(\): the argument ("\w+") does not fit: (.*)\.$/,
        "Invalid value for $1 parameter",
      );
    case "Invalid operand":
      return withReason(
        detail.replace("The only operand", "The unary operand"),
        /^The (\w+) operand of "\W+" does not fit: (.*)\.$/,
        "Unsuitable value for $1 operand",
      );
    case "Invalid template interpolation value":
      return withReason(
        detail.replace(/^This (cannot stand in a string): (.*)\. Use .*/, "$1: $2"),
        /^(cannot stand in a string): (.*)$/,
        "Cannot include the given value in a string template",
      );
    case "Unsupported attribute":
      return unsupportedAttribute(detail, marked);
    case "Missing map element": {
      const [, name] = /^This map has no element (".*")\.$/.exec(detail) ?? [];
      return name === undefined ? undefined : `This map does not have an element with the key ${name}.`;
    }
    case "Invalid index":
      return /has no elements\.$/.test(detail) ? "This value does not have any indices." : undefined;
    default:
      return undefined;
  }
}

function missingArgument(detail: string): string | undefined {
  const [, name = "", missing] = /^(\w+)\(.*\) also needs (".*")\.$/.exec(detail) ?? [];
  const called = DRIVER_FUNCTIONS.get(name);
  if (called === undefined || missing === undefined) return undefined;
  const least = called.variadic === undefined ? "" : " at least";
  return `Function "${name}" expects${least} ${called.parameters.length} argument(s). Missing value for ${missing}.`;
}

function unsupportedAttribute(detail: string, marked: string): string | undefined {
  const name = /^\s*\.\s*([^\s.[]+)$/.exec(marked)?.[1];
  if (detail.startsWith("There is no attribute"))
    return name === undefined ? undefined : `This object does not have an attribute named "${name}".`;
  const [, kind] = /^A (\w+) has no attributes/.exec(detail) ?? [];
  return kind === undefined || !["bool", "number", "string"].includes(kind)
    ? "This value does not have any attributes."
    : `Can't access attributes on a primitive-typed value (${kind}).`;
}

/** `lead: reason.` with the place and the reason that `pattern` finds in our sentence. */
function withReason(detail: string, pattern: RegExp, lead: string): string | undefined {
  const [whole, place = "", reason = ""] = pattern.exec(detail) ?? [];
  const words = reasonWords(reason);
  return whole === undefined || words === undefined ? undefined : `${lead.replace("$1", place)}: ${words}.`;
}

/** Why a value does not fit, in Nomad's few words for ours. */
function reasonWords(reason: string): string | undefined {
  const required = / is not (a (?:number|bool))$/.exec(reason)?.[1];
  if (required !== undefined) return `${required} is required`;
  if (reason === "it must not be null") return "argument must not be null";
  const [, wanted, given] = /^expected (.+), found (.+)$/.exec(reason) ?? [];
  return wanted === undefined ? undefined : `${wanted} required, but have ${String(given)}`;
}

function didYouMean(given: string, known: Iterable<string>): string {
  const guess = suggestion(given, known);
  return guess === undefined ? "" : ` Did you mean "${guess}"?`;
}

/** HCL's suggestion: a known name that at most two changes make. HCL takes any; here the nearest, then the first. */
export function suggestion(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = 3;
  for (const name of [...known].sort(compareBytes)) {
    const distance = Math.abs(name.length - given.length) > 2 ? 3 : editDistance(given, name);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}
