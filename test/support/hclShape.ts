// A syntax tree as one short line, so that tests can say what they expect of it.
import type { Expression, SplatStep, TemplatePart, TraversalStep } from "../../src/hcl/syntax.ts";

/** Operators as lists with the operator first, traversals as written, strings as JSON, splats as `source*{steps}`. */
export function shape(expression: Expression): string {
  switch (expression.kind) {
    case "null":
      return "null";
    case "bool":
      return String(expression.value);
    case "number":
      return expression.text;
    case "template":
      return expression.parts.length === 1 && expression.parts[0]?.kind === "literal"
        ? JSON.stringify(expression.parts[0].value)
        : `template(${parts(expression.parts)})`;
    case "template-wrap":
      return `wrap(${shape(expression.wrapped)})`;
    case "scope-traversal":
      return expression.root + expression.steps.map(step).join("");
    case "relative-traversal":
      return shape(expression.source) + expression.steps.map(step).join("");
    case "call":
      return `${expression.name}(${expression.arguments.map(shape).join(", ")}${expression.expandFinal ? "..." : ""})`;
    case "conditional":
      return `(? ${shape(expression.condition)} ${shape(expression.whenTrue)} ${shape(expression.whenFalse)})`;
    case "index":
      return `${shape(expression.collection)}[${shape(expression.key)}]`;
    case "splat":
      return `${shape(expression.source)}${splat(expression.form, expression.each)}`;
    case "tuple":
      return `[${expression.items.map(shape).join(", ")}]`;
    case "object":
      return `{${expression.items
        .map(({ key, value }) => `${key.kind === "name" ? key.name : `(${shape(key.expression)})`}: ${shape(value)}`)
        .join(", ")}}`;
    case "for": {
      const names = expression.keyVariable === undefined ? "" : `${expression.keyVariable}, `;
      const key = expression.key === undefined ? "" : `${shape(expression.key)} => `;
      const condition = expression.condition === undefined ? "" : ` if ${shape(expression.condition)}`;
      const head = `for ${names}${expression.valueVariable} in ${shape(expression.collection)}`;
      return `<${head}: ${key}${shape(expression.value)}${expression.grouping ? "..." : ""}${condition}>`;
    }
    case "unary":
      return `(${expression.operator} ${shape(expression.operand)})`;
    case "binary":
      return `(${expression.operator} ${shape(expression.left)} ${shape(expression.right)})`;
    case "parentheses":
      return `(${shape(expression.expression)})`;
    case "missing":
      return "missing";
  }
}

function step(item: TraversalStep): string {
  if (item.kind === "attribute") return `.${item.name}`;
  return item.key.kind === "string" ? `[${JSON.stringify(item.key.value)}]` : `[${item.key.value}]`;
}

function splat(form: "attribute" | "full", each: readonly SplatStep[]): string {
  const steps = each.map((item) => {
    if (item.kind === "splat") return splat(item.form, item.each);
    return item.kind === "computed-index" ? `[${shape(item.key)}]` : step(item);
  });
  return `${form === "full" ? "[*]" : ".*"}{${steps.join("")}}`;
}

function parts(items: readonly TemplatePart[]): string {
  return items
    .map((part) => {
      switch (part.kind) {
        case "literal":
          return JSON.stringify(part.value);
        case "interpolation":
          return shape(part.expression);
        case "if":
          return `if ${shape(part.condition)} {${parts(part.then)}}${part.otherwise === undefined ? "" : ` else {${parts(part.otherwise)}}`}`;
        case "for":
          return `for ${part.keyVariable === undefined ? "" : `${part.keyVariable}, `}${part.valueVariable} in ${shape(part.collection)} {${parts(part.body)}}`;
      }
    })
    .join(" ");
}
