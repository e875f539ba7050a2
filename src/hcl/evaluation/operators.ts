// Unary and binary operators. No short-circuit: both operands are evaluated and both sides' errors are kept.
import { add, compare, divide, multiply, negate, remainder, subtract } from "../bigfloat.ts";
import { convert } from "../convert.ts";
import type { BinaryExpression, BinaryOperator, Expression, UnaryExpression } from "../syntax.ts";
import { BOOL, bool, DYNAMIC, NUMBER, number, type Type, unknownOf, type Value } from "../value.ts";
import { equals } from "../valueEquality.ts";
import { spendWalk } from "../valueSize.ts";
import { valueOf } from "./dispatch.ts";
import { failedSince, report, type Scope } from "./scope.ts";

type Operands = "bool" | "number" | "any";
const operandType: Readonly<Record<Operands, Type>> = { bool: BOOL, number: NUMBER, any: DYNAMIC };

const operators: Readonly<Record<BinaryOperator, { readonly operands: Operands; readonly result: Type }>> = {
  "||": { operands: "bool", result: BOOL },
  "&&": { operands: "bool", result: BOOL },
  "==": { operands: "any", result: BOOL },
  "!=": { operands: "any", result: BOOL },
  "<": { operands: "number", result: BOOL },
  "<=": { operands: "number", result: BOOL },
  ">": { operands: "number", result: BOOL },
  ">=": { operands: "number", result: BOOL },
  "+": { operands: "number", result: NUMBER },
  "-": { operands: "number", result: NUMBER },
  "*": { operands: "number", result: NUMBER },
  "/": { operands: "number", result: NUMBER },
  "%": { operands: "number", result: NUMBER },
};

/**
 * Chains such as `1 + 2 + 3` lean to the left and may be long: the left spine is walked down in a loop, and the
 * operators are applied on the way up.
 */
export function binaryValue(expression: BinaryExpression, scope: Scope): Value {
  const spine: BinaryExpression[] = [];
  let leftmost: Expression = expression;
  while (leftmost.kind === "binary") {
    spine.push(leftmost);
    leftmost = leftmost.left;
  }
  const marks = scope.diagnostics.length;
  let value = valueOf(leftmost, scope);
  for (const operation of spine.reverse()) value = applyBinary(operation, value, marks, scope);
  return value;
}

function applyBinary(expression: BinaryExpression, givenLeft: Value, mark: number, scope: Scope): Value {
  const { operands, result } = operators[expression.operator];
  const givenRight = valueOf(expression.right, scope);
  const wanted = operandType[operands];
  const left = operand(givenLeft, wanted, "left", expression.left, expression, scope);
  const right = operand(givenRight, wanted, "right", expression.right, expression, scope);
  if (failedSince(scope, mark)) return unknownOf(result);
  if (wanted.kind !== "dynamic" && (left.kind === "null" || right.kind === "null")) {
    operationFailed(`an operand of "${expression.operator}" is null`, expression, scope);
    return unknownOf(result);
  }
  if (wanted.kind === "dynamic") spendWalk(scope.budget, [left, right]);
  const computed = compute(expression.operator, left, right);
  if (typeof computed !== "string") return computed;
  operationFailed(computed, expression, scope);
  return unknownOf(result);
}

function operand(
  given: Value,
  wanted: Type,
  side: string,
  part: Expression,
  whole: BinaryExpression | UnaryExpression,
  scope: Scope,
): Value {
  const result = convert(given, wanted);
  if (result.ok) return result.value;
  report(
    scope,
    "Invalid operand",
    `The ${side} operand of "${whole.operator}" does not fit: ${result.error}.`,
    part.span,
    whole.span,
  );
  return unknownOf(wanted);
}

function operationFailed(reason: string, whole: Expression, scope: Scope): void {
  report(scope, "Operation failed", `This cannot be computed: ${reason}.`, whole.span);
}

/** The result, or why there is none. Operands are converted already. */
function compute(operator: BinaryOperator, left: Value, right: Value): Value | string {
  if (operator === "==" || operator === "!=") {
    const same = equals(left, right);
    return same === undefined ? unknownOf(BOOL) : bool(same === (operator === "=="));
  }
  if (operator === "&&" || operator === "||") return logic(operator, left, right);
  if (left.kind !== "number" || right.kind !== "number") return unknownOf(operators[operator].result);
  const x = left.value;
  const y = right.value;
  switch (operator) {
    case "<":
      return bool(compare(x, y) < 0);
    case "<=":
      return bool(compare(x, y) <= 0);
    case ">":
      return bool(compare(x, y) > 0);
    case ">=":
      return bool(compare(x, y) >= 0);
    case "+":
      return orReason(add(x, y), "infinities of opposite signs have no sum");
    case "-":
      return orReason(subtract(x, y), "an infinity cannot be subtracted from itself");
    case "*":
      return orReason(multiply(x, y), "zero times infinity has no value");
    case "/":
      return orReason(divide(x, y), "neither zero by zero nor infinity by infinity can be divided");
    case "%":
      return orReason(remainder(x, y), "the remainder of an infinity has no value");
  }
}

const orReason = (result: Parameters<typeof number>[0] | undefined, reason: string): Value | string =>
  result === undefined ? reason : number(result);

/** One known operand may decide although the other is unknown. */
function logic(operator: "&&" | "||", left: Value, right: Value): Value {
  const deciding = operator === "||";
  for (const side of [left, right]) if (side.kind === "bool" && side.value === deciding) return side;
  return left.kind === "bool" && right.kind === "bool" ? bool(!deciding) : unknownOf(BOOL);
}

export function unaryValue(expression: UnaryExpression, scope: Scope): Value {
  const wanted = expression.operator === "!" ? BOOL : NUMBER;
  const mark = scope.diagnostics.length;
  const given = valueOf(expression.operand, scope);
  const value = operand(given, wanted, "only", expression.operand, expression, scope);
  if (failedSince(scope, mark)) return unknownOf(wanted);
  if (value.kind === "null") {
    operationFailed(`the operand of "${expression.operator}" is null`, expression, scope);
    return unknownOf(wanted);
  }
  if (value.kind === "bool") return bool(!value.value);
  return value.kind === "number" ? number(negate(value.value)) : unknownOf(wanted);
}
