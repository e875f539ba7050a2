// Entry points of the syntax: whole files, single expressions and templates.
import { parseBody } from "./bodyParser.ts";
import { newCursor, peek, peekSpan, reportFirst, type Cursor, type ParserMode } from "./cursor.ts";
import { hasErrors, type WithDiagnostics } from "./diagnostic.ts";
import { parseExpression } from "./expressionParser.ts";
import { checkTokens } from "./invalidTokens.ts";
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
  mode;
  return parseWith(source, scanSource(source.text), "strict", (cursor) => parseBody(cursor, TokenKind.end));
}

/** Parses a text that is one expression as a whole, such as the value of a `-var` flag. */
export function parseExpressionText(source: SourceText, mode: SyntaxMode): WithDiagnostics<Expression> {
  mode;
  return parseWith(source, scanSource(source.text), "strict", parseWholeExpression);
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

export { hasErrors };
