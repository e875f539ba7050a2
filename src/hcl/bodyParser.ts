// Bodies: the arguments and blocks that a file and every block consist of.
import { newHeader, parseBlock, parseBlockAfterBrace, type Header } from "./blockParser.ts";
import { addAttribute, addBlock, finishBody, newItems, type Items } from "./bodyItems.ts";
import {
  between,
  failedSince,
  isMissing,
  kindAt,
  peek,
  peekIndex,
  peekSpan,
  previousSpan,
  read,
  readLineEnd,
  report,
  reportFirst,
  spanAt,
  spanFrom,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { parseExpression } from "./expressionParser.ts";
import { beginsItem, braceAtLineEnd, isFirstOnLine, isHeaderLine } from "./itemLines.ts";
import { recoverAfterItem, recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Attribute, Body } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

/** Parses items up to `closer` (a block's brace, or the end of the file), and takes it. */
export function parseBody(cursor: Cursor, closer: BodyCloser): Body {
  const start = previousSpan(cursor);
  return parseItems(cursor, newItems(), start, closer);
}

export function parseItems(cursor: Cursor, items: Items, start: Span, closer: BodyCloser): Body {
  for (;;) {
    const kind = peek(cursor);
    if (kind === closer) {
      const index = read(cursor);
      if (isMissing(cursor, index)) reportUnclosedBlock(cursor, start);
      return finishBody(items, { start: start.start, end: cursor.ends[index]! });
    }
    if (kind === TokenKind.newline) {
      read(cursor);
    } else if (kind === TokenKind.identifier) {
      parseItem(cursor, items);
    } else if (cursor.mode === "strict" || kind === TokenKind.end) {
      return abandonBody(cursor, items, start, closer);
    } else {
      skipLine(cursor, items);
    }
  }
}

function reportUnclosedBlock(cursor: Cursor, open: Span): void {
  // Of the blocks that a half-written file leaves open, one is worth a message.
  if (!cursor.unclosedReported)
    reportFirst(
      cursor,
      "Unclosed configuration block",
      'The closing brace "}" of this block is missing. Close it, or check the braces of the blocks in it.',
      open,
    );
  cursor.unclosedReported = true;
  cursor.recovery = true;
}

/** After something that begins no item, HCL gives up the rest of the body. */
function abandonBody(cursor: Cursor, items: Items, start: Span, closer: TokenKind): Body {
  const index = read(cursor);
  if (kindAt(cursor, index) === TokenKind.end) reportUnclosedBlock(cursor, start);
  else reportNoItem(cursor, index);
  const end = previousSpan(cursor);
  recoverTo(cursor, closer);
  return finishBody(items, between(start, end));
}

function reportNoItem(cursor: Cursor, index: number): void {
  const found = spanAt(cursor, index);
  if (kindAt(cursor, index) === TokenKind.openQuote)
    reportFirst(cursor, "Invalid argument name", "Names of arguments are written without quotes.", found);
  else
    reportFirst(
      cursor,
      "Argument or block definition required",
      "An argument (name = value) or a block (name { … }) is expected here.",
      found,
    );
}

/** In recover mode: leaves a line out that begins no item; the block that it may open is kept without a type. */
function skipLine(cursor: Cursor, items: Items): void {
  const index = peekIndex(cursor);
  // After a bad item a brace or bracket on a line of its own is what is left of its list.
  if (cursor.recovery && opensItem(kindAt(cursor, index))) cursor.listLost = true;
  if (!endsLostList(cursor, kindAt(cursor, index))) reportNoItem(cursor, index);
  cursor.recovery = true;
  // What ends a block ends nothing at the top of a file.
  if (kindAt(cursor, index) === TokenKind.closeBrace) read(cursor);
  else skipToBrace(cursor, items, newHeader("", spanAt(cursor, index)));
}

function opensItem(kind: TokenKind): boolean {
  return kind === TokenKind.openBrace || kind === TokenKind.openBracket;
}

/** Whether a line begins with what is left of a list that was taken to be over before it. */
function endsLostList(cursor: Cursor, kind: TokenKind): boolean {
  const closes = kind === TokenKind.closeParen || kind === TokenKind.closeBracket || kind === TokenKind.closeBrace;
  return cursor.listLost && closes;
}

/** In recover mode: goes on after a bad header: with the body of its block, or with the next line. */
export function skipToBrace(cursor: Cursor, items: Items, header: Header): void {
  const brace = braceAtLineEnd(cursor, cursor.next);
  if (brace === undefined) {
    recoverAfterItem(cursor);
    return;
  }
  cursor.next = brace + 1;
  addBlock(items, parseBlockAfterBrace(cursor, header, spanAt(cursor, brace)));
}

function parseItem(cursor: Cursor, items: Items): void {
  const nameIndex = read(cursor);
  if (cursor.mode === "recover") forgetErrors(cursor, nameIndex);
  switch (peek(cursor)) {
    case TokenKind.assign:
      addAttribute(cursor, items, parseAttribute(cursor, nameIndex));
      break;
    case TokenKind.openQuote:
    case TokenKind.openBrace:
    case TokenKind.identifier:
      parseBlock(cursor, items, nameIndex);
      break;
    default:
      refuseLoneName(cursor, items, spanAt(cursor, nameIndex));
  }
}

/** A line that is clearly an item has nothing to do with the errors before it. */
function forgetErrors(cursor: Cursor, nameIndex: number): void {
  const known = beginsItem(cursor, nameIndex) || isHeaderLine(cursor, nameIndex);
  if (known && isFirstOnLine(cursor, nameIndex)) cursor.recovery = false;
}

export function refuseLoneName(cursor: Cursor, items: Items, name: Span): void {
  report(
    cursor,
    "Argument or block definition required",
    'A name alone says nothing. Write an equals sign "=" and a value for an argument, or "{" for a block.',
    name,
  );
  if (cursor.mode === "strict") recoverAfterItem(cursor);
  else skipToBrace(cursor, items, newHeader(cursor.source.slice(name), name));
}

/** Parses `= value` and the newline after it. */
function parseAttribute(cursor: Cursor, nameIndex: number): Attribute {
  const nameSpan = spanAt(cursor, nameIndex);
  const equalsSpan = spanAt(cursor, read(cursor));
  const before = cursor.diagnostics.length;
  const expression = parseExpression(cursor);
  const span = spanFrom(cursor, nameSpan.start);
  if (failedSince(cursor, before)) recoverAfterItem(cursor);
  else endAttribute(cursor, nameSpan);
  return { name: textAt(cursor, nameIndex), expression, span, nameSpan, equalsSpan };
}

function endAttribute(cursor: Cursor, nameSpan: Span): void {
  if (readLineEnd(cursor)) return;
  const found = peekSpan(cursor);
  if (peek(cursor) === TokenKind.comma)
    reportFirst(
      cursor,
      "Unexpected comma after argument",
      "Arguments are separated by newlines. Remove the comma.",
      found,
      between(nameSpan, found),
    );
  else
    reportFirst(
      cursor,
      "Missing newline after argument",
      "An argument ends with its line. Put what follows on a line of its own.",
      found,
      between(nameSpan, found),
    );
  recoverAfterLine(cursor);
}

/** After an argument or block that something follows on its line: in recover mode that may be the next item. */
export function recoverAfterLine(cursor: Cursor): void {
  const index = peekIndex(cursor);
  const keeps = kindAt(cursor, index) === TokenKind.closeBrace || beginsItem(cursor, index);
  if (cursor.mode === "strict" || !keeps) recoverAfterItem(cursor);
  else cursor.recovery = true;
}

type BodyCloser = typeof TokenKind.closeBrace | typeof TokenKind.end;
