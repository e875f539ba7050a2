// How the editor's scan reads strings that are not closed: quotes end with their line, a heredoc where its marker most
// likely should be, a `${…}` before the next line that is clearly an argument or block.
import { identifierEnd, isUnicodeSpace, skipUnicodeSpace, trimUnicodeSpaceEnd } from "./characters.ts";
import { findDamagedMarker } from "./damagedMarker.ts";
import type { Span } from "./source.ts";

/** Something that the scan itself mended, to be reported. */
export interface ScanProblem {
  readonly summary: string;
  readonly detail: string;
  readonly subject: Span;
}

export interface ScanRecovery {
  /** Indentation of the lines whose braces are open. */
  readonly braceIndents: number[];
  /** Markers of heredocs that no later line of the text has. */
  readonly absentMarkers: Set<string>;
  readonly problems: ScanProblem[];
}

export function newScanRecovery(): ScanRecovery {
  return { braceIndents: [], absentMarkers: new Set(), problems: [] };
}

/** Where a heredoc's text ends, and the end of the marker there (equal when there is no marker). */
export interface HeredocEnd {
  readonly at: number;
  readonly markerEnd: number;
}

/** Looking back and ahead is bounded, so that hostile texts stay linear. */
const LOOK_LIMIT = 2000;

/** Number of spaces and tabs before the first other character of the line that `at` is in. */
export function indentOfLine(text: string, at: number): number {
  let start = at;
  const bound = Math.max(0, at - LOOK_LIMIT);
  while (start > bound && text.charCodeAt(start - 1) !== 0x0a) start--;
  return indentAt(text, start);
}

function indentAt(text: string, lineStart: number): number {
  let at = lineStart;
  while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09) at++;
  return at - lineStart;
}

/** Whether an argument (`name =`), a block (`name {`, `name "label"`) or a closing brace begins at `at`. */
export function looksLikeItem(text: string, at: number): boolean {
  if (text.charCodeAt(at) === 0x7d) return true;
  const nameEnd = identifierEnd(text, at);
  if (nameEnd === at) return false;
  let next = nameEnd;
  while (text.charCodeAt(next) === 0x20 || text.charCodeAt(next) === 0x09) next++;
  const code = text.charCodeAt(next);
  if (code === 0x3d) return text.charCodeAt(next + 1) !== 0x3d && text.charCodeAt(next + 1) !== 0x3e;
  return code === 0x7b || (code === 0x22 && next > nameEnd);
}

/** Whether an unclosed `${` in quotes is over at the line that begins at `lineStart`. `braces` are those open in it. */
export function interpolationEndsAtLine(text: string, lineStart: number, braces: number): boolean {
  if (braces > 0) return false;
  let at = lineStart;
  const bound = Math.min(text.length, lineStart + LOOK_LIMIT);
  while (at < bound && isUnicodeSpace(text.charCodeAt(at))) at++;
  return at >= text.length || looksLikeItem(text, at);
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

/** Where the next heredoc of this marker opens: the one before it must have ended by then. */
function nextOpening(text: string, from: number, marker: string): number {
  for (let at = text.indexOf(marker, from); at >= 0; at = text.indexOf(marker, at + 1)) {
    const dash = text.charCodeAt(at - 1) === 0x2d ? 1 : 0;
    if (text.startsWith("<<", at - 2 - dash) && text.charCodeAt(at + marker.length) === 0x0a) return at;
  }
  return text.length;
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
  const { marker, open, from } = heredoc;
  const to = Math.min(heredoc.limit, nextOpening(text, from, marker));
  if (!recovery.absentMarkers.has(marker)) {
    const found = findMarkerLine(text, from, to, marker);
    if (found !== undefined) return found;
    if (to === text.length) recovery.absentMarkers.add(marker);
  }
  recovery.problems.push({
    summary: "Unterminated template string",
    detail: `The text that begins here has no end: a line with nothing but "${marker}" is missing.`,
    subject: { start: open, end: trimUnicodeSpaceEnd(text, open, from) },
  });
  const damaged = findDamagedMarker(text, from, to, marker);
  if (damaged !== undefined) return damaged;
  const at = structuralEnd(text, from, to, indentOfLine(text, open), recovery.braceIndents.at(-1));
  return { at, markerEnd: at };
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
    if (closes ? lineIndent === blockIndent : lineIndent === indent && looksLikeItem(text, at)) return line;
    const newline = text.indexOf("\n", at);
    if (newline < 0) break;
    line = newline + 1;
  }
  return to;
}
