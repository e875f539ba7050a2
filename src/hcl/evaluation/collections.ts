// Tuples `[a, b]` and objects `{ a = b }`.
import { convert } from "../convert.ts";
import type { ObjectExpression, ObjectKey, TupleExpression } from "../syntax.ts";
import { object, STRING, string, tuple, UNKNOWN, type Value } from "../value.ts";
import { bounded } from "../valueSize.ts";
import { valueOf } from "./dispatch.ts";
import { failedSince, report, type Scope } from "./scope.ts";

export function tupleValue(expression: TupleExpression, scope: Scope): Value {
  return bounded(tuple(expression.items.map((item) => valueOf(item, scope))));
}

/** One key that is unknown or wrong makes the whole object unknown; of equal keys the last counts. */
export function objectValue(expression: ObjectExpression, scope: Scope): Value {
  const attributes = new Map<string, Value>();
  let known = true;
  for (const item of expression.items) {
    const mark = scope.diagnostics.length;
    const key = keyValue(item.key, scope);
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

function keyValue(key: ObjectKey, scope: Scope): Value {
  if (key.kind === "name") return string(key.name);
  const { expression } = key;
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
