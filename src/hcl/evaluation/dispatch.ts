// Chooses the rule for each kind of expression, and keeps the budget and the depth.
import { parseBigFloat } from "../bigfloatText.ts";
import { LimitExceeded, MAX_EVALUATION_DEPTH, spend } from "../budget.ts";
import type { Expression, NumberExpression } from "../syntax.ts";
import { bool, NULL, number, UNKNOWN, type Value } from "../value.ts";
import { indexValue, relativeTraversalValue, scopeTraversalValue } from "./access.ts";
import { callValue } from "./call.ts";
import { objectValue, tupleValue } from "./collections.ts";
import { conditionalValue } from "./conditional.ts";
import { forValue } from "./forExpression.ts";
import { binaryValue, unaryValue } from "./operators.ts";
import type { Scope } from "./scope.ts";
import { splatValue } from "./splat.ts";
import { templateValue } from "./templates.ts";

/** The value of an expression; diagnostics go to the scope. @throws LimitExceeded */
export function valueOf(expression: Expression, scope: Scope): Value {
  const literal = literalValue(expression);
  if (literal === undefined) return workedOut(expression, scope);
  spend(scope.budget, 1);
  return literal;
}

/** The value of an expression that is no literal. @throws LimitExceeded */
export function workedOut(expression: Expression, scope: Scope): Value {
  spend(scope.budget, 1);
  // Nothing but the end of the whole evaluation gets past this without counting down again.
  const { nesting } = scope;
  if (++nesting.depth > MAX_EVALUATION_DEPTH) throw new LimitExceeded("It is nested too deeply.");
  const value = nestedValue(expression, scope);
  nesting.depth--;
  return value;
}

/** The value of a literal, a plain string included; undefined for what has to be worked out. */
export function literalValue(expression: Expression): Value | undefined {
  switch (expression.kind) {
    case "template": {
      const { plain } = expression;
      // The parser has put it into NFC.
      return plain === undefined ? undefined : { kind: "string", value: plain };
    }
    case "null":
      return NULL;
    case "bool":
      return bool(expression.value);
    case "number":
      return literalNumber(expression);
    default:
      return undefined;
  }
}

function nestedValue(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    // Literals do not get here, and of what is missing nothing is known.
    case "null":
    case "bool":
    case "number":
    case "missing":
      return UNKNOWN;
    case "template":
      return templateValue(expression, scope);
    case "template-wrap":
      return valueOf(expression.wrapped, scope);
    case "parentheses":
      return valueOf(expression.expression, scope);
    case "scope-traversal":
      return scopeTraversalValue(expression, scope);
    case "relative-traversal":
      return relativeTraversalValue(expression, scope);
    case "call":
      return callValue(expression, scope);
    case "conditional":
      return conditionalValue(expression, scope);
    case "index":
      return indexValue(expression, scope);
    case "splat":
      return splatValue(expression, scope);
    case "tuple":
      return tupleValue(expression, scope);
    case "object":
      return objectValue(expression, scope);
    case "for":
      return forValue(expression, scope);
    case "unary":
      return unaryValue(expression, scope);
    case "binary":
      return binaryValue(expression, scope);
  }
}

/** Numbers by how they are written; files repeat the same few. */
const literals = new Map<string, Value>();
const MAX_LITERALS = 1_000;

function literalNumber({ text }: NumberExpression): Value {
  let value = literals.get(text);
  if (value === undefined) {
    const parsed = parseBigFloat(text);
    value = parsed === undefined ? UNKNOWN : number(parsed);
    if (literals.size >= MAX_LITERALS) literals.clear();
    if (text.length <= 32) literals.set(text, value);
  }
  return value;
}
