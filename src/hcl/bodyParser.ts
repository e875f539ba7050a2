// Bodies: the arguments and blocks that a file and every block consist of.
import { headerAt, parseBlock, parseBlockAfterBrace } from "./blockParser.ts";
import { addAttribute, addBlock, finishBody, newItems, type Items } from "./bodyItems.ts";
import {
  between,
  failedSince,
  isMissing,
  kindAt,
  peek,
  peekIndex,
  peekSpan,
  read,
  readLineEnd,
  report,
  reportFirst,
  spanAt,
  type Cursor,
} from "./cursor.ts";
import { parseExpression } from "./expressionParser.ts";
import { beginsItem, braceAtLineEnd, isFirstOnLine, isHeaderLine } from "./itemLines.ts";
import { recoverAfterItem, recoverTo } from "./recovery.ts";
import { AttributeNode, newHeader, type Header } from "./nodes.ts";
import type { Span } from "./source.ts";
import type { Body } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

/** Parses items up to `closer` (a block's brace, or the end of the file), and takes it; `open` is as of `parseItems`. */
export function parseBody(cursor: Cursor, open: number, closer: BodyCloser): Body {
  return parseItems(cursor, newItems(cursor), open, closer);
}

/** `open` is the index of the token before the body: the brace of its block, or the first token of the file. */
export function parseItems(cursor: Cursor, items: Items, open: number, closer: BodyCloser): Body {
  const { kinds } = cursor;
  for (;;) {
    // What every line goes through is written out here and below: the calls would cost more than the work.
    let index = cursor.next;
    let kind = kinds[index] as TokenKind;
    // Behind the end there may be nothing any more; it is looked for as comments are.
    if (kind <= TokenKind.lineComment && kind !== TokenKind.newline) {
      index = peekIndex(cursor);
      kind = kindAt(cursor, index);
    }
    if (kind === TokenKind.identifier) {
      cursor.next = index + 1;
      parseItem(cursor, items, index);
    } else if (kind === TokenKind.newline) {
      cursor.next = index + 1;
    } else if (kind === closer) {
      cursor.next = index + 1;
      if (cursor.mode === "recover" && isMissing(cursor, index)) reportUnclosedBlock(cursor, spanAt(cursor, open));
      return finishBody(cursor, items, cursor.starts[open]!, cursor.ends[index]!);
    } else if (cursor.mode === "strict" || kind === TokenKind.end) {
      return abandonBody(cursor, items, open, closer);
    } else {
      skipLine(cursor);
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
function abandonBody(cursor: Cursor, items: Items, open: number, closer: TokenKind): Body {
  const index = read(cursor);
  if (kindAt(cursor, index) === TokenKind.end) reportUnclosedBlock(cursor, spanAt(cursor, open));
  else reportNoItem(cursor, index);
  recoverTo(cursor, closer);
  return finishBody(cursor, items, cursor.starts[open]!, cursor.ends[index]!);
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
function skipLine(cursor: Cursor): void {
  const index = peekIndex(cursor);
  // After a bad item a brace or bracket on a line of its own is what is left of its list.
  if (cursor.recovery && opensItem(kindAt(cursor, index))) cursor.listLost = true;
  if (!endsLostList(cursor, kindAt(cursor, index))) reportNoItem(cursor, index);
  cursor.recovery = true;
  // What ends a block ends nothing at the top of a file.
  if (kindAt(cursor, index) === TokenKind.closeBrace) read(cursor);
  else skipToBrace(cursor, newHeader("", cursor.starts[index]!, cursor.ends[index]!));
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
export function skipToBrace(cursor: Cursor, header: Header): void {
  const brace = braceAtLineEnd(cursor, cursor.next);
  if (brace === undefined) {
    recoverAfterItem(cursor);
    return;
  }
  cursor.next = brace + 1;
  addBlock(cursor, parseBlockAfterBrace(cursor, header, brace));
}

/** The item whose name was read last, at `nameIndex`. */
function parseItem(cursor: Cursor, items: Items, nameIndex: number): void {
  if (cursor.mode === "recover") forgetErrors(cursor, nameIndex);
  const kind = cursor.kinds[cursor.next] as TokenKind;
  switch (kind > TokenKind.lineComment ? kind : peek(cursor)) {
    case TokenKind.assign:
      parseAttribute(cursor, items, nameIndex);
      break;
    case TokenKind.openQuote:
    case TokenKind.openBrace:
    case TokenKind.identifier:
      parseBlock(cursor, nameIndex);
      break;
    default:
      refuseLoneName(cursor, nameIndex);
  }
}

/** A line that is clearly an item has nothing to do with the errors before it. */
function forgetErrors(cursor: Cursor, nameIndex: number): void {
  const known = beginsItem(cursor, nameIndex) || isHeaderLine(cursor, nameIndex);
  if (known && isFirstOnLine(cursor, nameIndex)) cursor.recovery = false;
}

export function refuseLoneName(cursor: Cursor, nameIndex: number): void {
  report(
    cursor,
    "Argument or block definition required",
    'A name alone says nothing. Write an equals sign "=" and a value for an argument, or "{" for a block.',
    spanAt(cursor, nameIndex),
  );
  if (cursor.mode === "strict") recoverAfterItem(cursor);
  else skipToBrace(cursor, headerAt(cursor, nameIndex));
}

/** Parses `= value` and the newline after it. */
function parseAttribute(cursor: Cursor, items: Items, nameIndex: number): void {
  const { kinds, starts, ends, source } = cursor;
  const equalsIndex = kinds[cursor.next] === TokenKind.assign ? cursor.next++ : read(cursor);
  const before = cursor.diagnostics.length;
  const expression = parseExpression(cursor);
  const end = ends[cursor.next - 1]!;
  if (kinds[cursor.next] === TokenKind.newline && !cursor.recovery) cursor.next++;
  else if (failedSince(cursor, before)) recoverAfterItem(cursor);
  else if (!readLineEnd(cursor)) refuseRestOfLine(cursor, spanAt(cursor, nameIndex));
  const start = starts[nameIndex]!;
  const name = source.text.slice(start, ends[nameIndex]);
  addAttribute(cursor, items, new AttributeNode(name, expression, start, starts[equalsIndex]!, end));
}

function refuseRestOfLine(cursor: Cursor, nameSpan: Span): void {
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
