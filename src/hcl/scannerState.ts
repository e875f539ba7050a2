// What the scanner knows while it works, and the steps that all its parts share.
import { isLoneSurrogate } from "./characters.ts";
import type { HeredocEnd } from "./heredocEnd.ts";
import type { ScanRecovery } from "./scanRecovery.ts";
import { TokenKind, type TokenTable } from "./tokens.ts";

/** What the scanner is inside of: code (the file itself, or a `${…}`), quotes, a heredoc, or a bare template. */
export type Mode = "code" | "quotes" | "heredoc" | "template";

export interface Level {
  readonly mode: Mode;
  /** Code: braces opened and not yet closed. */
  braces: number;
  /** Heredoc: the marker that ends it. */
  readonly marker: string;
  /** Heredoc: whether the scanner stands at the start of a line, the only place where the marker counts. */
  lineStart: boolean;
  /** Heredoc: where its text must end at the latest (recovering scan only; otherwise never). */
  readonly end: HeredocEnd;
}

export const NEVER: HeredocEnd = { at: Number.POSITIVE_INFINITY, markerEnd: Number.POSITIVE_INFINITY };

export interface Scanner {
  readonly text: string;
  /** The same text: what every character of a file goes through reads numbers, which costs no call. */
  readonly codes: Uint16Array;
  readonly tokens: TokenTable;
  readonly levels: Level[];
  level: Level;
  at: number;
  /** Set in a recovering scan: unclosed quotes end with their line, unclosed heredocs where they most likely should. */
  readonly recovery: ScanRecovery | undefined;
}

export function newLevel(mode: Mode, marker: string, end: HeredocEnd): Level {
  return { mode, braces: 0, marker, lineStart: true, end };
}

export function enter(scanner: Scanner, mode: Mode, marker = "", end = scanner.level.end): void {
  scanner.level = newLevel(mode, marker, end);
  scanner.levels.push(scanner.level);
}

export function leave(scanner: Scanner): void {
  scanner.levels.pop();
  scanner.level = scanner.levels.at(-1)!;
}

export function emit(scanner: Scanner, kind: TokenKind, length: number): void {
  scanner.tokens.add(kind, scanner.at, scanner.at + length);
  scanner.at += length;
}

export function scanUnknown(scanner: Scanner): void {
  const { text, at } = scanner;
  if (isLoneSurrogate(text, at)) emit(scanner, TokenKind.badEncoding, 1);
  else emit(scanner, TokenKind.invalid, text.codePointAt(at)! > 0xffff ? 2 : 1);
}

export function newlineLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 0x0a) return 1;
  return code === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 2 : 0;
}
