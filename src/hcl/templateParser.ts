// Templates: quoted strings, heredocs and bare templates, with `${…}` and `%{…}` inside.
import {
  between,
  isMissing,
  kindAt,
  peek,
  peekIndex,
  peekSpan,
  peekWord,
  read,
  reportFirst,
  spanAt,
  spanFrom,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { parseExpression } from "./expressionParser.ts";
import { PlainString } from "./nodes.ts";
import { recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import { decodeQuoted, decodeSigns } from "./stringLiteral.ts";
import type { Expression, TemplateExpression } from "./syntax.ts";
import { finishLiterals, type Piece } from "./templateText.ts";
import { buildParts } from "./templateTree.ts";
import { isQuotedText, TokenKind } from "./tokens.ts";

/** Parses the quoted string or heredoc whose opening token is next. */
export function parseTemplate(cursor: Cursor): Expression {
  const openIndex = peekIndex(cursor);
  const isQuote = kindAt(cursor, openIndex) === TokenKind.openQuote;
  const plain = isQuote ? parsePlainString(cursor, openIndex) : undefined;
  if (plain !== undefined) return plain;
  cursor.next = openIndex + 1;
  const open = spanAt(cursor, openIndex);
  if (isQuote) return parseContent(cursor, open, TokenKind.closeQuote, "quoted");
  const indented = cursor.source.text.charCodeAt(open.start + 2) === 0x2d;
  return parseContent(cursor, open, TokenKind.closeHeredoc, indented ? "heredoc-indented" : "heredoc");
}

/** Parses a bare template: everything up to the end of the text. */
export function parseBareTemplate(cursor: Cursor): Expression {
  return parseContent(cursor, { start: 0, end: 0 }, TokenKind.end, "heredoc");
}

/**
 * Most strings are one literal; they need none of what templates need. `open` is the index of the opening quote;
 * undefined, with nothing read, when the string is not so plain.
 */
function parsePlainString(cursor: Cursor, open: number): Expression | undefined {
  const { kinds, starts, ends } = cursor;
  const kind = kinds[open + 1]!;
  if (!isQuotedText(kind) || kinds[open + 2] !== TokenKind.closeQuote || isMissing(cursor, open + 2)) return undefined;
  const text = decodeQuoted(cursor, spanAt(cursor, open + 1)).normalize("NFC");
  cursor.next = open + 3;
  cursor.height = 1;
  return new PlainString(text, starts[open]!, ends[open + 2]!);
}

function parseContent(cursor: Cursor, open: Span, closer: TokenKind, form: TemplateExpression["form"]): Expression {
  const pieces = readPieces(cursor, closer);
  const span = spanFrom(cursor, open.start);
  finishLiterals(pieces, form);
  let height = 0;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!;
    if ("height" in piece) height = Math.max(height, piece.height);
  }
  const first = pieces[0];
  if (first?.kind === "interpolation" && pieces[1]?.kind === "end") {
    cursor.height = height + 1;
    return { kind: "template-wrap", wrapped: first.expression, span };
  }
  const parts = buildParts(cursor, pieces);
  cursor.height = Math.max(cursor.height, height) + 1;
  const only = parts.length === 1 ? parts[0] : undefined;
  return { kind: "template", parts, plain: only?.kind === "literal" ? only.value : undefined, form, span };
}

/** Reads literals and sequences up to the closing token; the last piece is always an `end`. */
function readPieces(cursor: Cursor, closer: TokenKind): Piece[] {
  const start = peekSpan(cursor);
  const reader: Reader = { cursor, closer, start, pieces: [], trimNext: false };
  const { pieces } = reader;
  let end: Span;
  for (;;) {
    const index = read(cursor);
    const kind = kindAt(cursor, index);
    const span = spanAt(cursor, index);
    if (kind === closer) {
      if (isMissing(cursor, index)) {
        // Of a heredoc the scan has reported it.
        if (closer === TokenKind.closeQuote) reportUnclosedQuotes(cursor, start);
        cursor.recovery = true;
      }
      end = span;
      break;
    }
    const trimStart = reader.trimNext;
    reader.trimNext = false;
    const isQuoted = isQuotedText(kind);
    if (isQuoted || kind === TokenKind.text) {
      const value = isQuoted ? decodeQuoted(cursor, span) : decodeSigns(textAt(cursor, index));
      pieces.push({ kind: "literal", value, span, trimStart, trimEnd: false });
    } else if (kind === TokenKind.openInterpolation || kind === TokenKind.openDirective) {
      trimPrevious(reader, span);
      if (kind === TokenKind.openInterpolation) readInterpolation(reader, span);
      else readDirective(reader, span);
    } else {
      reportFirst(
        cursor,
        "Unterminated template string",
        "The string that begins before this place is not closed.",
        span,
        between(start, span),
      );
      end = spanAt(cursor, recoverTo(cursor, closer));
      break;
    }
  }
  if (pieces.length === 0) {
    const empty = { start: start.start, end: start.start };
    pieces.push({ kind: "literal", value: "", span: empty, trimStart: false, trimEnd: false });
  }
  pieces.push({ kind: "end", span: end });
  return pieces;
}

function reportUnclosedQuotes(cursor: Cursor, start: Span): void {
  const open = { start: start.start - 1, end: start.end };
  reportFirst(cursor, "Unterminated template string", "The closing quote of this string is missing.", open);
}

interface Reader {
  readonly cursor: Cursor;
  readonly closer: TokenKind;
  /** The first token of the template. */
  readonly start: Span;
  readonly pieces: Piece[];
  /** The sequence before ended with `~}`. */
  trimNext: boolean;
}

/** `${~` and `%{~` take the spaces of the literal right before them. */
function trimPrevious(reader: Reader, open: Span): void {
  const previous = reader.pieces.at(-1);
  if (open.end - open.start === 3 && previous?.kind === "literal") previous.trimEnd = true;
}

/** Reads the end of a sequence when it is next, and notes whether it trims. */
function readSequenceEnd(reader: Reader): boolean {
  const { cursor } = reader;
  const close = peekIndex(cursor);
  if (cursor.kinds[close] !== TokenKind.closeSequence || isMissing(cursor, close)) return false;
  cursor.next = close + 1;
  reader.trimNext = cursor.ends[close]! - cursor.starts[close]! === 2;
  return true;
}

function readInterpolation(reader: Reader, open: Span): void {
  const { cursor } = reader;
  const outer = cursor.newlines;
  cursor.newlines = false;
  const expression = parseExpression(cursor);
  const close = peekSpan(cursor);
  const { height } = cursor;
  if (!readSequenceEnd(reader)) {
    reportInterpolationEnd(reader, close);
    recoverTo(cursor, TokenKind.closeSequence);
  }
  cursor.newlines = outer;
  reader.pieces.push({ kind: "interpolation", expression, height, span: between(open, close) });
}

const LITERAL_HINT = 'If the "${" belongs to another language, such as a shell script, double its sign: "$${".';

function reportInterpolationEnd(reader: Reader, found: Span): void {
  const { cursor, closer, start } = reader;
  const kind = peek(cursor);
  const quoteInQuotes =
    closer === TokenKind.closeQuote && (kind === TokenKind.openQuote || kind === TokenKind.closeQuote);
  const missing = kind === TokenKind.closeSequence;
  if (kind === TokenKind.end || quoteInQuotes || missing)
    reportFirst(
      cursor,
      "Unclosed template interpolation sequence",
      `The "\${" has no closing brace "}" before the ${kind === TokenKind.end ? "file" : "string"} ends. ${LITERAL_HINT}`,
      start,
    );
  else
    reportFirst(
      cursor,
      "Extra characters after interpolation expression",
      `A closing brace "}" is expected here. ${LITERAL_HINT}`,
      found,
      between(start, found),
    );
}

const DIRECTIVES = ["if", "else", "endif", "for", "endfor"] as const;

function readDirective(reader: Reader, open: Span): void {
  const { cursor } = reader;
  const outer = cursor.newlines;
  cursor.newlines = false;
  if (!readDirectiveContent(reader, open)) recoverTo(cursor, TokenKind.closeSequence);
  cursor.newlines = outer;
}

/** Reads `keyword … }`; false when the rest of the sequence has to be skipped. */
function readDirectiveContent(reader: Reader, open: Span): boolean {
  const { cursor, pieces } = reader;
  const keywordSpan = peekSpan(cursor);
  if (peek(cursor) !== TokenKind.identifier) {
    reportFirst(
      cursor,
      "Invalid template directive",
      `After "%{" one of the words ${DIRECTIVES.join(", ")} is expected.`,
      keywordSpan,
      between(open, keywordSpan),
    );
    return false;
  }
  const keyword = textAt(cursor, peekIndex(cursor));
  if (!(DIRECTIVES as readonly string[]).includes(keyword)) {
    read(cursor);
    reportFirst(
      cursor,
      "Invalid template control keyword",
      `"${keyword}" is no directive: after "%{" one of the words ${DIRECTIVES.join(", ")} is expected. For a literal "%{" write "%%{".`,
      keywordSpan,
      between(open, keywordSpan),
    );
    return false;
  }
  read(cursor);
  if (keyword === "if") {
    const condition = parseExpression(cursor);
    pieces.push({ kind: "if", condition, height: cursor.height, span: between(open, peekSpan(cursor)) });
  } else if (keyword === "for") {
    if (!readForHead(reader, open)) return false;
  } else {
    pieces.push({ kind: keyword as "else" | "endif" | "endfor", span: between(open, peekSpan(cursor)) });
  }
  if (!readSequenceEnd(reader)) {
    const found = peekSpan(cursor);
    reportFirst(
      cursor,
      `Extra characters in ${keyword} marker`,
      'A closing brace "}" is expected here.',
      found,
      between(reader.start, found),
    );
    return false;
  }
  return true;
}

function readForHead(reader: Reader, open: Span): boolean {
  const { cursor } = reader;
  const refuse = (detail: string): false => {
    reportFirst(cursor, "Invalid 'for' directive", detail, peekSpan(cursor));
    return false;
  };
  if (peek(cursor) !== TokenKind.identifier) return refuse('After "for" the name of a variable is expected.');
  let keyVariable: string | undefined;
  let valueVariable = textAt(cursor, read(cursor));
  if (peek(cursor) === TokenKind.comma) {
    read(cursor);
    keyVariable = valueVariable;
    if (peek(cursor) !== TokenKind.identifier)
      return refuse("After the comma the name of the variable for the value is expected.");
    valueVariable = textAt(cursor, read(cursor));
  }
  if (!peekWord(cursor, "in")) return refuse('After the names the word "in" is expected.');
  read(cursor);
  const collection = parseExpression(cursor);
  reader.pieces.push({
    kind: "for",
    keyVariable,
    valueVariable,
    collection,
    height: cursor.height,
    span: between(open, peekSpan(cursor)),
  });
  return true;
}
