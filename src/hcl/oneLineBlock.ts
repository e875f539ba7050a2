// Blocks on one line: `name { argument = value }`.
import { parseBlock } from "./blockParser.ts";
import { addAttribute, finishBody, newItems, type Items } from "./bodyItems.ts";
import { parseItems, refuseLoneName } from "./bodyParser.ts";
import {
  between,
  failedSince,
  kindAt,
  peek,
  peekSpan,
  previousSpan,
  read,
  report,
  reportFirst,
  spanAt,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { parseExpression } from "./expressionParser.ts";
import { recoverAfterItem, recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Body } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

const SINGLE = "Invalid single-argument block definition";

/** `{ name = value }` on one line. */
export function parseOneLineBody(cursor: Cursor, typeSpan: Span, open: Span): Body {
  const items = newItems();
  // HCL reports what is wrong around the argument before what is wrong in it.
  const before = cursor.diagnostics.length;
  parseOneLineItem(cursor, items);
  const inside = cursor.diagnostics.splice(before);
  const kind = peek(cursor);
  if (kind === TokenKind.closeBrace) {
    read(cursor);
  } else {
    reportOneLineEnd(cursor, kind, typeSpan, open);
    if (cursor.mode === "recover") {
      // What was meant is a block of several lines, or several arguments on one.
      cursor.recovery = true;
      if (kind === TokenKind.comma) read(cursor);
      return parseItems(cursor, items, open, TokenKind.closeBrace);
    }
    recoverTo(cursor, TokenKind.closeBrace);
  }
  cursor.diagnostics.push(...inside);
  return finishBody(items, items.attributes?.[0]?.span ?? between(open, previousSpan(cursor)));
}

function parseOneLineItem(cursor: Cursor, items: Items): void {
  const nameIndex = read(cursor);
  const nameSpan = spanAt(cursor, nameIndex);
  const kind = peek(cursor);
  if (kindAt(cursor, nameIndex) !== TokenKind.identifier) {
    report(
      cursor,
      "Argument or block definition required",
      "Between the braces of a block on one line an argument (name = value) is expected.",
      nameSpan,
    );
    recoverAfterItem(cursor);
  } else if (kind === TokenKind.assign) {
    parseOneLineArgument(cursor, items, nameIndex);
  } else if (kind === TokenKind.openQuote || kind === TokenKind.openBrace || kind === TokenKind.identifier) {
    report(
      cursor,
      "Argument definition required",
      "A block on one line may hold one argument (name = value). Put nested blocks on lines of their own.",
      between(nameSpan, peekSpan(cursor)),
    );
    if (cursor.mode === "strict") recoverAfterItem(cursor);
    else parseBlock(cursor, items, nameIndex);
  } else {
    refuseLoneName(cursor, items, nameSpan);
  }
}

function parseOneLineArgument(cursor: Cursor, items: Items, nameIndex: number): void {
  const nameSpan = spanAt(cursor, nameIndex);
  const equalsSpan = spanAt(cursor, read(cursor));
  const before = cursor.diagnostics.length;
  const expression = parseExpression(cursor);
  const span = between(nameSpan, previousSpan(cursor));
  if (failedSince(cursor, before)) recoverAfterItem(cursor);
  addAttribute(cursor, items, { name: textAt(cursor, nameIndex), expression, span, nameSpan, equalsSpan });
}

function reportOneLineEnd(cursor: Cursor, kind: TokenKind, typeSpan: Span, open: Span): void {
  const found = peekSpan(cursor);
  switch (kind) {
    case TokenKind.comma:
      report(
        cursor,
        SINGLE,
        "A block on one line may hold one argument. Put each argument on a line of its own, without commas.",
        found,
      );
      break;
    case TokenKind.newline:
      report(
        cursor,
        SINGLE,
        "A block whose first argument stands on the line of its brace must end on that line. Begin the argument on a new line.",
        found,
      );
      break;
    case TokenKind.end:
      reportFirst(
        cursor,
        "Unclosed configuration block",
        'The file ends before the closing brace "}" of this block. Close it.',
        open,
        between(typeSpan, open),
      );
      break;
    default:
      reportFirst(
        cursor,
        SINGLE,
        'After the one argument of a block on one line its closing brace "}" is expected.',
        found,
      );
  }
}
