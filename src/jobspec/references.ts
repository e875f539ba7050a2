// Which names and functions an expression uses, without evaluating it.
import type { Span } from "../hcl/source.ts";
import type {
  Expression,
  FunctionCallExpression,
  ScopeTraversalExpression,
  SplatStep,
  TemplatePart,
} from "../hcl/syntax.ts";

export interface References {
  readonly traversals: readonly ScopeTraversalExpression[];
  readonly calls: readonly FunctionCallExpression[];
}

/**
 * Every absolute traversal and every call in expressions, in source order. Names that a `for` binds are listed too
 * where they are used.
 */
export function referencesOf(...expressions: readonly Expression[]): References {
  const traversals: ScopeTraversalExpression[] = [];
  const calls: FunctionCallExpression[] = [];
  for (const expression of expressions) {
    visitExpressions(expression, (found) => {
      if (found.kind === "scope-traversal") traversals.push(found);
      else if (found.kind === "call") calls.push(found);
    });
  }
  return { traversals, calls };
}

/** Calls `visit` for the expression and everything below it, outer before inner. */
export function visitExpressions(expression: Expression, visit: (found: Expression) => void): void {
  visit(expression);
  for (const child of childrenOf(expression)) visitExpressions(child, visit);
}

/** The expressions directly below one. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "null":
    case "bool":
    case "number":
    case "missing":
    case "scope-traversal":
      return [];
    case "template":
      return expression.parts.flatMap(partChildren);
    case "template-wrap":
      return [expression.wrapped];
    case "relative-traversal":
      return [expression.source];
    case "call":
      return expression.arguments;
    case "conditional":
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case "index":
      return [expression.collection, expression.key];
    case "splat":
      return [expression.source, ...expression.each.flatMap(stepChildren)];
    case "tuple":
      return expression.items;
    case "object":
      return expression.items.flatMap(({ key, value }) =>
        key.kind === "expression" ? [key.expression, value] : [value],
      );
    case "for":
      return [expression.collection, expression.key, expression.value, expression.condition].filter(
        (child) => child !== undefined,
      );
    case "unary":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "parentheses":
      return [expression.expression];
  }
}

/** The absolute traversals whose names nothing in the expression binds, in source order. */
export function freeTraversals(
  expression: Expression,
  bound: ReadonlySet<string> = new Set(),
): readonly ScopeTraversalExpression[] {
  if (expression.kind === "scope-traversal") return bound.has(expression.root) ? [] : [expression];
  if (expression.kind === "template") return expression.parts.flatMap((part) => freeInPart(part, bound));
  const inner = expression.kind === "for" ? withNames(bound, expression) : bound;
  return childrenOf(expression).flatMap((child) =>
    freeTraversals(child, expression.kind === "for" && child === expression.collection ? bound : inner),
  );
}

function freeInPart(part: TemplatePart, bound: ReadonlySet<string>): readonly ScopeTraversalExpression[] {
  if (part.kind === "if") {
    const branches = [...part.then, ...(part.otherwise ?? [])];
    return [...freeTraversals(part.condition, bound), ...branches.flatMap((child) => freeInPart(child, bound))];
  }
  if (part.kind !== "for") return partChildren(part).flatMap((child) => freeTraversals(child, bound));
  const inner = withNames(bound, part);
  return [...freeTraversals(part.collection, bound), ...part.body.flatMap((child) => freeInPart(child, inner))];
}

interface Binding {
  readonly keyVariable: string | undefined;
  readonly valueVariable: string;
}

const withNames = (bound: ReadonlySet<string>, { keyVariable, valueVariable }: Binding): ReadonlySet<string> =>
  new Set([...bound, ...(keyVariable === undefined ? [] : [keyVariable]), valueVariable]);

function partChildren(part: TemplatePart): readonly Expression[] {
  switch (part.kind) {
    case "literal":
      return [];
    case "interpolation":
      return [part.expression];
    case "if":
      return [part.condition, ...part.then.flatMap(partChildren), ...(part.otherwise ?? []).flatMap(partChildren)];
    case "for":
      return [part.collection, ...part.body.flatMap(partChildren)];
  }
}

function stepChildren(step: SplatStep): readonly Expression[] {
  switch (step.kind) {
    case "attribute":
    case "index":
      return [];
    case "computed-index":
      return [step.key];
    case "splat":
      return step.each.flatMap(stepChildren);
  }
}

/** The name behind `root.` in a traversal, such as `x` of `var.x.y` or of `var["x"]`; undefined when there is none. */
export function memberOf(
  traversal: ScopeTraversalExpression,
): { readonly name: string; readonly span: Span } | undefined {
  const step = traversal.steps[0];
  if (step === undefined) return undefined;
  return { name: step.kind === "attribute" ? step.name : step.key.value, span: step.span };
}
