// How the parser finds its feet after an error: as HashiCorp's does (strict), or keeping all that it can (recover).
import { kindAt, peekIndex, previousIndex, read, type Cursor } from "./cursor.ts";
import { beginsItemLine } from "./itemLines.ts";
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

function isOpener(kind: TokenKind): boolean {
  switch (kind) {
    case TokenKind.openBrace:
    case TokenKind.openBracket:
    case TokenKind.openParen:
    case TokenKind.openQuote:
    case TokenKind.openHeredoc:
    case TokenKind.openInterpolation:
    case TokenKind.openDirective:
      return true;
    default:
      return false;
  }
}

/** The brackets that recovery has read over and not yet seen closed. */
class OpenBrackets {
  readonly #open: TokenKind[] = [];
  #braces = 0;

  get empty(): boolean {
    return this.#open.length === 0;
  }

  get insideBraces(): boolean {
    return this.#braces > 0;
  }

  take(kind: TokenKind): void {
    if (isOpener(kind)) {
      this.#open.push(kind === TokenKind.openDirective ? TokenKind.openInterpolation : kind);
      if (kind === TokenKind.openBrace) this.#braces++;
      return;
    }
    const opener = openerOf(kind);
    if (opener === TokenKind.end) return;
    // What was opened inside is closed with it.
    for (let last = this.#open.pop(); last !== undefined; last = this.#open.pop()) {
      if (last === TokenKind.openBrace) this.#braces--;
      if (last === opener) return;
    }
  }
}

/** Reads on until the closer that belongs to the current level, or the end. Returns that token's index. */
export function recoverTo(cursor: Cursor, closer: TokenKind): number {
  cursor.recovery = true;
  // The recovering scan has put in what closes strings and sequences, so those can be waited for.
  if (cursor.mode === "recover" && isBracket(closer)) return keepTo(cursor, closer) ?? loseList(cursor);
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

/**
 * In recover mode: reads on to the closer and returns its index; undefined, with nothing more read, where something
 * comes that ends what is around it: an argument or block on a line of its own, or a closer of another kind.
 */
function keepTo(cursor: Cursor, closer: TokenKind): number | undefined {
  const open = new OpenBrackets();
  for (; ; cursor.next++) {
    const index = cursor.next;
    const kind = cursor.tokens.kind(index);
    if (kind === TokenKind.end) return undefined;
    if (open.empty && kind === closer) {
      cursor.next++;
      return index;
    }
    if (!open.insideBraces && beginsItemLine(cursor, index)) return undefined;
    if (open.empty && endsOuter(kind)) return undefined;
    open.take(kind);
  }
}

function isBracket(closer: TokenKind): boolean {
  return closer === TokenKind.closeParen || closer === TokenKind.closeBracket || closer === TokenKind.closeBrace;
}

function loseList(cursor: Cursor): number {
  cursor.listLost = true;
  return previousIndex(cursor);
}

function endsOuter(kind: TokenKind): boolean {
  return kind === TokenKind.closeBrace || kind === TokenKind.closeSequence || kind === TokenKind.closeQuote;
}

/**
 * After a bad item of a list in parentheses, brackets or braces; `itemStart` is `cursor.next` from before that item.
 * Strict: reads on to the closer and returns its index. In recover mode the list goes on after the next comma or on the
 * next line (then undefined is returned); it is over, with the last token's index, where the block around it goes on.
 */
export function recoverList(cursor: Cursor, closer: TokenKind, itemStart: number): number | undefined {
  cursor.recovery = true;
  if (cursor.mode === "strict") return recoverTo(cursor, closer);
  const open = new OpenBrackets();
  for (; ; cursor.next++) {
    const index = cursor.next;
    const kind = kindAt(cursor, index);
    if (kind === TokenKind.end) return index;
    const inBlock = closer !== TokenKind.closeBrace && !open.insideBraces && beginsItemLine(cursor, index);
    if (inBlock || (open.empty && endsOuter(kind) && kind !== closer)) return loseList(cursor);
    if (open.empty) {
      if (kind === closer) {
        cursor.next++;
        return index;
      }
      // Something of the item must have been read, or the list would never end.
      if (kind === TokenKind.comma || (kind === TokenKind.newline && index > itemStart)) {
        cursor.next++;
        return undefined;
      }
    }
    open.take(kind);
  }
}

/** In recover mode: whether a list in parentheses or brackets must be over, because an argument or block begins. */
export function listIsOver(cursor: Cursor): boolean {
  return cursor.mode === "recover" && beginsItemLine(cursor, peekIndex(cursor));
}

/** Reads on to the newline that ends the current body item, over whatever brackets it still opens. */
export function recoverAfterItem(cursor: Cursor): void {
  cursor.recovery = true;
  const open = new OpenBrackets();
  if (cursor.mode === "recover") {
    keepAfterItem(cursor, open);
    return;
  }
  for (;;) {
    const kind = kindAt(cursor, read(cursor));
    if (kind === TokenKind.end || (kind === TokenKind.newline && open.empty)) return;
    open.take(kind);
  }
}

function keepAfterItem(cursor: Cursor, open: OpenBrackets): void {
  for (; ; cursor.next++) {
    const index = cursor.next;
    const kind = kindAt(cursor, index);
    if (kind === TokenKind.end) return;
    if (open.empty && kind === TokenKind.newline) {
      cursor.next++;
      return;
    }
    if (!open.insideBraces && beginsItemLine(cursor, index)) return;
    if (kind === TokenKind.closeBrace && !open.insideBraces) return;
    open.take(kind);
  }
}
