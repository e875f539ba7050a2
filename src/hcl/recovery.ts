// How the parser finds its feet after an error.
import { kindAt, read, type Cursor } from "./cursor.ts";
import { TokenKind } from "./tokens.ts";

/** The opening kind of a closing kind (for sequences `${`; `%{` is counted with it). */
function openerOf(closer: TokenKind): TokenKind {
  switch (closer) {
    case TokenKind.closeBrace:
      return TokenKind.openBrace;
    case TokenKind.closeBracket:
      return TokenKind.openBracket;
    case TokenKind.closeParen:
      return TokenKind.openParen;
    case TokenKind.closeQuote:
      return TokenKind.openQuote;
    case TokenKind.closeHeredoc:
      return TokenKind.openHeredoc;
    case TokenKind.closeSequence:
      return TokenKind.openInterpolation;
    default:
      return TokenKind.end;
  }
}

/** Reads on until the closer that belongs to the current level, or the end. Returns that token's index. */
export function recoverTo(cursor: Cursor, closer: TokenKind): number {
  cursor.recovery = true;
  const opener = openerOf(closer);
  for (let nested = 0; ;) {
    const index = read(cursor);
    const kind = kindAt(cursor, index);
    if (kind === TokenKind.end) return index;
    if (kind === closer) {
      if (nested === 0) return index;
      nested--;
    } else if (kind === opener || (closer === TokenKind.closeSequence && kind === TokenKind.openDirective)) {
      nested++;
    }
  }
}

/** Reads on to the newline that ends the current body item, over whatever brackets it still opens. */
export function recoverAfterItem(cursor: Cursor): void {
  cursor.recovery = true;
  const open: TokenKind[] = [];
  for (;;) {
    const kind = kindAt(cursor, read(cursor));
    switch (kind) {
      case TokenKind.end:
        return;
      case TokenKind.newline:
        if (open.length === 0) return;
        break;
      case TokenKind.openBrace:
      case TokenKind.openBracket:
      case TokenKind.openParen:
      case TokenKind.openQuote:
      case TokenKind.openHeredoc:
      case TokenKind.openInterpolation:
        open.push(kind);
        break;
      case TokenKind.openDirective:
        open.push(TokenKind.openInterpolation);
        break;
      case TokenKind.closeBrace:
      case TokenKind.closeBracket:
      case TokenKind.closeParen:
      case TokenKind.closeQuote:
      case TokenKind.closeHeredoc:
      case TokenKind.closeSequence:
        closeUntil(open, openerOf(kind));
        break;
      default:
    }
  }
}

/** Drops what was opened inside the nearest `opener`, and that one. */
function closeUntil(open: TokenKind[], opener: TokenKind): void {
  while (open.length > 0 && open.pop() !== opener);
}

/** As `recoverTo`, for the rest of a list in parentheses, brackets or braces. */
export function recoverList(cursor: Cursor, closer: TokenKind): number {
  return recoverTo(cursor, closer);
}
