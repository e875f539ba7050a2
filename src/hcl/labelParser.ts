// Block labels in quotes: plain strings, in which no template sequence may stand.
import {
  between,
  isMissing,
  kindAt,
  read,
  report,
  reportFirst,
  spanAt,
  spanFrom,
  textAt,
  type Cursor,
} from "./cursor.ts";
import { recoverTo } from "./recovery.ts";
import type { Span } from "./source.ts";
import { decodeQuoted } from "./stringLiteral.ts";
import { isQuotedText, TokenKind } from "./tokens.ts";

export interface Label {
  readonly value: string;
  readonly span: Span;
}

const SUMMARY = "Invalid string literal";

/** Parses the quoted label whose opening quote is next. */
export function parseLabel(cursor: Cursor): Label {
  const openIndex = read(cursor);
  const plain = parsePlainLabel(cursor, openIndex);
  if (plain !== undefined) return plain;
  const open = spanAt(cursor, openIndex);
  let value = "";
  for (;;) {
    const index = read(cursor);
    const found = spanAt(cursor, index);
    switch (kindAt(cursor, index)) {
      case TokenKind.closeQuote:
        if (isMissing(cursor, index)) reportUnclosed(cursor, open);
        return { value, span: between(open, found) };
      case TokenKind.plainText:
      case TokenKind.quotedText:
        value += decodeQuoted(cursor, found);
        break;
      case TokenKind.openInterpolation:
      case TokenKind.openDirective: {
        const sign = textAt(cursor, index).charAt(0);
        report(
          cursor,
          SUMMARY,
          `A label is a plain string and cannot be computed. For a literal "${sign}{" write "${sign}${sign}{".`,
          found,
          between(open, found),
        );
        value += `${sign}{ ... }`;
        recoverTo(cursor, TokenKind.closeSequence);
        break;
      }
      case TokenKind.end:
        report(
          cursor,
          "Unterminated string literal",
          "The file ends before the closing quote of this label.",
          found,
          between(open, found),
        );
        return { value, span: between(open, found) };
      default:
        report(cursor, SUMMARY, "This cannot stand in a label.", found, between(open, found));
        recoverTo(cursor, TokenKind.closeQuote);
        return { value, span: between(open, found) };
    }
  }
}

/** Nearly every label is one literal between its quotes. */
function parsePlainLabel(cursor: Cursor, open: number): Label | undefined {
  const { kinds } = cursor;
  const kind = kinds[open + 1]!;
  if (!isQuotedText(kind) || kinds[open + 2] !== TokenKind.closeQuote || isMissing(cursor, open + 2)) return undefined;
  const value = decodeQuoted(cursor, spanAt(cursor, open + 1));
  cursor.next = open + 3;
  return { value, span: spanFrom(cursor, cursor.starts[open]!) };
}

function reportUnclosed(cursor: Cursor, open: Span): void {
  reportFirst(cursor, "Unterminated string literal", "The line ends before the closing quote of this label.", open);
  cursor.recovery = true;
}
