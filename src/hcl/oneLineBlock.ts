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
import { AttributeNode } from "./nodes.ts";
import { recoverAfterItem, recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import type { Body } from "./syntax.ts";
import { TokenKind } from "./tokens.ts";

const SINGLE = "Invalid single-argument block definition";

/** `{ name = value }` on one line. */
export function parseOneLineBody(cursor: Cursor, typeStart: number, openIndex: number): Body {
  const items = newItems(cursor);
  const open = spanAt(cursor, openIndex);
  // HCL reports what is wrong around the argument before what is wrong in it.
  const before = cursor.diagnostics.length;
  parseOneLineItem(cursor, items);
  const inside = cursor.diagnostics.splice(before);
  const kind = peek(cursor);
  if (kind === TokenKind.closeBrace) {
    read(cursor);
  } else {
    reportOneLineEnd(cursor, kind, typeStart, open);
    if (cursor.mode === "recover") {
      // What was meant is a block of several lines, or several arguments on one.
      cursor.recovery = true;
      if (kind === TokenKind.comma) read(cursor);
      return parseItems(cursor, items, openIndex, TokenKind.closeBrace);
    }
    recoverTo(cursor, TokenKind.closeBrace);
  }
  cursor.diagnostics.push(...inside);
  const only = cursor.attributeCount > items.attributes ? cursor.attributes[items.attributes] : undefined;
  const span = only?.span ?? between(open, previousSpan(cursor));
  return finishBody(cursor, items, span.start, span.end);
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
    else parseBlock(cursor, nameIndex);
  } else {
    refuseLoneName(cursor, nameIndex);
  }
}

function parseOneLineArgument(cursor: Cursor, items: Items, nameIndex: number): void {
  const { starts } = cursor;
  const equalsIndex = read(cursor);
  const before = cursor.diagnostics.length;
  const expression = parseExpression(cursor);
  const { end } = previousSpan(cursor);
  if (failedSince(cursor, before)) recoverAfterItem(cursor);
  const name = textAt(cursor, nameIndex);
  addAttribute(cursor, items, new AttributeNode(name, expression, starts[nameIndex]!, starts[equalsIndex]!, end));
}

function reportOneLineEnd(cursor: Cursor, kind: TokenKind, typeStart: number, open: Span): void {
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
        { start: typeStart, end: open.end },
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
