// How many spaces stand before each token of a formatted file: indentation, spacing, alignment, one pass each.
import { spaceBetween } from "./formatSpacing.ts";
import { graphemeCount } from "./graphemeSegmenter.ts";
import { TokenKind, type TokenTable } from "./tokens.ts";

/** One line: tokens from `first` up to `end`; the cells "assign" and "comment" begin where they do, or at `end`. */
interface Line {
  readonly first: number;
  readonly assign: number;
  readonly comment: number;
  readonly end: number;
}

/** Spaces before each token, by its index. */
export function layoutSpaces(text: string, tokens: TokenTable): Int32Array {
  const spaces = new Int32Array(tokens.count);
  const lines = splitLines(tokens);
  indent(tokens, lines, spaces);
  for (const line of lines) space(text, tokens, line, spaces);
  align(text, tokens, lines, spaces);
  return spaces;
}

function isLineEnd(kind: TokenKind): boolean {
  return kind === TokenKind.newline || kind === TokenKind.lineComment;
}

/** What a token adds to the number of open brackets. */
export function bracketChange(kind: TokenKind): number {
  switch (kind) {
    case TokenKind.openBrace:
    case TokenKind.openBracket:
    case TokenKind.openParen:
    case TokenKind.openInterpolation:
    case TokenKind.openDirective:
      return 1;
    case TokenKind.closeBrace:
    case TokenKind.closeBracket:
    case TokenKind.closeParen:
    case TokenKind.closeSequence:
      return -1;
    default:
      return 0;
  }
}

function netBrackets(tokens: TokenTable, from: number, to: number): number {
  let net = 0;
  for (let index = from; index < to; index++) net += bracketChange(tokens.kind(index));
  return net;
}

/** HCL counts no brackets after the opening of a heredoc, although they may be closed on a later line. */
function netBeforeHeredoc(tokens: TokenTable, from: number, to: number): number {
  let end = from;
  while (end < to && tokens.kind(end) !== TokenKind.openHeredoc) end++;
  return netBrackets(tokens, from, end);
}

/** A heredoc is one line, from the line it opens on to the one with its marker. */
function splitLines(tokens: TokenTable): Line[] {
  const lines: Line[] = [];
  const end = tokens.count - 1;
  let first = 0;
  for (let index = 0; index < end; index++) {
    if (!isLineEnd(tokens.kind(index))) continue;
    lines.push(splitCells(tokens, first, index + 1));
    first = index + 1;
  }
  if (first < end) lines.push(splitCells(tokens, first, end));
  return lines;
}

function splitCells(tokens: TokenTable, first: number, end: number): Line {
  const last = tokens.kind(end - 1);
  const commented = end - first > 1 && (last === TokenKind.lineComment || last === TokenKind.comment);
  const comment = commented ? end - 1 : end;
  return { first, assign: findAssign(tokens, first, comment), comment, end };
}

/** The first "=" after the line's first token, when what follows it ends on the line. */
function findAssign(tokens: TokenTable, first: number, end: number): number {
  for (let index = first + 1; index < end; index++)
    if (tokens.kind(index) === TokenKind.assign) return netBrackets(tokens, index, end) === 0 ? index : end;
  return end;
}

/** Two spaces for each line whose brackets are still open, however many it opened. */
function indent(tokens: TokenTable, lines: readonly Line[], spaces: Int32Array): void {
  const open: number[] = [];
  for (const { first, assign, comment } of lines) {
    if (tokens.kind(first) === TokenKind.newline) continue;
    const net = netBeforeHeredoc(tokens, first, assign) + netBeforeHeredoc(tokens, assign, comment);
    for (let closed = -net; closed > 0 && open.length > 0;) {
      const last = open.pop()!;
      if (last > closed) open.push(last - closed);
      closed -= last;
    }
    spaces[first] = 2 * open.length;
    if (net > 0) open.push(net);
  }
}

function space(text: string, tokens: TokenTable, line: Line, spaces: Int32Array): void {
  spaceCell(text, tokens, line.first, line.assign, spaces);
  spaceCell(text, tokens, line.assign, line.comment, spaces);
  // Each cell stands apart from the one before it; alignment may widen that.
  if (line.assign < line.comment) spaces[line.assign] = 1;
}

function spaceCell(text: string, tokens: TokenTable, first: number, end: number, spaces: Int32Array): void {
  for (let index = first + 1; index < end; index++)
    spaces[index] = spaceBetween(text, tokens, index - 1, index - 1 > first) ? 1 : 0;
}

/** Puts the cells of neighbouring lines that have them below each other: first "=", then comments. */
function align(text: string, tokens: TokenTable, lines: readonly Line[], spaces: Int32Array): void {
  const columns = (from: number, to: number): number => {
    let count = 0;
    for (let index = from; index < to; index++)
      count += spaces[index]! + graphemeCount(text.slice(tokens.start(index), tokens.end(index)));
    return count;
  };
  alignCells(
    lines,
    (line) => line.assign < line.comment,
    (line) => columns(line.first, line.assign),
    (line, width) => (spaces[line.assign] = width),
  );
  alignCells(
    lines,
    (line) => line.comment < line.end,
    (line) => columns(line.first, line.comment),
    (line, width) => (spaces[line.comment] = width),
  );
}

function alignCells(
  lines: readonly Line[],
  has: (line: Line) => boolean,
  columns: (line: Line) => number,
  set: (line: Line, spaces: number) => void,
): void {
  for (let start = 0; start < lines.length; start++) {
    if (!has(lines[start]!)) continue;
    const widths: number[] = [];
    let end = start;
    for (; end < lines.length && has(lines[end]!); end++) widths.push(columns(lines[end]!));
    const widest = widths.reduce((most, width) => Math.max(most, width), 0);
    for (let index = start; index < end; index++) set(lines[index]!, widest - widths[index - start]! + 1);
    start = end;
  }
}
