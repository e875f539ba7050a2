// `dynamic` blocks: one block for each element of a collection (HCL's dynblock extension, as in Nomad 2.0). What a
// dynamic block consists of is read by the caller, who knows the schema and the syntax it is written in.
import { type Budget, LimitExceeded, spend } from "../budget.ts";
import { convert } from "../convert.ts";
import { type Diagnostic, hasErrors, type WithDiagnostics } from "../diagnostic.ts";
import { elementsOf } from "../evaluation/forExpression.ts";
import type { SourceText, Span } from "../source.ts";
import type { Expression } from "../syntax.ts";
import { friendlyName, object, STRING, typeOf, UNKNOWN, type Value } from "../value.ts";

/** An expression in a dynamic block, at its place and with the names that are known there. */
export interface DynamicExpression {
  readonly span: Span;
  /** The short place where it starts. */
  startSpan(): Span;
  evaluate(): WithDiagnostics<Value>;
  /** The same expression with one more name. */
  withName(name: string, value: Value): DynamicExpression;
  /** The tree to read a bare name from. */
  readonly staticSyntax: Expression | undefined;
  /** The items of a literal list. */
  items(): readonly DynamicExpression[] | undefined;
}

/** What stands in a dynamic block. `Content` is the caller's idea of a `content` block. */
export interface DynamicParts<Content> {
  readonly forEach: DynamicExpression | undefined;
  readonly iterator: DynamicExpression | undefined;
  readonly labels: DynamicExpression | undefined;
  readonly contents: readonly Content[];
}

export interface DynamicTarget<Content> {
  /** The type of the blocks to make. */
  readonly type: string;
  /** How many labels blocks of the type have. */
  readonly labelCount: number;
  readonly source: SourceText;
  readonly budget: Budget | undefined;
  /** Where to mark that something is missing. */
  readonly missingSpan: Span;
  /** Where to mark a `content` block that is too much. */
  readonly contentSpan: (content: Content) => Span;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** A block to be made of `content`, with `element` known as `iterator` in it. */
export interface DynamicBlock<Content> {
  readonly labels: readonly string[];
  readonly labelSpans: readonly Span[];
  readonly content: Content;
  readonly iterator: string;
  /** An object with `key` and `value`. */
  readonly element: Value;
}

/** A block costs about as much as this many small expressions; so a file can make some 15,000 of them. */
const UNITS_PER_BLOCK = 200;

/**
 * The blocks that a dynamic block stands for, in the order of its collection. Mistakes are reported, with HCL's
 * summaries, and make none. A collection that is not known makes one block of an unknown element, so that its content
 * can still be looked at.
 */
export function expandDynamicBlock<Content>(
  parts: DynamicParts<Content>,
  target: DynamicTarget<Content>,
): readonly DynamicBlock<Content>[] {
  const fail = (subject: Span, summary: string, detail: string): void => {
    target.report({ severity: "error", summary, detail, subject, source: target.source });
  };
  // In HCL's order; what comes after a mistake is not looked at.
  const iterator = readIterator(parts.iterator, target.type, fail);
  if (iterator === undefined || parts.forEach === undefined) return [];
  const elements = readElements(parts.forEach, target, fail);
  const labels = elements && readLabels(parts.labels, target, fail);
  const content = labels && readContent(parts.contents, target, fail);
  if (elements === undefined || labels === undefined || content === undefined) return [];
  return makeBlocks({ content, iterator, labels, elements, forEach: parts.forEach }, target);
}

type Fail = (subject: Span, summary: string, detail: string) => void;

function readContent<Content>(
  [first, second]: readonly Content[],
  { contentSpan, missingSpan }: DynamicTarget<Content>,
  fail: Fail,
): Content | undefined {
  if (second !== undefined) {
    const detail = "A dynamic block has one content block. Put everything into one of them.";
    fail(contentSpan(second), "Extraneous dynamic content block", detail);
    return undefined;
  }
  if (first === undefined) {
    const detail = "Add content { … }: it is the body of each block that is made.";
    fail(missingSpan, "Missing dynamic content block", detail);
  }
  return first;
}

/** The iterator is a bare name; without one it is the type of the blocks. */
function readIterator(expression: DynamicExpression | undefined, type: string, fail: Fail): string | undefined {
  if (expression === undefined) return type;
  const syntax = expression.staticSyntax;
  // HCL takes a keyword for a name here, which no expression can refer to.
  if (syntax?.kind === "null") return "null";
  if (syntax?.kind === "bool") return String(syntax.value);
  if (syntax?.kind !== "scope-traversal") {
    const detail = "The iterator is a bare name, without quotes: iterator = item.";
    fail(expression.span, "Invalid expression", detail);
    return undefined;
  }
  if (syntax.steps.length === 0) return syntax.root;
  // As long as the name: in JSON it starts at the quote, and ends before the text does.
  const { start } = expression.span;
  const span = { start, end: start + syntax.span.end - syntax.span.start };
  fail(span, "Invalid dynamic iterator name", "The iterator is one name, without dots.");
  return undefined;
}

/** The keys and values to go through. */
function readElements<Content>(
  forEach: DynamicExpression,
  { report }: DynamicTarget<Content>,
  fail: Fail,
): Elements | undefined {
  const { value, diagnostics } = forEach.evaluate();
  diagnostics.forEach(report);
  if (hasErrors(diagnostics)) return undefined;
  const elements = elementsFor(value);
  if (typeof elements !== "string") return elements;
  fail(forEach.span, "Invalid dynamic for_each value", elements);
  return undefined;
}

/** Labels are written as a literal list, one expression for each label of the block's type. */
function readLabels<Content>(
  expression: DynamicExpression | undefined,
  { type, labelCount }: DynamicTarget<Content>,
  fail: Fail,
): readonly DynamicExpression[] | undefined {
  if (expression === undefined) return [];
  const items = expression.items();
  if (items === undefined) {
    fail(expression.startSpan(), "Invalid expression", "Write the labels as a list: labels = [ … ].");
    return undefined;
  }
  const extra = items[labelCount];
  const count = labelCount === 1 ? "one label" : `${labelCount} labels`;
  if (extra !== undefined) {
    fail(extra.span, "Extraneous dynamic block label", `${type} blocks have ${count}. Remove what is too much.`);
    return undefined;
  }
  if (items.length >= labelCount) return items;
  fail(expression.span, "Insufficient dynamic block labels", `${type} blocks have ${count}.`);
  return undefined;
}

interface Plan<Content> {
  readonly content: Content;
  readonly iterator: string;
  readonly labels: readonly DynamicExpression[];
  readonly elements: Elements;
  readonly forEach: DynamicExpression;
}

type Elements = Iterable<readonly [key: Value, value: Value]>;

function makeBlocks<Content>(plan: Plan<Content>, target: DynamicTarget<Content>): readonly DynamicBlock<Content>[] {
  const { elements, forEach } = plan;
  const { budget, source, report } = target;
  const made: DynamicBlock<Content>[] = [];
  try {
    for (const [key, item] of elements) {
      if (budget !== undefined) spend(budget, UNITS_PER_BLOCK);
      const block = makeBlock(plan, key, item, target);
      if (block !== undefined) made.push(block);
    }
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    const detail =
      "The dynamic blocks of this file make more blocks than can be handled. Make their collections smaller.";
    report({ severity: "error", summary: "Evaluation limit exceeded", detail, subject: forEach.span, source });
  }
  return made;
}

/** Keys and values to go through, or why there are none. */
function elementsFor(value: Value): Elements | string {
  switch (value.kind) {
    case "unknown":
      return [[UNKNOWN, UNKNOWN]];
    case "null":
      return "for_each must not be null; an empty list makes no blocks.";
    case "bool":
    case "number":
    case "string":
      return `for_each takes a list, set, map or object, not a ${friendlyName(typeOf(value))}.`;
    case "list":
    case "set":
    case "map":
    case "tuple":
    case "object":
      return elementsOf(value);
  }
}

function makeBlock<Content>(
  { content, iterator, labels }: Plan<Content>,
  key: Value,
  value: Value,
  target: DynamicTarget<Content>,
): DynamicBlock<Content> | undefined {
  const element = object([
    ["key", key],
    ["value", value],
  ]);
  const texts: string[] = [];
  for (const label of labels) {
    const text = labelText(label.withName(iterator, element), target);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return { labels: texts, labelSpans: labels.map(({ span }) => span), content, iterator, element };
}

/** The text of a label; an unknown one stands as nothing. */
function labelText<Content>(label: DynamicExpression, { source, report }: DynamicTarget<Content>): string | undefined {
  const { value, diagnostics } = label.evaluate();
  diagnostics.forEach(report);
  if (hasErrors(diagnostics)) return undefined;
  if (value.kind === "unknown") return "";
  const converted = convert(value, STRING);
  if (converted.ok && converted.value.kind === "string") return converted.value.value;
  const detail = converted.ok ? "A label must not be null." : `A label is a string: ${converted.error}.`;
  report({ severity: "error", summary: "Invalid dynamic block label", detail, subject: label.span, source });
  return undefined;
}
