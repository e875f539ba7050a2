// The steps after a term: attributes, indexes, legacy indexes and both kinds of splat.
import {
  between,
  enterLevel,
  failedSince,
  growHeight,
  kindAt,
  peek,
  peekSpan,
  read,
  report,
  reportFirst,
  spanAt,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { parseExpression, reportInvalidNumber } from "./expressionParser.ts";
import { isNumber } from "./numberText.ts";
import { recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Expression, SplatStep, TraversalStep } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

/**
 * What steps are added to. The tree of a splat holds steps only, the rest of the tree holds expressions; one loop reads
 * the grammar for both.
 */
interface Target {
  add(step: TraversalStep): void;
  addIndex(key: Expression, openSpan: Span, bracketSpan: Span): void;
  addSplat(form: "attribute" | "full", each: readonly SplatStep[], markerSpan: Span, end: number): void;
}

/** Parses the steps that follow `term`, and returns the term with them. */
export function parseSteps(cursor: Cursor, term: Expression): Expression {
  const kind = peek(cursor);
  if (kind !== TokenKind.dot && kind !== TokenKind.openBracket) return term;
  const target = new ExpressionTarget(cursor, term);
  readSteps(cursor, target);
  return target.finish();
}

/** Builds expressions: literal steps fold into one traversal, others wrap what is there. */
class ExpressionTarget implements Target {
  readonly #cursor: Cursor;
  #expression: Expression;
  #steps: TraversalStep[] = [];
  #height: number;

  constructor(cursor: Cursor, term: Expression) {
    this.#cursor = cursor;
    this.#expression = term;
    this.#height = cursor.height;
  }

  add(step: TraversalStep): void {
    this.#steps.push(step);
  }

  addIndex(key: Expression, openSpan: Span, bracketSpan: Span): void {
    const collection = this.finish();
    this.#wrap({ kind: "index", collection, key, openSpan, bracketSpan, span: between(collection.span, bracketSpan) });
  }

  addSplat(form: "attribute" | "full", each: readonly SplatStep[], markerSpan: Span, end: number): void {
    const source = this.finish();
    this.#wrap({ kind: "splat", source, each, form, markerSpan, span: { start: source.span.start, end } });
  }

  #wrap(expression: Expression): void {
    this.#expression = expression;
    this.#height = 1 + Math.max(this.#height, this.#cursor.height);
    growHeight(this.#cursor, this.#height);
  }

  finish(): Expression {
    const steps = this.#steps;
    const expression = this.#expression;
    this.#cursor.height = this.#height;
    const last = steps.at(-1);
    if (last === undefined) return expression;
    const span = between(expression.span, last.span);
    this.#expression =
      expression.kind === "scope-traversal"
        ? { ...expression, steps, span }
        : { kind: "relative-traversal", source: expression, steps, span };
    this.#steps = [];
    return this.#expression;
  }
}

/** Collects the steps that a splat applies to each element. */
class SplatTarget implements Target {
  readonly steps: SplatStep[] = [];
  end: number;

  constructor(end: number) {
    this.end = end;
  }

  add(step: TraversalStep): void {
    this.steps.push(step);
    this.end = step.span.end;
  }

  addIndex(key: Expression, _openSpan: Span, bracketSpan: Span): void {
    this.steps.push({ kind: "computed-index", key, span: bracketSpan });
    this.end = bracketSpan.end;
  }

  addSplat(form: "attribute" | "full", each: readonly SplatStep[], markerSpan: Span, end: number): void {
    this.steps.push({ kind: "splat", form, each, markerSpan, span: { start: markerSpan.start, end } });
    this.end = end;
  }
}

function readSteps(cursor: Cursor, target: Target): void {
  for (;;) {
    const kind = peek(cursor);
    if (kind === TokenKind.dot) readDotStep(cursor, target);
    else if (kind === TokenKind.openBracket) readBracketStep(cursor, target);
    else return;
  }
}

function readDotStep(cursor: Cursor, target: Target): void {
  const dot = spanAt(cursor, read(cursor));
  switch (peek(cursor)) {
    case TokenKind.identifier: {
      target.add(attributeStep(cursor, dot));
      return;
    }
    case TokenKind.number: {
      target.add(legacyIndexStep(cursor, dot));
      return;
    }
    case TokenKind.star: {
      readAttributeSplat(cursor, target, dot);
      return;
    }
    default:
      report(cursor, "Invalid attribute name", "After a dot the name of an attribute is expected.", peekSpan(cursor));
      cursor.recovery = true;
  }
}

function attributeStep(cursor: Cursor, dot: Span): TraversalStep {
  const index = read(cursor);
  return { kind: "attribute", name: textAt(cursor, index), span: between(dot, spanAt(cursor, index)) };
}

/** `.0`, an index in the way of HCL's ancestor. */
function legacyIndexStep(cursor: Cursor, dot: Span): TraversalStep {
  const index = read(cursor);
  const span = spanAt(cursor, index);
  const value = textAt(cursor, index);
  if (value.includes(".")) {
    report(
      cursor,
      "Invalid legacy index syntax",
      `Two indexes with dots in a row are not possible. Write them in brackets: ${value
        .split(".")
        .map((part) => `[${part}]`)
        .join("")}.`,
      span,
    );
  } else if (!isNumber(value)) {
    reportInvalidNumber(cursor, span);
  }
  return { kind: "index", key: { kind: "number", value }, span: between(dot, span) };
}

/** `.*` takes the attributes and legacy indexes that follow, and nothing else. */
function readAttributeSplat(cursor: Cursor, target: Target, dot: Span): void {
  const star = spanAt(cursor, read(cursor));
  const marker = between(dot, star);
  const each: TraversalStep[] = [];
  while (peek(cursor) === TokenKind.dot) {
    const stepDot = spanAt(cursor, read(cursor));
    const kind = peek(cursor);
    if (kind === TokenKind.number) {
      each.push(legacyIndexStep(cursor, stepDot));
    } else if (kind === TokenKind.identifier) {
      each.push(attributeStep(cursor, stepDot));
    } else {
      if (kind === TokenKind.star)
        reportFirst(
          cursor,
          "Nested splat expression not allowed",
          'A ".*" cannot stand after another one. Use "[*]" for the first.',
          peekSpan(cursor),
        );
      else
        reportFirst(
          cursor,
          "Invalid attribute name",
          "After a dot the name of an attribute is expected.",
          // HCL marks the star.
          cursor.mode === "strict" ? star : peekSpan(cursor),
        );
      cursor.recovery = true;
      return;
    }
  }
  target.addSplat("attribute", each, marker, each.at(-1)?.span.end ?? marker.end);
}

function readBracketStep(cursor: Cursor, target: Target): void {
  const open = spanAt(cursor, read(cursor));
  if (peek(cursor) === TokenKind.star) {
    readFullSplat(cursor, target, open);
    return;
  }
  const outer = cursor.newlines;
  cursor.newlines = false;
  const before = cursor.diagnostics.length;
  const targetHeight = cursor.height;
  const key = parseExpression(cursor);
  let close: number;
  if (failedSince(cursor, before)) {
    close = recoverTo(cursor, TokenKind.closeBracket);
  } else {
    close = read(cursor);
    if (kindAt(cursor, close) !== TokenKind.closeBracket && !cursor.recovery)
      close = recoverFromBracket(
        cursor,
        spanAt(cursor, close),
        "Missing close bracket on index",
        'An index ends with a closing bracket "]", which is missing.',
      );
  }
  cursor.newlines = outer;
  const span = between(open, spanAt(cursor, close));
  const step = literalStep(key, span);
  if (step === undefined) {
    target.addIndex(key, open, span);
    return;
  }
  cursor.height = targetHeight;
  target.add(step);
}

function recoverFromBracket(cursor: Cursor, found: Span, summary: string, detail: string): number {
  // HCL marks the token that ends its recovery; the editor marks the one that is wrong.
  if (cursor.mode === "recover") report(cursor, summary, detail, found);
  const close = recoverTo(cursor, TokenKind.closeBracket);
  if (cursor.mode === "strict") report(cursor, summary, detail, spanAt(cursor, close));
  return close;
}

/** A literal key becomes a step of the traversal. */
function literalStep(key: Expression, span: Span): TraversalStep | undefined {
  switch (key.kind) {
    case "number":
      return { kind: "index", key: { kind: "number", value: key.text }, span };
    case "bool":
      return { kind: "index", key: { kind: "bool", value: String(key.value) }, span };
    case "null":
      return { kind: "index", key: { kind: "null", value: "null" }, span };
    case "template": {
      const part = key.parts[0];
      if (key.parts.length !== 1 || part?.kind !== "literal") return undefined;
      return { kind: "index", key: { kind: "string", value: part.value }, span };
    }
    default:
      return undefined;
  }
}

/** `[*]` takes every step that follows. */
function readFullSplat(cursor: Cursor, target: Target, open: Span): void {
  read(cursor);
  let close = read(cursor);
  if (kindAt(cursor, close) !== TokenKind.closeBracket && !cursor.recovery)
    close = recoverFromBracket(
      cursor,
      spanAt(cursor, close),
      "Missing close bracket on splat index",
      'The star of a splat must be followed by a closing bracket "]".',
    );
  const marker = between(open, spanAt(cursor, close));
  const each = new SplatTarget(marker.end);
  if (enterLevel(cursor)) readSteps(cursor, each);
  cursor.depth--;
  target.addSplat("full", each.steps, marker, each.end);
}
