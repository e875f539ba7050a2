// The formatter: spaces between tokens, indentation, and the alignment of "=" and trailing comments, as `nomad fmt` has
// them. It changes nothing but spaces and tabs between tokens. Nomad: command/fmt.go with hclwrite.Format (HCL 2.20).
import type { Diagnostic } from "./diagnostic.ts";
import { layoutSpaces } from "./formatLayout.ts";
import { parseSource, tokenize } from "./parser.ts";
import type { SourceText, Span } from "./source.ts";
import { TokenKind, type TokenTable } from "./tokens.ts";

/** A replacement of a range of the text. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

export type FormatResult =
  | { readonly ok: true; readonly text: string; readonly edits: readonly TextEdit[] }
  /** The text has syntax errors, so it stays as it is. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Formats a file of HCL's native syntax.
 * @returns the text and the edits that make it, smallest first to last; or, for a text that is not HCL, its errors.
 */
export function format(source: SourceText): FormatResult {
  const { diagnostics } = parseSource(source, "strict");
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const edits = spacingEdits(source, tokenize(source));
  return { ok: true, text: applyEdits(source.text, edits), edits };
}

/** Which edits are wanted: all, those that touch a range, or those of a place where something was just typed. */
export type FormatScope =
  | { readonly kind: "file" }
  | { readonly kind: "range"; readonly span: Span }
  /** After a newline or a closing brace: the line of `offset`, the one before it, and what is aligned with them. */
  | { readonly kind: "typed"; readonly offset: number };

/** The smallest edits that format a file, or a part of it. None for a text that is not HCL. */
export function formatEdits(source: SourceText, scope: FormatScope = { kind: "file" }): readonly TextEdit[] {
  const result = format(source);
  if (!result.ok) return [];
  if (scope.kind === "file") return result.edits;
  const { first, last } = scope.kind === "range" ? linesOf(source, scope.span) : paragraph(source, scope.offset);
  return result.edits.filter(({ span }) => {
    const { line } = source.position(span.start);
    return line >= first && line <= last;
  });
}

function linesOf(source: SourceText, span: Span): { first: number; last: number } {
  const first = source.position(span.start).line;
  // A range that ends at the start of a line does not mean that line.
  const last = source.position(Math.max(span.start, span.end - 1)).line;
  return { first, last };
}

/** The lines around an offset up to the next empty ones: as far as alignment reaches. */
function paragraph(source: SourceText, offset: number): { first: number; last: number } {
  const { line } = source.position(offset);
  const isEmpty = (number: number): boolean => {
    const start = source.lineStarts[number];
    if (start === undefined) return true;
    return source.text.slice(start, source.lineStarts[number + 1] ?? source.text.length).trim() === "";
  };
  let first = line;
  while (first > 0 && (first === line || !isEmpty(first - 1))) first--;
  let last = line;
  // A line that was just begun is still empty: what comes after it was not touched.
  if (!isEmpty(line)) while (!isEmpty(last + 1)) last++;
  return { first, last };
}

function spacingEdits(source: SourceText, tokens: TokenTable): TextEdit[] {
  const { text } = source;
  const spaces = layoutSpaces(text, tokens);
  const edits: TextEdit[] = [];
  // What stands before the first token: spaces, and a byte order mark, which is left out.
  let end = 0;
  for (let index = 0; index < tokens.count; index++) {
    const start = tokens.start(index);
    // At the end of the file as many columns stay as there are.
    const wanted = tokens.kind(index) === TokenKind.end ? start - end : spaces[index]!;
    if (start - end !== wanted || !isSpaces(text, end, start))
      edits.push({ span: { start: end, end: start }, newText: " ".repeat(wanted) });
    end = tokens.end(index);
  }
  return edits;
}

function isSpaces(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) !== 0x20) return false;
  return true;
}

/** The text with edits applied; they are in order and do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { span, newText } of edits) {
    parts.push(text.slice(at, span.start), newText);
    at = span.end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}
