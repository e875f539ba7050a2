// What brackets and braces hold in expressions: tuples, objects, and hands over to forParser for `for`.
import {
  between,
  failedSince,
  isMissing,
  NESTING_LIMIT,
  peek,
  peekSpan,
  peekWord,
  read,
  reportFirst,
  spanAt,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { parseExpression } from "./expressionParser.ts";
import { parseFor } from "./forParser.ts";
import { listIsOver, recoverList } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Expression, ObjectItem, ObjectKey } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";
import { trimmed } from "./trimmed.ts";

/** `[a, b]` or `[for …]`. */
export function parseTuple(cursor: Cursor): Expression {
  const open = spanAt(cursor, read(cursor));
  const outer = cursor.newlines;
  cursor.newlines = false;
  const expression = peekWord(cursor, "for")
    ? parseFor(cursor, open, TokenKind.closeBracket)
    : parseTupleItems(cursor, open);
  cursor.newlines = outer;
  return expression;
}

function parseTupleItems(cursor: Cursor, open: Span): Expression {
  const items: Expression[] = [];
  let close: number | undefined;
  let height = 0;
  while (close === undefined) {
    if (peek(cursor) === TokenKind.closeBracket) {
      close = read(cursor);
      break;
    }
    if (listIsOver(cursor)) {
      reportTupleSeparator(cursor, TokenKind.end, open);
      close = recoverList(cursor, TokenKind.closeBracket, cursor.next);
      continue;
    }
    const before = cursor.diagnostics.length;
    const start = cursor.next;
    items.push(parseExpression(cursor));
    height = Math.max(height, cursor.height);
    if (failedSince(cursor, before)) {
      close = recoverList(cursor, TokenKind.closeBracket, start);
      continue;
    }
    const kind = peek(cursor);
    if (kind === TokenKind.closeBracket) {
      close = read(cursor);
      break;
    }
    if (kind !== TokenKind.comma) {
      reportTupleSeparator(cursor, kind, open);
      close = recoverList(cursor, TokenKind.closeBracket, start);
      continue;
    }
    read(cursor);
  }
  cursor.height = height + 1;
  return { kind: "tuple", items: trimmed(items), openSpan: open, span: between(open, spanAt(cursor, close)) };
}

function reportTupleSeparator(cursor: Cursor, kind: TokenKind, open: Span): void {
  const found = peekSpan(cursor);
  if (kind === TokenKind.end || listIsOver(cursor))
    reportFirst(
      cursor,
      "Unterminated tuple constructor expression",
      'The closing bracket "]" of this list is missing. Close it, or check the brackets of its items.',
      open,
    );
  else
    reportFirst(
      cursor,
      "Missing item separator",
      "Items of a list are separated by commas: one is expected here.",
      found,
      between(open, found),
    );
}

/** `{ a = b }` or `{for …}`. */
export function parseObject(cursor: Cursor): Expression {
  const open = spanAt(cursor, read(cursor));
  const outer = cursor.newlines;
  // Newlines mean nothing before `for` and everything in objects.
  cursor.newlines = false;
  let expression: Expression;
  if (peekWord(cursor, "for")) {
    expression = parseFor(cursor, open, TokenKind.closeBrace);
  } else {
    cursor.newlines = true;
    expression = parseObjectItems(cursor, open);
  }
  cursor.newlines = outer;
  return expression;
}

function parseObjectItems(cursor: Cursor, open: Span): Expression {
  const items: ObjectItem[] = [];
  let height = 0;
  let close: number | undefined;
  while (close === undefined) {
    const kind = peek(cursor);
    if (kind === TokenKind.newline) {
      read(cursor);
    } else if (kind === TokenKind.closeBrace) {
      close = read(cursor);
      if (isMissing(cursor, close)) reportUnclosed(cursor, open);
    } else {
      const start = cursor.next;
      const item = parseObjectItem(cursor, open);
      height = Math.max(height, cursor.height);
      if (item !== undefined) items.push(item);
      close = item === undefined ? recoverList(cursor, TokenKind.closeBrace, start) : parseItemEnd(cursor, open, start);
    }
  }
  cursor.height = height + 1;
  return { kind: "object", items: trimmed(items), openSpan: open, span: between(open, spanAt(cursor, close)) };
}

/** One `key = value`; undefined when it cannot be read (which has been reported then). */
function parseObjectItem(cursor: Cursor, open: Span): ObjectItem | undefined {
  const before = cursor.diagnostics.length;
  const key = parseBareKey(cursor) ?? objectKey(parseExpression(cursor));
  const keyHeight = cursor.height;
  if (failedSince(cursor, before)) return undefined;
  const kind = peek(cursor);
  if (kind !== TokenKind.assign && kind !== TokenKind.colon) {
    reportKeySeparator(cursor, kind, open);
    return undefined;
  }
  read(cursor);
  const value = parseExpression(cursor);
  cursor.height = Math.max(cursor.height, keyHeight);
  return failedSince(cursor, before) ? undefined : { key, value };
}

/** Nearly every key is a name right before its equals sign. */
function parseBareKey(cursor: Cursor): ObjectKey | undefined {
  const { kinds, next } = cursor;
  if (kinds[next] !== TokenKind.identifier || kinds[next + 1] !== TokenKind.assign) return undefined;
  if (cursor.depth >= NESTING_LIMIT) return undefined;
  cursor.next = next + 1;
  cursor.height = 0;
  return { kind: "name", name: textAt(cursor, next).normalize("NFC"), span: spanAt(cursor, next) };
}

/** A bare name is a literal key, keywords too; anything else is evaluated. */
function objectKey(expression: Expression): ObjectKey {
  const { span } = expression;
  switch (expression.kind) {
    case "scope-traversal":
      if (expression.steps.length === 0) return { kind: "name", name: expression.root.normalize("NFC"), span };
      break;
    case "bool":
      return { kind: "name", name: String(expression.value), span };
    case "null":
      return { kind: "name", name: "null", span };
    default:
  }
  return { kind: "expression", expression, span };
}

/** What may follow an item; the index of the closing brace when the object ends here. */
function parseItemEnd(cursor: Cursor, open: Span, start: number): number | undefined {
  const kind = peek(cursor);
  if (kind === TokenKind.closeBrace) return undefined;
  if (kind === TokenKind.comma || kind === TokenKind.newline) {
    read(cursor);
    return undefined;
  }
  const found = peekSpan(cursor);
  if (kind === TokenKind.end) reportUnclosed(cursor, open);
  else
    reportFirst(
      cursor,
      "Missing attribute separator",
      "Items of a map are separated by newlines or commas: one is expected here.",
      found,
      between(open, found),
    );
  return recoverList(cursor, TokenKind.closeBrace, start);
}

function reportKeySeparator(cursor: Cursor, kind: TokenKind, open: Span): void {
  const found = peekSpan(cursor);
  if (kind === TokenKind.end) reportUnclosed(cursor, open);
  else if (kind === TokenKind.newline || kind === TokenKind.comma)
    reportFirst(
      cursor,
      "Missing attribute value",
      'This key has no value. Write an equals sign "=" and the value here.',
      found,
      between(open, found),
    );
  else
    reportFirst(
      cursor,
      "Missing key/value separator",
      'An equals sign "=" between the key and its value is expected here. A key that is no plain name must be in double quotes.',
      found,
      between(open, found),
    );
}

function reportUnclosed(cursor: Cursor, open: Span): void {
  reportFirst(
    cursor,
    "Unterminated object constructor expression",
    'The closing brace "}" of this map is missing. Close it, or check the braces of its values.',
    open,
  );
  if (cursor.mode === "recover") cursor.recovery = true;
}
