// Where an expression starts, as HCL marks it when an argument of a call is wrong: a small range, not the whole.
import type { Span } from "../source.ts";
import type { Expression } from "../syntax.ts";

export function startSpan(expression: Expression): Span {
  switch (expression.kind) {
    case "call":
      return { start: expression.nameSpan.start, end: expression.openParenSpan.end };
    case "parentheses":
      return startSpan(expression.expression);
    case "conditional":
      return startSpan(expression.condition);
    case "binary":
      return startSpan(expression.left);
    case "unary":
      return expression.operatorSpan;
    case "index":
    case "tuple":
    case "object":
    case "for":
      return expression.openSpan;
    case "splat":
      return expression.markerSpan;
    case "template":
      return templateStart(expression);
    case "null":
    case "bool":
    case "number":
    case "template-wrap":
    case "scope-traversal":
    case "relative-traversal":
    case "missing":
      return expression.span;
  }
}

/** The first part, without the quotes; of an empty string the empty place behind it (seen with HCL 2.20). */
function templateStart(template: Extract<Expression, { kind: "template" }>): Span {
  const first = template.parts[0];
  const isEmpty = first === undefined || (first.kind === "literal" && first.span.start === first.span.end);
  if (isEmpty && template.form === "quoted") return { start: template.span.end, end: template.span.end };
  if (first === undefined) return { start: template.span.start, end: template.span.start };
  if (first.kind === "interpolation") return startSpan(first.expression);
  if (first.kind === "if") return startSpan(first.condition);
  if (first.kind === "for") return first.openSpan;
  return first.span;
}
