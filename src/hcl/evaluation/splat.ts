// Splats, `a.*.b` and `a[*].b`: the same steps taken from each element.
import { spend } from "../budget.ts";
import type { Span } from "../source.ts";
import type { SplatExpression, SplatStep } from "../syntax.ts";
import { list, listFrom, listOf, tuple, tupleOf, type Type, typeOf, UNKNOWN, unknownOf, type Value } from "../value.ts";
import { elementAt, takeStep } from "./access.ts";
import { valueOf } from "./dispatch.ts";
import { apart, failedSince, report, type Scope } from "./scope.ts";

export function splatValue(expression: SplatExpression, scope: Scope): Value {
  const mark = scope.diagnostics.length;
  const source = valueOf(expression.source, scope);
  if (failedSince(scope, mark)) {
    takeSteps(UNKNOWN, expression.each, scope);
    return UNKNOWN;
  }
  return splat(source, expression.each, expression.source.span, expression.markerSpan, scope);
}

/** null gives no elements, other single values one; lists and sets give a list, tuples a tuple. */
function splat(source: Value, each: readonly SplatStep[], sourceSpan: Span, marker: Span, scope: Scope): Value {
  const type = typeOf(source);
  const isSequence = type.kind === "list" || type.kind === "set" || type.kind === "tuple";
  if (source.kind === "null") {
    if (!isSequence) return tuple([]);
    report(
      scope,
      "Splat of null value",
      `This ${type.kind} is null, so it has no elements to go through.`,
      sourceSpan,
      { start: sourceSpan.start, end: marker.end },
    );
    return UNKNOWN;
  }
  if (type.kind === "dynamic") return UNKNOWN;
  if (!isSequence) {
    const result = applyEach([source], each, scope);
    if (source.kind === "unknown") return UNKNOWN;
    return result ? tuple(result) : unknownOf(tupleOf([eachType(type, each, apart(scope))]));
  }
  if (source.kind === "unknown") return unknownOf(resultType(type, each, scope));
  const items = "items" in source ? source.items : [];
  const result = applyEach(items, each, scope);
  if (result === undefined) return unknownOf(resultType(type, each, apart(scope)));
  if (type.kind === "tuple") return tuple(result);
  return items.length === 0 ? list(eachType(type.element, each, scope), []) : listFrom(result, type.element);
}

/** The steps' result for each item; `undefined` when one of them failed. */
function applyEach(items: readonly Value[], each: readonly SplatStep[], scope: Scope): Value[] | undefined {
  const mark = scope.diagnostics.length;
  spend(scope.budget, items.length);
  const values = items.map((item) => takeSteps(item, each, scope));
  return failedSince(scope, mark) ? undefined : values;
}

const eachType = (type: Type, each: readonly SplatStep[], scope: Scope): Type =>
  typeOf(takeSteps(unknownOf(type), each, scope));

/** The type of the result, found by taking the steps from unknown elements. */
function resultType(
  type: Extract<Type, { kind: "list" | "set" | "tuple" }>,
  each: readonly SplatStep[],
  scope: Scope,
): Type {
  if (type.kind === "tuple") return tupleOf(type.elements.map((element) => eachType(element, each, scope)));
  return listOf(eachType(type.element, each, scope));
}

function takeSteps(start: Value, steps: readonly SplatStep[], scope: Scope): Value {
  let value: Value = start;
  for (const step of steps) {
    const next = takeSplatStep(value, step, scope);
    if (next === undefined) return UNKNOWN;
    value = next;
  }
  return value;
}

function takeSplatStep(value: Value, step: SplatStep, scope: Scope): Value | undefined {
  switch (step.kind) {
    case "attribute":
    case "index":
      return takeStep(value, step, scope);
    case "computed-index":
      return elementAt(value, valueOf(step.key, scope), step.span, scope);
    case "splat":
      return splat(value, step.each, step.span, step.markerSpan, scope);
  }
}
