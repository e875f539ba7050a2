// Closers that a recovering scan puts where the text has none. A closing token of no width says: it is not there.
import { skipUnicodeSpace } from "./characters.ts";
import { leave, emit, type Scanner } from "./scannerState.ts";
import { interpolationEndsAtLine, looksLikeItem } from "./scanRecovery.ts";
import { TokenKind } from "./tokens.ts";

function closeMissing(scanner: Scanner, kind: TokenKind): void {
  scanner.tokens.add(kind, scanner.at, scanner.at);
  leave(scanner);
}

/** Ends the quotes that the line leaves open, and the `${…}` and quotes around them. */
export function endStringsAtLine(scanner: Scanner): void {
  closeMissing(scanner, TokenKind.closeQuote);
  while (scanner.levels.length > 2 && scanner.level.mode === "code" && scanner.levels.at(-2)!.mode === "quotes") {
    closeMissing(scanner, TokenKind.closeSequence);
    closeMissing(scanner, TokenKind.closeQuote);
  }
}

/** After a newline in a `${…}`: ends it when the string around it must be over. */
export function endInterpolationAtLine(scanner: Scanner): void {
  while (scanner.level.mode === "code" && scanner.levels.length > 1) {
    const outer = scanner.levels.at(-2)!;
    if (outer.mode === "quotes") {
      const inHeredoc = scanner.at >= outer.end.at;
      if (!inHeredoc && !interpolationEndsAtLine(scanner.text, scanner.at, scanner.level.braces)) return;
      closeMissing(scanner, TokenKind.closeSequence);
      closeMissing(scanner, TokenKind.closeQuote);
      // The newline that was just read was inside; the string is followed by one, too.
      scanner.tokens.add(TokenKind.newline, scanner.at, scanner.at);
    } else {
      if (scanner.at < outer.end.at && !endsWithLine(scanner)) return;
      closeMissing(scanner, TokenKind.closeSequence);
      outer.lineStart = true;
    }
  }
}

/** Whether the `${…}` that the scan of a heredoc is in is taken to have ended with the line before. */
function endsWithLine({ level, recovery }: Scanner): boolean {
  if (recovery === undefined || level.braces > 0) return false;
  recovery.sequenceSeen = true;
  return recovery.sequences === "line";
}

export function endHeredoc(scanner: Scanner): void {
  const { markerEnd } = scanner.level.end;
  if (markerEnd > scanner.at) {
    emit(scanner, TokenKind.closeHeredoc, markerEnd - scanner.at);
    leave(scanner);
    // The marker has lost the newline after it; the heredoc's own message says so.
    if (looksLikeItem(scanner.text, skipUnicodeSpace(scanner.text, markerEnd, scanner.text.length)))
      scanner.tokens.add(TokenKind.newline, markerEnd, markerEnd);
  } else {
    closeMissing(scanner, TokenKind.closeHeredoc);
    scanner.tokens.add(TokenKind.newline, scanner.at, scanner.at);
  }
}

export function closeOpenLevels(scanner: Scanner): void {
  while (scanner.levels.length > 1) {
    const { mode } = scanner.level;
    if (mode === "quotes") closeMissing(scanner, TokenKind.closeQuote);
    else closeMissing(scanner, mode === "heredoc" ? TokenKind.closeHeredoc : TokenKind.closeSequence);
  }
}
