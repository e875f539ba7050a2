// The parser's place in the token table, with what it has found out so far. Functions over one plain object.
import type { Diagnostic } from "./diagnostic.ts";
import type { SourceText, Span } from "./source.ts";
import type { Attribute, Block } from "./syntax.ts";
import { TokenKind, type TokenTable } from "./tokens.ts";

/**
 * `strict` gives HashiCorp's verdict and messages: after the first error in a body the parser only looks for the end.
 * `recover` is the editor's second reading of a text that strict refused: it keeps as much of the tree as it can.
 */
export type ParserMode = "strict" | "recover";

export interface Cursor {
  readonly source: SourceText;
  readonly tokens: TokenTable;
  /** The columns of the token table; behind the last token there is a row that reads as `end`. */
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly mode: ParserMode;
  readonly diagnostics: Diagnostic[];
  /** Stacks of what the bodies that are being read hold so far (bodyItems.ts), with how much of them counts. */
  readonly attributes: Attribute[];
  readonly blocks: Block[];
  attributeCount: number;
  blockCount: number;
  /** Index of the next token to read, comments and hidden newlines included. */
  next: number;
  /** Whether newlines are tokens here (bodies, objects) or space (parentheses, brackets, `${…}`). */
  newlines: boolean;
  /** Set by the first error; HCL then keeps quiet about what follows from it. */
  recovery: boolean;
  /** Whether a limit was hit: the rest of the text is not looked at, and nothing more is said. */
  gaveUp: boolean;
  /** Whether a block without a closing brace has been reported. */
  unclosedReported: boolean;
  /** Whether some list was taken to be over although its closer had not come (recover mode). */
  listLost: boolean;
  /** How deep the parser is nested in its own input. */
  depth: number;
  /** Height of the expression that was parsed last; left-leaning chains grow it without nesting the parser. */
  height: number;
}

export function newCursor(source: SourceText, tokens: TokenTable, mode: ParserMode): Cursor {
  return {
    source,
    tokens,
    kinds: tokens.kinds,
    starts: tokens.starts,
    ends: tokens.ends,
    mode,
    diagnostics: [],
    attributes: [],
    blocks: [],
    attributeCount: 0,
    blockCount: 0,
    next: 0,
    newlines: true,
    recovery: false,
    gaveUp: false,
    unclosedReported: false,
    listLost: false,
    depth: 0,
    height: 0,
  };
}

/** Index of the next token that counts here. */
export function peekIndex(cursor: Cursor): number {
  const { next } = cursor;
  const kind = cursor.kinds[next]!;
  if (kind > TokenKind.lineComment || (kind === TokenKind.newline && cursor.newlines)) return next;
  return skipHidden(cursor);
}

/** As `peekIndex`, where a comment, a newline or the end is next. */
function skipHidden(cursor: Cursor): number {
  const { kinds, newlines } = cursor;
  const last = cursor.tokens.count - 1;
  let index = cursor.next;
  while (index < last) {
    const kind = kinds[index]!;
    if (kind > TokenKind.lineComment || (newlines && kind !== TokenKind.comment)) return index;
    index++;
  }
  return last;
}

/** Kind of the next token that counts here; a line comment is a newline. */
export function peek(cursor: Cursor): TokenKind {
  const kind = cursor.kinds[cursor.next] as TokenKind;
  if (kind > TokenKind.lineComment || (kind === TokenKind.newline && cursor.newlines)) return kind;
  return kindAt(cursor, skipHidden(cursor));
}

export function kindAt(cursor: Cursor, index: number): TokenKind {
  const kind = cursor.kinds[index]! as TokenKind;
  return kind === TokenKind.lineComment ? TokenKind.newline : kind;
}

/** Takes the next token and returns its index. The end can be taken any number of times. */
export function read(cursor: Cursor): number {
  const index = peekIndex(cursor);
  cursor.next = index + 1;
  return index;
}

/** Takes the newline or the end when that is next; false when something else is. */
export function readLineEnd(cursor: Cursor): boolean {
  const { kinds, next } = cursor;
  const index = kinds[next] === TokenKind.newline && cursor.newlines ? next : peekIndex(cursor);
  if (kinds[index]! > TokenKind.lineComment) return false;
  cursor.next = index + 1;
  return true;
}

/** Index of the token that was read last (of the first token before any was read). */
export function previousIndex(cursor: Cursor): number {
  return cursor.next === 0 ? peekIndex(cursor) : cursor.next - 1;
}

export function spanAt(cursor: Cursor, index: number): Span {
  return { start: cursor.starts[index]!, end: cursor.ends[index]! };
}

export function peekSpan(cursor: Cursor): Span {
  return spanAt(cursor, peekIndex(cursor));
}

export function previousSpan(cursor: Cursor): Span {
  return spanAt(cursor, previousIndex(cursor));
}

/** From `start` to the end of the token that was read last. */
export function spanFrom(cursor: Cursor, start: number): Span {
  return { start, end: cursor.ends[cursor.next - 1]! };
}

export function textAt(cursor: Cursor, index: number): string {
  return cursor.source.text.slice(cursor.starts[index], cursor.ends[index]);
}

/** Whether the next token that counts here is this word. */
export function peekWord(cursor: Cursor, word: string): boolean {
  const index = peekIndex(cursor);
  if (cursor.kinds[index] !== TokenKind.identifier) return false;
  const start = cursor.starts[index]!;
  return cursor.ends[index]! - start === word.length && cursor.source.text.startsWith(word, start);
}

export function between(from: Span, to: Span): Span {
  return { start: from.start, end: to.end };
}

/** Reports an error whatever was reported before (strict), as HashiCorp's parser does in some places. */
export function report(cursor: Cursor, summary: string, detail: string, subject: Span, context?: Span): void {
  if (cursor.gaveUp || (cursor.recovery && cursor.mode === "recover")) return;
  const base = { severity: "error", summary, detail, subject, source: cursor.source } as const;
  cursor.diagnostics.push(context === undefined ? base : { ...base, context });
}

/** Whether the token at `index` was put in by the editor's scan because it is missing in the text. */
export function isMissing(cursor: Cursor, index: number): boolean {
  if (cursor.mode === "strict") return false;
  return cursor.ends[index] === cursor.starts[index] && cursor.kinds[index] !== TokenKind.end;
}

/** Reports an error unless it may be the consequence of an earlier one. */
export function reportFirst(cursor: Cursor, summary: string, detail: string, subject: Span, context?: Span): void {
  if (!cursor.recovery) report(cursor, summary, detail, subject, context);
}

/** Whether the parser has given up on what it parsed since there were `before` diagnostics. */
export function failedSince(cursor: Cursor, before: number): boolean {
  return cursor.recovery && cursor.diagnostics.length > before;
}

/** How deep bodies and expressions may nest. Job files need ten levels; JavaScript's stack ends somewhere above 1,000. */
export const NESTING_LIMIT = 300;
/** How high a chain such as `a + b + c + …` may grow, so that whoever walks the tree may recurse. */
export const HEIGHT_LIMIT = 1000;

/** Goes one level deeper. False at the limit: that is reported, and the rest of the text is given up. */
export function enterLevel(cursor: Cursor): boolean {
  cursor.depth++;
  if (cursor.depth <= NESTING_LIMIT) return true;
  giveUp(
    cursor,
    "Nesting too deep",
    `Blocks and expressions may be nested at most ${NESTING_LIMIT} levels deep. Split this up, for example with local values.`,
  );
  return false;
}

/** Notes that an expression got higher by one. False at the limit, as `enterLevel`. */
export function growHeight(cursor: Cursor, height: number): boolean {
  cursor.height = height;
  if (height <= HEIGHT_LIMIT) return true;
  giveUp(
    cursor,
    "Expression too long",
    `A chain of operators or index steps may have at most ${HEIGHT_LIMIT} parts. Split it up, for example with local values.`,
  );
  return false;
}

function giveUp(cursor: Cursor, summary: string, detail: string): void {
  // HCL has no such limit, so that it is hit is said whatever was said before.
  cursor.recovery = false;
  report(cursor, summary, detail, peekSpan(cursor));
  cursor.recovery = true;
  cursor.gaveUp = true;
  cursor.next = cursor.tokens.count - 1;
}
