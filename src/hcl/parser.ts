// Entry points of the syntax: whole files, single expressions and templates.
import { parseBody } from "./bodyParser.ts";
import { newCursor, peek, peekIndex, peekSpan, reportFirst, type Cursor, type ParserMode } from "./cursor.ts";
import type { Diagnostic, WithDiagnostics } from "./diagnostic.ts";
import { parseExpression } from "./expressionParser.ts";
import { checkTokens } from "./invalidTokens.ts";
import { mendBraces } from "./layout.ts";
import { newScanRecovery, type ScanGuesses, type ScanRecovery } from "./scanRecovery.ts";
import { scanSource, scanTemplate } from "./scanner.ts";
import type { SourceText } from "./source.ts";
import type { Body, Expression } from "./syntax.ts";
import { parseBareTemplate } from "./templateParser.ts";
import { TokenKind, type TokenTable } from "./tokens.ts";

/**
 * `strict` = HashiCorp's verdict, messages and recovery (HCL 2.20, as in Nomad 2.0): for running, and for the tree of
 * a text without errors. `editor` = for a text with errors: as much of the tree as can be kept, and few messages. It
 * reports an error exactly when `strict` does.
 */
export type SyntaxMode = "strict" | "editor";

/** The tokens of a file, for editor features: kinds and UTF-16 offsets, comments and newlines included. */
export function tokenize(source: SourceText): TokenTable {
  return scanSource(source.text);
}

/** Parses a file in HCL's native syntax. Never throws; the tree is complete whatever the text is. */
export function parseSource(source: SourceText, mode: SyntaxMode): WithDiagnostics<Body> {
  return parseText(source, mode, (cursor) => parseBody(cursor, peekIndex(cursor), TokenKind.end));
}

/** Parses a text that is one expression as a whole, such as the value of a `-var` flag. */
export function parseExpressionText(source: SourceText, mode: SyntaxMode): WithDiagnostics<Expression> {
  return parseText(source, mode, parseWholeExpression);
}

function parseText<T>(source: SourceText, mode: SyntaxMode, parse: (cursor: Cursor) => T): WithDiagnostics<T> {
  const strict = parseWith(source, scanSource(source.text), "strict", parse);
  if (mode === "strict" || strict.diagnostics.length === 0) return strict;
  const recovered = parseRecovering(source, parse);
  if (recovered.diagnostics.length > 0) return recovered;
  // The editor's reading may mend what HCL refuses; HCL's verdict stands, and its first message says why.
  return { value: recovered.value, diagnostics: strict.diagnostics.slice(0, 1) };
}

function parseRecovering<T>(source: SourceText, parse: (cursor: Cursor) => T): WithDiagnostics<T> {
  const recovery = newScanRecovery({ unmarked: "indented", sequences: "heredoc" });
  let best = parseScanned(source, recovery, parse);
  const retry = (guesses: ScanGuesses): void => {
    const other = parseScanned(source, newScanRecovery(guesses), parse);
    if (other.diagnostics.length < best.diagnostics.length) best = other;
  };
  // A heredoc without an end, or something in it without one: which reading of its lines explains more?
  if (recovery.sequenceSeen && best.diagnostics.length > 1) retry({ unmarked: "indented", sequences: "line" });
  if (recovery.unmarkedSeen && best.diagnostics.length > 1) retry({ unmarked: "rest", sequences: "heredoc" });
  return best;
}

function parseScanned<T>(source: SourceText, recovery: ScanRecovery, parse: (cursor: Cursor) => T): WithDiagnostics<T> {
  const scanned = scanSource(source.text, recovery);
  const parseTokens = (tokens: TokenTable, strays: readonly number[]): WithDiagnostics<T> => {
    const parsed = parseWith(source, tokens, "recover", (cursor) => {
      // That the end of the file closes no block follows from a heredoc that reaches it.
      cursor.unclosedReported = recovery.heredocAtEnd;
      return parse(cursor);
    });
    return { value: parsed.value, diagnostics: tidy(source, parsed.diagnostics, recovery, strays) };
  };
  const byIndentation = mendBraces(source.text, scanned, "indentation");
  if (byIndentation === undefined) return parseTokens(scanned, []);
  const first = parseTokens(byIndentation.tokens, byIndentation.strays);
  if (first.diagnostics.length < 2) return first;
  // Indentation may mislead: where counting alone leaves less to be said, it is right.
  const byCount = mendBraces(source.text, scanned, "count") ?? byIndentation;
  const second = parseTokens(byCount.tokens, byCount.strays);
  return second.diagnostics.length < first.diagnostics.length ? second : first;
}

/** What a reading has to say: the parser's messages and the scan's, each fault once, in source order. */
function tidy(
  source: SourceText,
  parsed: readonly Diagnostic[],
  recovery: ScanRecovery,
  strays: readonly number[],
): Diagnostic[] {
  const diagnostics = onePerLine(source, parsed);
  for (const problem of recovery.problems) diagnostics.push({ severity: "error", ...problem, source });
  // Where something else is wrong, a closing brace too many is what follows from it.
  const [stray] = diagnostics.length === 0 ? strays : [];
  if (stray !== undefined)
    diagnostics.push({
      severity: "error",
      summary: "Argument or block definition required",
      detail: "This closing brace closes nothing. Remove it, or check the braces of the blocks before it.",
      subject: { start: stray, end: stray + 1 },
      source,
    });
  diagnostics.sort((left, right) => (left.subject?.start ?? 0) - (right.subject?.start ?? 0));
  return diagnostics.slice(0, MOST_MESSAGES);
}

/** An editor has no use for more, and a text with more is no HCL at all. */
const MOST_MESSAGES = 200;

/** One slip of the keyboard may make several characters of a line meaningless; the first message says it. */
function onePerLine(source: SourceText, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<number>();
  return diagnostics.filter((diagnostic) => {
    const { line } = source.position(diagnostic.subject?.start ?? 0);
    if (seen.has(line)) return false;
    seen.add(line);
    return true;
  });
}

/** Parses a text that is a template without quotes, such as a string of HCL-JSON or of a driver's configuration. */
export function parseTemplateText(source: SourceText): WithDiagnostics<Expression> {
  return parseWith(source, scanTemplate(source.text), "strict", parseBareTemplate);
}

function parseWith<T>(
  source: SourceText,
  tokens: TokenTable,
  mode: ParserMode,
  parse: (cursor: Cursor) => T,
): WithDiagnostics<T> {
  const cursor = newCursor(source, tokens, mode);
  cursor.diagnostics.push(...checkTokens(source, tokens));
  const value = parse(cursor);
  return { value, diagnostics: cursor.diagnostics };
}

function parseWholeExpression(cursor: Cursor): Expression {
  cursor.newlines = false;
  const expression = parseExpression(cursor);
  if (peek(cursor) !== TokenKind.end)
    reportFirst(
      cursor,
      "Extra characters after expression",
      "The expression ends before this place. Remove what follows, or join it with an operator.",
      peekSpan(cursor),
    );
  return expression;
}
