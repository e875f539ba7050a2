// What the decoder sees of a body, whether it was written in native syntax, in JSON, or made by a dynamic block.
import type { Diagnostic, WithDiagnostics } from "../../hcl/diagnostic.ts";
import type { EvaluationContext } from "../../hcl/evaluate.ts";
import type { SourceText, Span } from "../../hcl/source.ts";
import type { Literal } from "../../hcl/literal.ts";
import type { Expression } from "../../hcl/syntax.ts";
import type { Value } from "../../hcl/value.ts";
import type { BodySchema } from "../schema/index.ts";
import type { BodyContents } from "./contents.ts";

/** An argument's value, not yet evaluated. It knows the iterators of the dynamic blocks around it. */
export interface Readable {
  readonly span: Span;
  /** HCL's StartRange: the short place that a conversion error is marked at. */
  startSpan(): Span;
  evaluate(): WithDiagnostics<Value>;
  /** Evaluates it with other names than those of its place. */
  evaluateWith(context: EvaluationContext): WithDiagnostics<Value>;
  /** The same expression with one more name: the iterator of a dynamic block. */
  withName(name: string, value: Value): Readable;
  /** The tree, in native syntax. */
  readonly syntax: Expression | undefined;
  /** All trees in it: the one of native syntax, or the templates in the strings of JSON. */
  trees(): readonly Expression[];
  /** The tree to read a type or a bare name from: in JSON the string's text, read as an expression. */
  readonly staticSyntax: Expression | undefined;
  /** The items of a literal list, for places of single elements. */
  items(): readonly Readable[] | undefined;
  /** The entries of a literal object with constant keys. */
  entries(): readonly ReadableEntry[] | undefined;
}

export interface ReadableEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Readable;
}

/** An argument. It is kept as the trace of the value that it gave (../trace.ts). */
export interface ReadableAttribute {
  readonly kind: "argument";
  readonly source: SourceText;
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
  readonly value: Readable;
  /** What a literal stands for, which needs no evaluation; undefined for what has to be worked out. */
  readonly literal: Literal | undefined;
  /** Evaluates it at its place, reports what goes wrong on the way, and remembers what came out. */
  evaluate(report: Report): Value;
  /** What came out. Of a literal it is known without an evaluation. */
  readonly evaluated: Value;
}

export interface ReadableBlock {
  readonly kind: "block";
  readonly source: SourceText;
  readonly type: string;
  readonly labels: readonly string[];
  readonly labelSpans: readonly Span[];
  readonly typeSpan: Span;
  /** HCL's DefRange: type and labels. */
  readonly defSpan: Span;
  readonly span: Span;
  readonly body: ReadableBody;
}

export interface ReadableBody {
  /** The place to say what is missing. */
  readonly missingSpan: Span;
  /** The same body with one more name. */
  withName(name: string, value: Value): ReadableBody;
  /** Sorts the body by a schema; what does not fit it is reported. */
  content(schema: BodySchema, report: Report): BodyContents;
  /** Every argument; in native syntax blocks become arguments too (lists of objects), as in free-form bodies. */
  freeAttributes(report: Report): readonly ReadableAttribute[];
  /** Every argument, where blocks are not allowed (locals, variables, variable files). */
  justAttributes(report: Report): readonly ReadableAttribute[];
}

export type Report = (diagnostic: Diagnostic) => void;
