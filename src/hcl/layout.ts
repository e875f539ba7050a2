// Mends braces by indentation, for the editor: where a closing brace is missing, the block that is to blame is the one
// whose text the indentation says is over. Used only on texts whose braces do not pair.
import { indentOfLine } from "./scanRecovery.ts";
import { isQuotedText, TokenKind, TokenTable } from "./tokens.ts";

/** Tokens with braces of no width put in where they are missing, and without stray closing braces. */
export interface MendedTokens {
  readonly tokens: TokenTable;
  /** Offsets of the closing braces that were left out. */
  readonly strays: readonly number[];
}

interface Open {
  /** Indentation of the line with the brace. */
  readonly indent: number;
}

interface Walk {
  readonly text: string;
  readonly tokens: TokenTable;
  readonly indented: boolean;
  readonly stack: Open[];
  /** Braces still missing (`> 0`: closing, `< 0`: opening) as far as plain counting tells. */
  missing: number;
  /** Token index → what to put before it. */
  readonly inserted: Map<number, "open" | number>;
  readonly dropped: Set<number>;
}

/** Mends the braces of `tokens` by indentation or by counting alone, or returns undefined when they pair. */
export function mendBraces(text: string, tokens: TokenTable, by: "indentation" | "count"): MendedTokens | undefined {
  const balance = countBraces(tokens);
  if (balance.missing === 0 && balance.lowest === 0) return undefined;
  const indented = by === "indentation" && isIndented(text, tokens);
  let walk = walkTokens(text, tokens, balance.missing, indented);
  // Braces put in and braces left over at once: this text's indentation tells nothing after all.
  if (walk.inserted.size > 0 && walk.dropped.size > 0) walk = walkTokens(text, tokens, balance.missing, false);
  return { tokens: rebuild(walk), strays: Array.from(walk.dropped, (index) => tokens.start(index)) };
}

function walkTokens(text: string, tokens: TokenTable, missing: number, indented: boolean): Walk {
  const walk: Walk = { text, tokens, indented, stack: [], missing, inserted: new Map(), dropped: new Set() };
  for (let line = 0; line < tokens.count - 1;) line = walkLine(walk, line);
  return walk;
}

function countBraces(tokens: TokenTable): { missing: number; lowest: number } {
  let missing = 0;
  let lowest = 0;
  for (let index = 0; index < tokens.count; index++) {
    const kind = tokens.kind(index);
    if (kind === TokenKind.openBrace) missing++;
    else if (kind === TokenKind.closeBrace) lowest = Math.min(lowest, --missing);
  }
  return { missing, lowest };
}

function isNewline(kind: TokenKind): boolean {
  return kind === TokenKind.newline || kind === TokenKind.lineComment;
}

/** Index after the line that `index` is in. */
function lineEnd(tokens: TokenTable, index: number): number {
  let at = index;
  while (at < tokens.count - 1 && !isNewline(tokens.kind(at))) at++;
  return Math.min(at + 1, tokens.count - 1);
}

/** The indentation that lines after the line of `end - 1` have: that of the next line with anything on it. */
function nextIndent(text: string, tokens: TokenTable, end: number): number {
  let index = end;
  while (index < tokens.count - 1 && isNewline(tokens.kind(index))) index++;
  return index < tokens.count - 1 ? indentOfLine(text, tokens.start(index)) : -1;
}

/** Whether most blocks of the text indent what is in them; otherwise indentation tells nothing. */
function isIndented(text: string, tokens: TokenTable): boolean {
  let blocks = 0;
  let indented = 0;
  for (let index = 0; index + 1 < tokens.count && blocks < 200; index++) {
    if (tokens.kind(index) !== TokenKind.openBrace || !isNewline(tokens.kind(index + 1))) continue;
    blocks++;
    if (nextIndent(text, tokens, index + 1) > indentOfLine(text, tokens.start(index))) indented++;
  }
  return indented * 10 >= blocks * 7;
}

function walkLine(walk: Walk, first: number): number {
  const { text, tokens, stack } = walk;
  const end = lineEnd(tokens, first);
  if (isNewline(tokens.kind(first))) return end;
  const indent = indentOfLine(text, tokens.start(first));
  if (walk.indented) closeEnded(walk, first, indent);
  if (walk.missing < 0 && lacksBrace(walk, first, end, indent)) {
    walk.inserted.set(end - 1, "open");
    walk.missing++;
    stack.push({ indent });
  }
  for (let index = first; index < end; index++) {
    const kind = tokens.kind(index);
    if (kind === TokenKind.openBrace) stack.push({ indent });
    else if (kind === TokenKind.closeBrace) closeOne(walk, index, index === first ? indent : undefined);
  }
  return end;
}

/** Puts closing braces before a line that cannot be inside the innermost blocks. */
function closeEnded(walk: Walk, first: number, indent: number): void {
  const { tokens, stack } = walk;
  if (walk.missing <= 0) return;
  const closes = tokens.kind(first) === TokenKind.closeBrace;
  if (!closes && !beginsItem(tokens, first)) return;
  // A closing brace ends the block of its own indentation; everything deeper is over.
  if (closes && !stack.some((open) => open.indent === indent)) return;
  let count = 0;
  while (walk.missing > 0 && stack.length > 0) {
    const top = stack.at(-1)!;
    if (closes ? top.indent <= indent : top.indent < indent) break;
    stack.pop();
    walk.missing--;
    count++;
  }
  if (count > 0) walk.inserted.set(first, count);
}

function beginsItem(tokens: TokenTable, first: number): boolean {
  if (tokens.kind(first) !== TokenKind.identifier) return false;
  const next = tokens.kind(first + 1);
  return next === TokenKind.assign || next === TokenKind.openBrace || next === TokenKind.openQuote;
}

/** Takes one closing brace: as the end of the innermost block, or as a stray one that is left out. */
function closeOne(walk: Walk, index: number, lineIndent: number | undefined): void {
  const { stack } = walk;
  const top = stack.at(-1);
  const misplaced = walk.missing < 0 && walk.indented && lineIndent !== undefined && (top?.indent ?? -1) < lineIndent;
  if (top === undefined || misplaced) {
    walk.dropped.add(index);
    walk.missing++;
  } else {
    stack.pop();
  }
}

/** Whether a line is the header of a block but for its brace: names and labels, then deeper lines. */
function lacksBrace(walk: Walk, first: number, end: number, indent: number): boolean {
  const { text, tokens } = walk;
  if (tokens.kind(first) !== TokenKind.identifier || !isNewline(tokens.kind(end - 1))) return false;
  for (let index = first + 1; index < end - 1; index++) {
    const kind = tokens.kind(index);
    const label =
      kind === TokenKind.identifier ||
      kind === TokenKind.openQuote ||
      isQuotedText(kind) ||
      kind === TokenKind.closeQuote;
    if (!label) return false;
  }
  return nextIndent(text, tokens, end) > (walk.indented ? indent : -1);
}

function rebuild(walk: Walk): TokenTable {
  const { tokens, inserted, dropped } = walk;
  const mended = new TokenTable(0);
  for (let index = 0; index < tokens.count; index++) {
    const start = tokens.start(index);
    const extra = inserted.get(index);
    if (extra === "open") {
      mended.add(TokenKind.openBrace, start, start);
    } else if (extra !== undefined) {
      const lineStart = start - indentOfLine(walk.text, start);
      for (let count = 0; count < extra; count++) {
        mended.add(TokenKind.closeBrace, lineStart, lineStart);
        mended.add(TokenKind.newline, lineStart, lineStart);
      }
    }
    if (!dropped.has(index)) mended.add(tokens.kind(index), start, tokens.end(index));
  }
  return mended;
}
