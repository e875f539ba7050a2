// Values that must stand for themselves: defaults of variables, and variable files. They see no names and no functions.
import { evaluate, type EvaluationContext } from "../../hcl/evaluate.ts";
import type { Diagnostic, WithDiagnostics } from "../../hcl/diagnostic.ts";
import type { SourceText } from "../../hcl/source.ts";
import type { Expression, FunctionCallExpression } from "../../hcl/syntax.ts";
import { UNKNOWN, type Value } from "../../hcl/value.ts";
import { childrenOf } from "../references.ts";

/** The context of expressions that must be constant. */
export function constantContext(source: SourceText): EvaluationContext {
  return {
    source,
    variables: new Map(),
    functions: new Map(),
    undefinedRoot: (traversal) => ({
      value: UNKNOWN,
      diagnostics: [
        {
          severity: "error",
          summary: "Variables not allowed",
          detail:
            "This value is needed before anything else is known, so it cannot refer to other values. Write it out.",
          subject: traversal.rootSpan,
          source,
        },
      ],
    }),
  };
}

/** Evaluates a constant; calls are errors. */
export function evaluateConstant(expression: Expression, source: SourceText): WithDiagnostics<Value> {
  const calls = outerCalls(expression);
  if (calls.length === 0) return evaluate(expression, constantContext(source));
  return { value: UNKNOWN, diagnostics: calls.map((call) => callNotAllowed(call, source)) };
}

function callNotAllowed(call: FunctionCallExpression, source: SourceText): Diagnostic {
  const detail = `This value is needed before anything else is known, so ${call.name}() cannot be called in it. Use a local instead.`;
  return { severity: "error", summary: "Function calls not allowed", detail, subject: call.span, source };
}

/** The calls that are not arguments of other calls. */
function outerCalls(expression: Expression): readonly FunctionCallExpression[] {
  return expression.kind === "call" ? [expression] : childrenOf(expression).flatMap(outerCalls);
}
