// Evaluation of HCL expressions: never throws for bad input; what is wrong comes back as diagnostics beside the value.
import { createBudget, LimitExceeded } from "./budget.ts";
import type { Diagnostic, WithDiagnostics } from "./diagnostic.ts";
import { literalValue, valueOf, workedOut } from "./evaluation/dispatch.ts";
import type { EvaluationContext, Scope } from "./evaluation/scope.ts";
import type { Expression } from "./syntax.ts";
import { UNKNOWN, type Value } from "./value.ts";

export type { EvaluationContext, UndefinedRoot } from "./evaluation/scope.ts";

/**
 * Evaluates one expression as HCL 2.20 does (the version Nomad embeds): both arms of a conditional and both sides of
 * an operator are evaluated, with no short-circuit.
 * @returns the value (unknown where an error leaves none) and everything found on the way, in HCL's order.
 */
export function evaluate(expression: Expression, context: EvaluationContext): WithDiagnostics<Value> {
  const budget = context.budget ?? createBudget();
  // Most values of a job file are plain strings and numbers, which need no scope.
  const literal = literalValue(expression);
  if (literal !== undefined && budget.left > 0) {
    budget.left--;
    return { value: literal, diagnostics: NONE };
  }
  const scope: Scope = {
    context,
    budget,
    bindings: undefined,
    diagnostics: [],
    nesting: { depth: 0 },
  };
  try {
    const value = literal === undefined ? workedOut(expression, scope) : valueOf(expression, scope);
    return { value, diagnostics: scope.diagnostics };
  } catch (error) {
    const reason = limitReason(error);
    if (reason === undefined) throw error;
    return {
      value: UNKNOWN,
      diagnostics: [
        ...scope.diagnostics,
        {
          severity: "error",
          summary: "Evaluation limit exceeded",
          detail: `This expression is not evaluated to its end. ${reason} Make its collections, strings or nesting smaller.`,
          subject: expression.span,
          source: context.source,
        },
      ],
    };
  }
}

const NONE: readonly Diagnostic[] = [];

/** Why an evaluation was given up, when a limit was the reason: ours, the stack's or that of string lengths. */
function limitReason(error: unknown): string | undefined {
  if (error instanceof LimitExceeded) return error.message;
  return error instanceof RangeError ? "It is nested too deeply or makes a string that is too long." : undefined;
}
