// Where a heredoc ends in a text that the strict parser refuses, for the editor.
import { identifierEnd, isUnicodeSpace, skipUnicodeSpace, trimUnicodeSpaceEnd } from "./characters.ts";
import { findDamagedMarker } from "./damagedMarker.ts";
import { indentAt, indentOfLine, looksLikeItem, type ScanRecovery } from "./scanRecovery.ts";

/** Where a heredoc's text ends, and the end of the marker there (equal when there is no marker). */
export interface HeredocEnd {
  readonly at: number;
  readonly markerEnd: number;
}

/** The line that is exactly the marker of the heredoc whose text begins at `from`. */
function findMarkerLine(text: string, from: number, to: number, marker: string): HeredocEnd | undefined {
  for (let at = text.indexOf(marker, from); at >= 0 && at < to; at = text.indexOf(marker, at + 1)) {
    let start = at;
    while (start > from && text.charCodeAt(start - 1) !== 0x0a && isUnicodeSpace(text.charCodeAt(start - 1))) start--;
    if (start > from && text.charCodeAt(start - 1) !== 0x0a) continue;
    const end = at + marker.length;
    const newline = text.indexOf("\n", end);
    const lineEnd = newline < 0 ? text.length : newline;
    if (skipUnicodeSpace(text, end, lineEnd) === lineEnd) return { at: start, markerEnd: end };
  }
  return undefined;
}

/** Whether some line of the text from `from` on is exactly this marker. */
export function hasMarkerLine(text: string, recovery: ScanRecovery, from: number, marker: string): boolean {
  return searchMarkerLine(text, recovery, from, marker) !== undefined;
}

function searchMarkerLine(text: string, recovery: ScanRecovery, from: number, marker: string): HeredocEnd | undefined {
  if (recovery.searches <= 0 || recovery.absentMarkers.has(marker)) return undefined;
  const found = findMarkerLine(text, from, text.length, marker);
  if (found !== undefined) return found;
  recovery.searches--;
  recovery.absentMarkers.add(marker);
  return undefined;
}

/** Where the next heredoc of this marker opens, at most `to`: the one before it must have ended by then. */
function nextOpening(text: string, from: number, to: number, marker: string): number {
  for (let at = text.indexOf(marker, from); at >= 0 && at < to; at = text.indexOf(marker, at + 1)) {
    const dash = text.charCodeAt(at - 1) === 0x2d ? 1 : 0;
    if (text.startsWith("<<", at - 2 - dash) && text.charCodeAt(at + marker.length) === 0x0a) return at;
  }
  return to;
}

/**
 * Where the heredoc that opens at `open` and whose text begins at `from` ends: at its marker's line, or, when there is
 * none, at a line that looks like the marker with one letter wrong, or where the block around it goes on.
 */
export function findHeredocEnd(
  text: string,
  recovery: ScanRecovery,
  heredoc: { readonly marker: string; readonly open: number; readonly from: number; readonly limit: number },
): HeredocEnd {
  const { marker, open, from, limit } = heredoc;
  const found = searchMarkerLine(text, recovery, from, marker);
  const to = recovery.searches > 0 ? nextOpening(text, from, Math.min(limit, found?.at ?? limit), marker) : from;
  if (found?.at === to) return found;
  recovery.searches--;
  recovery.problems.push({
    summary: "Unterminated template string",
    detail: `The text that begins here has no end: a line with nothing but "${marker}" is missing.`,
    subject: { start: open, end: trimUnicodeSpaceEnd(text, open, from) },
  });
  recovery.unmarkedSeen = true;
  const damaged = recovery.unmarked === "rest" ? undefined : findDamagedMarker(text, from, to, marker);
  if (damaged !== undefined) return damaged;
  const at =
    recovery.unmarked === "rest"
      ? to
      : structuralEnd(text, from, to, indentOfLine(text, open), recovery.braceIndents.at(-1));
  if (at === text.length) recovery.heredocAtEnd = true;
  return { at, markerEnd: at };
}

/** As `looksLikeItem`, but of `name=value` nothing: in the text of a heredoc that is another language's. */
function looksLikeSpacedItem(text: string, at: number): boolean {
  if (!looksLikeItem(text, at)) return false;
  return text.charCodeAt(identifierEnd(text, at)) !== 0x3d;
}

/** The first line that belongs to the block around a heredoc: its next item, or its closing brace. */
function structuralEnd(
  text: string,
  from: number,
  to: number,
  indent: number,
  blockIndent: number | undefined,
): number {
  for (let line = from; line < to;) {
    const lineIndent = indentAt(text, line);
    const at = line + lineIndent;
    const closes = text.charCodeAt(at) === 0x7d;
    if (closes ? lineIndent === blockIndent : lineIndent === indent && looksLikeSpacedItem(text, at)) return line;
    const newline = text.indexOf("\n", at);
    if (newline < 0) break;
    line = newline + 1;
  }
  return to;
}
