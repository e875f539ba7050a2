// `c ? a : b`: both arms are evaluated and brought to one type; only the chosen arm's diagnostics are kept.
import { ok } from "../../base/result.ts";
import { convert, mismatch } from "../convert.ts";
import type { Span } from "../source.ts";
import type { ConditionalExpression, Expression } from "../syntax.ts";
import { type Unification, unify } from "../unify.ts";
import { BOOL, DYNAMIC, friendlyName, type Type, typeOf, UNKNOWN, unknownOf, type Value } from "../value.ts";
import { spendWalk } from "../valueSize.ts";
import { valueOf } from "./dispatch.ts";
import { apart, report, type Scope } from "./scope.ts";

export function conditionalValue(expression: ConditionalExpression, scope: Scope): Value {
  const trueScope = apart(scope);
  const falseScope = apart(scope);
  const whenTrue = valueOf(expression.whenTrue, trueScope);
  const whenFalse = valueOf(expression.whenFalse, falseScope);
  spendWalk(scope.budget, [whenTrue, whenFalse]);
  const common = commonType(whenTrue, whenFalse);
  if (common === undefined) {
    report(
      scope,
      "Inconsistent conditional result types",
      `Both results of a conditional must fit one type. ${difference(typeOf(whenTrue), typeOf(whenFalse))}`,
      { start: expression.whenTrue.span.start, end: expression.whenFalse.span.end },
      expression.span,
    );
    return UNKNOWN;
  }
  const condition = conditionValue(expression.condition, expression.span, scope);
  if (condition === undefined) return unknownOf(common.type);
  const [chosen, conversion, arm] = condition
    ? ([whenTrue, common.conversions[0]!, trueScope] as const)
    : ([whenFalse, common.conversions[1]!, falseScope] as const);
  scope.diagnostics.push(...arm.diagnostics);
  const converted = conversion(chosen);
  if (converted.ok) return converted.value;
  report(
    scope,
    "Inconsistent conditional result types",
    `The ${condition ? "true" : "false"} result cannot take the type that both results have in common: ${converted.error}.`,
    condition ? expression.whenTrue.span : expression.whenFalse.span,
    expression.span,
  );
  return unknownOf(common.type);
}

/** A bare `null` takes the other result's type; with one of undecided type the other stays as it is. */
function commonType(whenTrue: Value, whenFalse: Value): Unification | undefined {
  const trueType = typeOf(whenTrue);
  const falseType = typeOf(whenFalse);
  if (isBareNull(whenTrue)) return { type: falseType, conversions: [(value) => convert(value, falseType), ok] };
  if (isBareNull(whenFalse)) return { type: trueType, conversions: [ok, (value) => convert(value, trueType)] };
  if (trueType.kind === "dynamic" || falseType.kind === "dynamic") return { type: DYNAMIC, conversions: [ok, ok] };
  return unify([trueType, falseType], "unsafe");
}

const isBareNull = (value: Value): boolean => value.kind === "null" && value.type.kind === "dynamic";

function difference(whenTrue: Type, whenFalse: Type): string {
  if (whenTrue.kind !== whenFalse.kind) {
    return `The true result is ${article(friendlyName(whenTrue))}, the false result is ${article(friendlyName(whenFalse))}; convert one of them.`;
  }
  return `The false result differs inside: ${mismatch(whenFalse, whenTrue)}; write both results alike.`;
}

const article = (name: string): string => `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;

/** A condition's truth; `undefined` when it is unknown, null or not a bool (reported then). Templates use it too. */
export function conditionValue(condition: Expression, whole: Span, scope: Scope): boolean | undefined {
  const given = valueOf(condition, scope);
  if (given.kind === "null") {
    report(scope, "Null condition", "A condition must be true or false; this one is null.", condition.span, whole);
    return undefined;
  }
  if (given.kind === "unknown") return undefined;
  const value = convert(given, BOOL);
  if (!value.ok) {
    report(
      scope,
      "Incorrect condition type",
      `A condition must be a bool: ${value.error}. Compare it with something, for example x != "".`,
      condition.span,
      whole,
    );
    return undefined;
  }
  return value.value.kind === "bool" ? value.value.value : undefined;
}
