// How the editor's scan reads strings that are not closed: quotes end with their line, a heredoc where its marker most
// likely should be (heredocEnd.ts), a `${…}` before the next line that is clearly an argument or block.
import { identifierEnd, isUnicodeSpace } from "./characters.ts";
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
  /** Where the line of the last brace begins, its indentation, and up to where newlines have been looked for. */
  lineStart: number;
  lineIndent: number;
  linesSeen: number;
  /** Markers of heredocs that no later line of the text has. */
  readonly absentMarkers: Set<string>;
  readonly problems: ScanProblem[];
  /** What a heredoc without any marker is taken to contain: what indentation allows, or the rest of the text. */
  readonly unmarked: "indented" | "rest";
  /** Whether `unmarked` made a difference. */
  unmarkedSeen: boolean;
  /** Whether a heredoc without an end reaches the end of the text. */
  heredocAtEnd: boolean;
  /** Where a `${…}` or `%{…}` in a heredoc must end: with the heredoc, or (unless it opens a brace) with its line. */
  readonly sequences: "heredoc" | "line";
  /** Whether `sequences` made a difference. */
  sequenceSeen: boolean;
  /** How many more heredocs are searched the text for. */
  searches: number;
}

/** A text with more heredocs than this without an end is no job file, and each search may read all of it. */
const SEARCHES = 50;

/** The guesses that a scan is made with; the reading with the fewest errors wins. */
export type ScanGuesses = Pick<ScanRecovery, "unmarked" | "sequences">;

export function newScanRecovery({ unmarked, sequences }: ScanGuesses): ScanRecovery {
  return {
    braceIndents: [],
    lineStart: 0,
    lineIndent: 0,
    linesSeen: 0,
    absentMarkers: new Set(),
    problems: [],
    unmarked,
    unmarkedSeen: false,
    heredocAtEnd: false,
    sequences,
    sequenceSeen: false,
    searches: SEARCHES,
  };
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

export function indentAt(text: string, lineStart: number): number {
  let at = lineStart;
  while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09) at++;
  return at - lineStart;
}

/** Notes the indentation of the line of an opening brace. Goes over the text once, however long its lines are. */
export function noteBrace(recovery: ScanRecovery, text: string, at: number): void {
  const { lineStart, linesSeen } = recovery;
  for (; recovery.linesSeen < at; recovery.linesSeen++)
    if (text.charCodeAt(recovery.linesSeen) === 0x0a) recovery.lineStart = recovery.linesSeen + 1;
  if (linesSeen === 0 || recovery.lineStart > lineStart) recovery.lineIndent = indentAt(text, recovery.lineStart);
  recovery.braceIndents.push(recovery.lineIndent);
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
