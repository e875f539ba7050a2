// Lines that are clearly an argument or a block, by which the editor's parser knows that a list must be over.
import type { Cursor } from "./cursor.ts";
import { isQuotedText, TokenKind } from "./tokens.ts";

/** Whether a line begins with the token at `index`. */
export function isFirstOnLine(cursor: Cursor, index: number): boolean {
  if (index === 0) return true;
  const before = cursor.tokens.kind(index - 1);
  return before === TokenKind.newline || before === TokenKind.lineComment;
}

/** Whether an argument (`name =`) or a block (`name {`, `name "label"`) begins with the token at `index`. */
export function beginsItem(cursor: Cursor, index: number): boolean {
  const { tokens } = cursor;
  if (tokens.kind(index) !== TokenKind.identifier) return false;
  const next = tokens.kind(index + 1);
  return next === TokenKind.assign || next === TokenKind.openBrace || next === TokenKind.openQuote;
}

/** Whether a line begins with the token at `index` that is an argument, a block, or the end of a block. */
export function beginsItemLine(cursor: Cursor, index: number): boolean {
  if (!isFirstOnLine(cursor, index)) return false;
  return cursor.tokens.kind(index) === TokenKind.closeBrace || beginsItem(cursor, index);
}

/** Index of the opening brace that ends the line from `index` on, if one does. */
export function braceAtLineEnd(cursor: Cursor, index: number): number | undefined {
  const { tokens } = cursor;
  let last = -1;
  for (let at = index; at < tokens.count - 1; at++) {
    const kind = tokens.kind(at);
    if (kind === TokenKind.newline || kind === TokenKind.lineComment) break;
    if (kind !== TokenKind.comment) last = at;
  }
  return last >= 0 && tokens.kind(last) === TokenKind.openBrace ? last : undefined;
}

/** Whether the line from `index` on is the header of a block: names and plain labels, then its opening brace. */
export function isHeaderLine(cursor: Cursor, index: number): boolean {
  const brace = braceAtLineEnd(cursor, index);
  if (brace === undefined) return false;
  for (let at = index; at < brace; at++) {
    const kind = cursor.tokens.kind(at);
    const label =
      kind === TokenKind.identifier ||
      kind === TokenKind.openQuote ||
      isQuotedText(kind) ||
      kind === TokenKind.closeQuote;
    if (!label) return false;
  }
  return true;
}
