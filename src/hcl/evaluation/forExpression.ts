// `[for …]`, `{for …}` and the iteration that template directives share with them.
import { spend } from "../budget.ts";
import { convert } from "../convert.ts";
import type { Span } from "../source.ts";
import type { Expression, ForExpression } from "../syntax.ts";
import { BOOL, friendlyName, integer, object, STRING, string, tuple, typeOf, UNKNOWN, type Value } from "../value.ts";
import { bounded } from "../valueSize.ts";
import { valueOf } from "./dispatch.ts";
import { failedSince, report, type Scope, withNames } from "./scope.ts";
import { quoted } from "./suggestion.ts";

interface Loop {
  readonly keyVariable: string | undefined;
  readonly valueVariable: string;
  readonly collection: Expression;
  readonly condition?: Expression | undefined;
}

/**
 * Runs `body` for each element, in HCL's order (maps and objects by key; of a set the key is the element itself).
 * @returns false when the collection cannot be iterated (reported then) or is unknown.
 */
export function forEachElement(loop: Loop, whole: Span, scope: Scope, body: (inner: Scope) => void): boolean {
  const collection = valueOf(loop.collection, scope);
  if (collection.kind === "null") {
    report(
      scope,
      "Iteration over null value",
      "There is nothing to iterate over: the collection is null.",
      loop.collection.span,
      whole,
    );
    return false;
  }
  const type = typeOf(collection);
  if (type.kind === "dynamic") return false;
  if (type.kind === "bool" || type.kind === "number" || type.kind === "string") {
    report(
      scope,
      "Iteration over non-iterable value",
      `Only lists, sets, maps, tuples and objects can be iterated over; this is ${friendlyName(type)}.`,
      loop.collection.span,
      whole,
    );
    return false;
  }
  if (collection.kind === "unknown") return false;
  if (loop.condition !== undefined && !conditionFits(loop, loop.condition, whole, scope)) return false;
  for (const [key, value] of elementsOf(collection)) {
    spend(scope.budget, 1);
    body(withNames(scope, namesOf(loop, key, value)));
  }
  return true;
}

function namesOf(loop: Loop, key: Value, value: Value): ReadonlyMap<string, Value> {
  const names = new Map<string, Value>();
  if (loop.keyVariable !== undefined) names.set(loop.keyVariable, key);
  names.set(loop.valueVariable, value);
  return names;
}

/** Keys and elements of a known collection. */
export function* elementsOf(collection: Value): Generator<readonly [key: Value, value: Value]> {
  switch (collection.kind) {
    case "list":
    case "tuple":
      for (const [i, item] of collection.items.entries()) yield [integer(i), item];
      return;
    case "set":
      for (const item of collection.items) yield [item, item];
      return;
    case "map":
      for (const [key, value] of collection.entries) yield [string(key), value];
      return;
    case "object":
      for (const [key, value] of collection.attributes) yield [string(key), value];
      return;
    case "null":
    case "unknown":
    case "bool":
    case "number":
    case "string":
  }
}

/** Tries the `if` clause once with unknown elements, so that a clause that never fits is reported once. */
function conditionFits(loop: Loop, condition: Expression, whole: Span, scope: Scope): boolean {
  const mark = scope.diagnostics.length;
  const value = valueOf(condition, withNames(scope, namesOf(loop, UNKNOWN, UNKNOWN)));
  if (value.kind === "null") {
    report(scope, "Condition is null", "The 'if' clause must be true or false; it is null.", condition.span, whole);
    return false;
  }
  const fits = convert(value, BOOL);
  if (!fits.ok) reportCondition(fits.error, condition, whole, scope);
  return fits.ok && !failedSince(scope, mark);
}

const reportCondition = (reason: string, condition: Expression, whole: Span, scope: Scope): void =>
  report(scope, "Invalid 'for' condition", `The 'if' clause must be a bool: ${reason}.`, condition.span, whole);

/** What is decided per element, with each kind of mistake reported for the first element only. */
interface Progress {
  known: boolean;
}

export function forValue(expression: ForExpression, scope: Scope): Value {
  return expression.key === undefined ? tupleFor(expression, scope) : objectFor(expression, expression.key, scope);
}

function tupleFor(expression: ForExpression, scope: Scope): Value {
  const items: Value[] = [];
  const progress: Progress = { known: true };
  const complete = forEachElement(expression, expression.span, scope, (inner) => {
    if (isIncluded(expression, progress, inner)) items.push(valueOf(expression.value, inner));
  });
  return complete && progress.known ? bounded(tuple(items)) : UNKNOWN;
}

function objectFor(expression: ForExpression, keyExpression: Expression, scope: Scope): Value {
  const single = new Map<string, Value>();
  const grouped = new Map<string, Value[]>();
  const progress: Progress = { known: true };
  const complete = forEachElement(expression, expression.span, scope, (inner) => {
    if (!isIncluded(expression, progress, inner)) return;
    const key = keyOf(keyExpression, expression.span, progress, inner);
    if (key === undefined) return;
    const value = valueOf(expression.value, inner);
    if (expression.grouping) {
      const group = grouped.get(key);
      if (group === undefined) grouped.set(key, [value]);
      else group.push(value);
    } else if (single.has(key)) {
      report(
        scope,
        "Duplicate object key",
        `Two elements give the key ${quoted(key)}. Add "..." after the value to collect all values of a key in a list, or make the keys differ.`,
        keyExpression.span,
        expression.span,
      );
    } else single.set(key, value);
  });
  if (!complete || !progress.known) return UNKNOWN;
  return bounded(object(expression.grouping ? [...grouped].map(([key, group]) => [key, tuple(group)]) : single));
}

function isIncluded(expression: ForExpression, progress: Progress, inner: Scope): boolean {
  const { condition } = expression;
  if (condition === undefined) return true;
  const given = valueOf(condition, inner);
  if (given.kind === "null") {
    if (progress.known) reportCondition("it is null", condition, expression.span, inner);
    progress.known = false;
    return false;
  }
  const include = convert(given, BOOL);
  if (!include.ok && progress.known) reportCondition(include.error, condition, expression.span, inner);
  if (!include.ok || include.value.kind !== "bool") {
    progress.known = false;
    return false;
  }
  return include.value.value;
}

function keyOf(keyExpression: Expression, whole: Span, progress: Progress, inner: Scope): string | undefined {
  const given = valueOf(keyExpression, inner);
  const key = given.kind === "null" ? undefined : convert(given, STRING);
  if (key?.ok === true && key.value.kind === "string") return key.value.value;
  if (progress.known && given.kind !== "unknown") {
    const reason = key === undefined || key.ok ? "it is null" : key.error;
    report(inner, "Invalid object key", `A key must be a string: ${reason}.`, keyExpression.span, whole);
  }
  progress.known = false;
  return undefined;
}
