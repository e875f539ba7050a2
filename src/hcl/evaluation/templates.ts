// Quoted strings and heredocs: literal text, interpolations, and the directives %{ if } and %{ for }.
import { spendCharacters } from "../budget.ts";
import { convert } from "../convert.ts";
import type { Span } from "../source.ts";
import type { ForPart, InterpolationPart, LiteralPart, TemplateExpression, TemplatePart } from "../syntax.ts";
import { STRING, string, unknownOf, type Value } from "../value.ts";
import { conditionValue } from "./conditional.ts";
import { valueOf } from "./dispatch.ts";
import { forEachElement } from "./forExpression.ts";
import { apart, failedSince, report, type Scope } from "./scope.ts";

/** The text of a template: always a string, unknown when any part is. */
export function templateValue(expression: TemplateExpression, scope: Scope): Value {
  return partsValue(expression.parts, expression.span, scope);
}

function partsValue(parts: readonly TemplatePart[], whole: Span, scope: Scope): Value {
  const mark = scope.diagnostics.length;
  let text = "";
  let known = true;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const value = part.kind === "literal" ? part : partValue(part, whole, scope);
    if (value === undefined) continue;
    if (value.kind !== "literal" && value.kind !== "string") known = false;
    else if (known && (scope.diagnostics.length === mark || !failedSince(scope, mark))) text += value.value;
  }
  spendCharacters(scope.budget, text.length);
  return known ? string(text) : unknownOf(STRING);
}

/** A part as a string, or unknown; `undefined` when it cannot stand in a string (reported then). */
function partValue(part: Exclude<TemplatePart, LiteralPart>, whole: Span, scope: Scope): Value | undefined {
  switch (part.kind) {
    case "interpolation":
      return interpolationValue(part, whole, scope);
    case "if": {
      // As with a conditional, both arms are evaluated and only the chosen one's diagnostics are kept.
      const thenScope = apart(scope);
      const elseScope = apart(scope);
      const then = partsValue(part.then, part.span, thenScope);
      const otherwise = partsValue(part.otherwise ?? [], part.span, elseScope);
      const condition = conditionValue(part.condition, part.span, scope);
      if (condition === undefined) return unknownOf(STRING);
      scope.diagnostics.push(...(condition ? thenScope : elseScope).diagnostics);
      return condition ? then : otherwise;
    }
    case "for":
      return forPartValue(part, scope);
  }
}

function interpolationValue(part: InterpolationPart, whole: Span, scope: Scope): Value | undefined {
  const value = valueOf(part.expression, scope);
  if (value.kind === "string" || value.kind === "unknown") return value;
  if (value.kind === "null") {
    report(
      scope,
      "Invalid template interpolation value",
      "This is null, and null cannot stand in a string. Give it a value, or choose one with a conditional.",
      part.expression.span,
      whole,
    );
    return undefined;
  }
  const text = convert(value, STRING);
  if (text.ok) return text.value;
  report(
    scope,
    "Invalid template interpolation value",
    `This cannot stand in a string: ${text.error}. Use jsonencode() or join() to make a string of it.`,
    part.expression.span,
    whole,
  );
  return undefined;
}

function forPartValue(part: ForPart, scope: Scope): Value | undefined {
  const texts: string[] = [];
  let count = 0;
  const complete = forEachElement(part, part.span, scope, (inner) => {
    const value = partsValue(part.body, part.span, inner);
    count++;
    if (value.kind === "string") texts.push(value.value);
  });
  const text = texts.join("");
  spendCharacters(scope.budget, text.length);
  return complete && texts.length === count ? { kind: "string", value: text } : unknownOf(STRING);
}
