// The syntax tree of HCL2's native syntax. Every node knows its exact range in UTF-16 offsets.
// The shapes follow HCL's language specification (hclsyntax/spec.md); names are HCL's.
import type { Span } from "./source.ts";

export interface Body {
  /** In source order. Of two attributes with one name the first counts; the second is an error and is not listed. */
  readonly attributes: readonly Attribute[];
  /** In source order. */
  readonly blocks: readonly Block[];
  /** From brace to brace; of a block on one line (as HCL has it) that of its argument. */
  readonly span: Span;
  /** An empty range at the end of `span`: the place to say what is missing. */
  readonly endSpan: Span;
}

export interface Attribute {
  readonly name: string;
  readonly expression: Expression;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly equalsSpan: Span;
}

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  readonly typeSpan: Span;
  readonly labelSpans: readonly Span[];
  readonly openBraceSpan: Span;
  readonly closeBraceSpan: Span;
  /** Type, labels and, as HCL's DefRange, what stands before the brace. */
  readonly defSpan: Span;
  readonly span: Span;
}

export type Expression =
  | NullExpression
  | BoolExpression
  | NumberExpression
  | TemplateExpression
  | TemplateWrapExpression
  | ScopeTraversalExpression
  | RelativeTraversalExpression
  | FunctionCallExpression
  | ConditionalExpression
  | IndexExpression
  | SplatExpression
  | TupleExpression
  | ObjectExpression
  | ForExpression
  | UnaryExpression
  | BinaryExpression
  | ParenthesesExpression
  | MissingExpression;

interface Node {
  readonly span: Span;
}
export interface NullExpression extends Node {
  readonly kind: "null";
}
export interface BoolExpression extends Node {
  readonly kind: "bool";
  readonly value: boolean;
}
export interface NumberExpression extends Node {
  readonly kind: "number";
  /** The literal as written; evaluation gives it 512 bits of mantissa. */
  readonly text: string;
}
/** A quoted string or heredoc; a plain string is a template with one literal part (or none: `""`). */
export interface TemplateExpression extends Node {
  readonly kind: "template";
  readonly parts: readonly TemplatePart[];
  /** The text, when one literal is all that there is. */
  readonly plain: string | undefined;
  readonly form: "quoted" | "heredoc" | "heredoc-indented";
}
/** `"${x}"` alone: the value of x, unchanged. */
export interface TemplateWrapExpression extends Node {
  readonly kind: "template-wrap";
  readonly wrapped: Expression;
}
/** Parts after processing of escapes, strip markers and heredoc indentation. */
export type TemplatePart = LiteralPart | InterpolationPart | IfPart | ForPart;
export interface LiteralPart extends Node {
  readonly kind: "literal";
  readonly value: string;
}
export interface InterpolationPart extends Node {
  readonly kind: "interpolation";
  readonly expression: Expression;
}
export interface IfPart extends Node {
  readonly kind: "if";
  readonly condition: Expression;
  readonly then: readonly TemplatePart[];
  /** Absent when there is no `%{ else }`. */
  readonly otherwise: readonly TemplatePart[] | undefined;
}
export interface ForPart extends Node {
  readonly kind: "for";
  readonly keyVariable: string | undefined;
  readonly valueVariable: string;
  readonly collection: Expression;
  readonly body: readonly TemplatePart[];
  /** `%{ for … }` without the body. */
  readonly openSpan: Span;
}
export type TraversalStep =
  | { readonly kind: "attribute"; readonly name: string; readonly span: Span }
  /**
   * A literal key: `[0]`, `["a"]`, or the legacy `.0`. `value` of a number is its source text; of a bool "true" or
   * "false"; of a null "null".
   */
  | {
      readonly kind: "index";
      readonly key: { readonly kind: "number" | "string" | "bool" | "null"; readonly value: string };
      readonly span: Span;
    };
export interface ScopeTraversalExpression extends Node {
  readonly kind: "scope-traversal";
  readonly root: string;
  readonly rootSpan: Span;
  readonly steps: readonly TraversalStep[];
}
export interface RelativeTraversalExpression extends Node {
  readonly kind: "relative-traversal";
  readonly source: Expression;
  readonly steps: readonly TraversalStep[];
}
export interface FunctionCallExpression extends Node {
  readonly kind: "call";
  readonly name: string;
  readonly arguments: readonly Expression[];
  /** `f(a, b...)` */
  readonly expandFinal: boolean;
  readonly nameSpan: Span;
  readonly openParenSpan: Span;
  readonly closeParenSpan: Span;
}
export interface ConditionalExpression extends Node {
  readonly kind: "conditional";
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}
export interface IndexExpression extends Node {
  readonly kind: "index";
  readonly collection: Expression;
  readonly key: Expression;
  readonly openSpan: Span;
  readonly bracketSpan: Span;
}
export interface SplatExpression extends Node {
  readonly kind: "splat";
  readonly source: Expression;
  /** What is applied to each element, innermost first; steps of an attribute-only splat are attributes and legacy indexes. */
  readonly each: readonly SplatStep[];
  readonly form: "attribute" | "full";
  readonly markerSpan: Span;
}
export type SplatStep =
  | TraversalStep
  | { readonly kind: "computed-index"; readonly key: Expression; readonly span: Span }
  | {
      readonly kind: "splat";
      readonly form: "attribute" | "full";
      readonly each: readonly SplatStep[];
      readonly span: Span;
      readonly markerSpan: Span;
    };
export interface TupleExpression extends Node {
  readonly kind: "tuple";
  readonly items: readonly Expression[];
  readonly openSpan: Span;
}
export interface ObjectExpression extends Node {
  readonly kind: "object";
  readonly items: readonly ObjectItem[];
  readonly openSpan: Span;
}
export interface ObjectItem {
  readonly key: ObjectKey;
  readonly value: Expression;
}
export type ObjectKey =
  /** A bare identifier: a literal string. */
  | { readonly kind: "name"; readonly name: string; readonly span: Span }
  | { readonly kind: "expression"; readonly expression: Expression; readonly span: Span };
export interface ForExpression extends Node {
  readonly kind: "for";
  readonly keyVariable: string | undefined;
  readonly valueVariable: string;
  readonly collection: Expression;
  /** Present for `{for …}`. */
  readonly key: Expression | undefined;
  readonly value: Expression;
  readonly condition: Expression | undefined;
  readonly grouping: boolean;
  readonly openSpan: Span;
  readonly closeSpan: Span;
}
export interface UnaryExpression extends Node {
  readonly kind: "unary";
  readonly operator: "!" | "-";
  readonly operand: Expression;
  readonly operatorSpan: Span;
}
export type BinaryOperator = "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%";
export interface BinaryExpression extends Node {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface ParenthesesExpression extends Node {
  readonly kind: "parentheses";
  readonly expression: Expression;
}
/** Stands where an expression should be and is not (editor mode, or after an error). Evaluates to unknown. */
export interface MissingExpression extends Node {
  readonly kind: "missing";
}
