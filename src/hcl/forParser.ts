// `[for v in c : value if cond]` and `{for k, v in c : key => value... if cond}`.
import {
  between,
  failedSince,
  kindAt,
  peek,
  peekSpan,
  peekWord,
  read,
  report,
  reportFirst,
  spanAt,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { missingAt, parseExpression } from "./expressionParser.ts";
import { recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Expression } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

const SUMMARY = "Invalid 'for' expression";

/** Parses from the word `for`, which is next; newlines are already ignored. */
export function parseFor(
  cursor: Cursor,
  open: Span,
  closer: typeof TokenKind.closeBracket | typeof TokenKind.closeBrace,
): Expression {
  const giveUp = (): Expression => missingAt(between(open, spanAt(cursor, recoverTo(cursor, closer))));
  const refuse = (detail: string): Expression => {
    reportFirst(cursor, SUMMARY, detail, peekSpan(cursor), between(open, peekSpan(cursor)));
    return giveUp();
  };
  let height = 0;
  const before = cursor.diagnostics.length;
  /** Parses one expression of the head or the result; false when the parser gave up on it. */
  const parsePart = (): Expression | undefined => {
    const part = parseExpression(cursor);
    height = Math.max(height, cursor.height);
    return failedSince(cursor, before) ? undefined : part;
  };

  read(cursor);
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
  const collection = parsePart();
  if (collection === undefined) return giveUp();
  if (peek(cursor) !== TokenKind.colon)
    return refuse('A colon ":" between the collection and the result is expected here.');
  read(cursor);

  let key: Expression | undefined;
  let value = parsePart();
  if (peek(cursor) === TokenKind.fatArrow) {
    read(cursor);
    key = value;
    value = parsePart();
  }
  if (value === undefined || failedSince(cursor, before)) return giveUp();
  let ellipsis: Span | undefined;
  if (peek(cursor) === TokenKind.ellipsis) ellipsis = spanAt(cursor, read(cursor));
  let condition: Expression | undefined;
  if (peekWord(cursor, "if")) {
    read(cursor);
    condition = parsePart();
    if (condition === undefined) return giveUp();
  }
  let close: number;
  if (peek(cursor) === closer) {
    close = read(cursor);
  } else {
    const found = peekSpan(cursor);
    reportFirst(cursor, SUMMARY, "The end of the expression is expected here.", found, between(open, found));
    close = recoverTo(cursor, closer);
  }
  const closeSpan = spanAt(cursor, close);
  const span = between(open, closeSpan);
  checkResult(cursor, kindAt(cursor, close), closer, { key, value, ellipsis, span });
  cursor.height = height + 1;
  return {
    kind: "for",
    keyVariable,
    valueVariable,
    collection,
    key,
    value,
    condition,
    grouping: ellipsis !== undefined,
    openSpan: open,
    closeSpan,
    span,
  };
}

/** Brackets make a list and know no keys; braces make a map and need them. */
function checkResult(
  cursor: Cursor,
  _closed: TokenKind,
  closer: TokenKind,
  parts: { key: Expression | undefined; value: Expression; ellipsis: Span | undefined; span: Span },
): void {
  const { key, value, ellipsis, span } = parts;
  if (closer === TokenKind.closeBrace) {
    if (key === undefined)
      report(cursor, SUMMARY, 'A result in { } needs a key: write "KEY => VALUE".', value.span, span);
    return;
  }
  if (key !== undefined)
    report(cursor, SUMMARY, 'A result in [ ] has no keys. Leave "KEY =>" out, or use { }.', key.span, span);
  if (ellipsis !== undefined)
    report(cursor, SUMMARY, 'Grouping with "..." needs keys, so it works in { } only.', ellipsis, span);
}
