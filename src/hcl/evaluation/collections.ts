// Tuples `[a, b]` and objects `{ a = b }`.
import { convert } from "../convert.ts";
import type { Expression, ObjectExpression, TupleExpression } from "../syntax.ts";
import { normalized, object, STRING, tuple, UNKNOWN, type Value } from "../value.ts";
import { bounded } from "../valueSize.ts";
import { valueOf } from "./dispatch.ts";
import { failedSince, report, type Scope } from "./scope.ts";

export function tupleValue(expression: TupleExpression, scope: Scope): Value {
  const { items } = expression;
  const values = new Array<Value>(items.length);
  for (let index = 0; index < items.length; index++) values[index] = valueOf(items[index]!, scope);
  return bounded(tuple(values));
}

/** One key that is unknown or wrong makes the whole object unknown; of equal keys the last counts. */
export function objectValue(expression: ObjectExpression, scope: Scope): Value {
  const attributes = new Map<string, Value>();
  let known = true;
  const { items } = expression;
  for (let index = 0; index < items.length; index++) {
    const item = items[index]!;
    if (item.key.kind === "name") {
      attributes.set(normalized(item.key.name), valueOf(item.value, scope));
      continue;
    }
    const mark = scope.diagnostics.length;
    const key = keyValue(item.key.expression, scope);
    const keyFailed = failedSince(scope, mark);
    const value = valueOf(item.value, scope);
    if (keyFailed || key.kind === "unknown") {
      known = false;
      continue;
    }
    if (key.kind === "null") {
      report(scope, "Null value as key", "A key must be a string; this one is null.", item.value.span);
      known = false;
      continue;
    }
    const name = convert(key, STRING);
    if (name.ok && name.value.kind === "string") {
      attributes.set(name.value.value, value);
    } else {
      known = false;
      if (name.ok) continue;
      report(scope, "Incorrect key type", `A key must be a string: ${name.error}.`, item.key.span);
    }
  }
  return known ? bounded(object(attributes)) : UNKNOWN;
}

function keyValue(expression: Expression, scope: Scope): Value {
  if (expression.kind === "scope-traversal" && expression.steps.length > 0) {
    report(
      scope,
      "Ambiguous attribute key",
      "A key with a dot can be meant two ways: write it in parentheses to use the value it refers to, or in quotes to use its text.",
      expression.span,
    );
    return UNKNOWN;
  }
  return valueOf(expression, scope);
}
