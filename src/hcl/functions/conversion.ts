// Functions that look at expressions before they are evaluated: can, try, and convert with its type.
import { fail, ok } from "../../base/result.ts";
import { convert } from "../convert.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { formatDiagnostic, hasErrors } from "../diagnostic.ts";
import { typeFromExpression } from "../typeExpression.ts";
import { BOOL, bool, DYNAMIC, isWhollyKnown, type Type, typeOf, UNKNOWN, unknownOf, type Value } from "../value.ts";
import {
  argumentError,
  callError,
  type LazyArgument,
  type LazyCallContext,
  type LazyFunction,
  type LazyResult,
} from "./definition.ts";
import { parameter } from "./support.ts";

const conversion = { kind: "lazy", category: "conversion" } as const;
const alone = (result: LazyResult["result"]): LazyResult => ({ result, diagnostics: [] });

function tryFunction(args: readonly LazyArgument[], call: LazyCallContext): LazyResult {
  if (args.length === 0) return alone(callError("at least one argument is needed"));
  const found: Diagnostic[] = [];
  for (const argument of args) {
    const { value, diagnostics } = call.evaluate(argument);
    // What is not known yet may still fail later, and then another argument would count.
    if (!hasErrors(diagnostics)) return alone(ok(isWhollyKnown(value) ? value : UNKNOWN));
    found.push(...diagnostics);
  }
  const reasons = found.map((diagnostic) => `\n- ${formatDiagnostic(diagnostic)}`).join("");
  return alone(callError(`none of the expressions can be evaluated:${reasons}\nOne of them must succeed`));
}

function canFunction([argument]: readonly LazyArgument[], call: LazyCallContext): LazyResult {
  if (argument === undefined) return alone(callError("an argument is needed"));
  const { value, diagnostics } = call.evaluate(argument);
  if (hasErrors(diagnostics)) return alone(ok(bool(false)));
  return alone(ok(isWhollyKnown(value) ? bool(true) : unknownOf(BOOL)));
}

function convertFunction([given, wanted]: readonly LazyArgument[], call: LazyCallContext): LazyResult {
  if (given === undefined || wanted === undefined) return alone(callError("a value and a type are needed"));
  const { value, diagnostics } = call.evaluate(given);
  const type =
    "expression" in wanted
      ? typeFromExpression(wanted.expression, call.source, "constraint")
      : { value: DYNAMIC, diagnostics: [] };
  const result =
    "expression" in wanted ? convertTo(value, type.value) : argumentError(1, "a type is needed, not a value");
  const all = [...diagnostics, ...type.diagnostics];
  return { result: hasErrors(all) ? ok<Value>(UNKNOWN) : result, diagnostics: all };
}

function convertTo(value: Value, type: Type): LazyResult["result"] {
  const once = convert(value, type);
  if (!once.ok) return fail({ reason: once.error, argument: 0 });
  // Optional attributes decide the type of the result, but the value must then have them all: so Nomad's convert does.
  const again = convert(value, typeOf(once.value));
  return again.ok ? again : fail({ reason: again.error, argument: 0 });
}

const anExpression = "An expression; it may fail.";

export const conversionFunctions = (): readonly LazyFunction[] => [
  {
    ...conversion,
    name: "can",
    description: "True when an expression can be evaluated without errors.",
    returnType: BOOL,
    parameters: [parameter("expression", DYNAMIC, anExpression)],
    implementation: canFunction,
  },
  {
    ...conversion,
    name: "convert",
    description: 'Converts a value to a type: `convert(["1"], set(number))`.',
    returnType: DYNAMIC,
    parameters: [
      parameter("value", DYNAMIC, "The value."),
      parameter(
        "type",
        DYNAMIC,
        "A type: string, number, bool, list(…), set(…), map(…), object({…}), tuple([…]), any.",
      ),
    ],
    implementation: convertFunction,
  },
  {
    ...conversion,
    name: "try",
    description: "The value of the first of its expressions that can be evaluated without errors.",
    returnType: DYNAMIC,
    parameters: [],
    variadic: parameter("expressions", DYNAMIC, anExpression),
    implementation: tryFunction,
  },
];
