// The literal text of templates after strip markers and heredoc indentation, before directives are nested.
import { graphemeCount, graphemeSegments } from "./graphemeSegmenter.ts";
import { skipUnicodeSpace, trimUnicodeSpaceEnd } from "./characters.ts";
import type { Span } from "./source.ts";
import type { Expression, TemplateExpression } from "./syntax.ts";

/** One literal or sequence of a template, in source order. */
export type Piece =
  | LiteralPiece
  | {
      readonly kind: "interpolation";
      readonly expression: Expression;
      readonly height: number;
      readonly span: Span;
    }
  | { readonly kind: "if"; readonly condition: Expression; readonly height: number; readonly span: Span }
  | {
      readonly kind: "for";
      readonly keyVariable: string | undefined;
      readonly valueVariable: string;
      readonly collection: Expression;
      readonly height: number;
      readonly span: Span;
    }
  | { readonly kind: "else" | "endif" | "endfor" | "end"; readonly span: Span };

export interface LiteralPiece {
  readonly kind: "literal";
  value: string;
  span: Span;
  /** `~}` stands right before it. */
  readonly trimStart: boolean;
  /** `${~` or `%{~` stands right after it. */
  trimEnd: boolean;
}

/** Applies strip markers and indentation in place, and joins neighbouring literals. */
export function finishLiterals(pieces: Piece[], form: TemplateExpression["form"]): void {
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!;
    if (piece.kind === "literal" && (piece.trimStart || piece.trimEnd)) strip(piece);
  }
  if (form === "heredoc-indented") removeIndentation(pieces);
  joinLiterals(pieces);
}

function strip(piece: LiteralPiece): void {
  if (piece.trimStart) piece.value = piece.value.slice(skipUnicodeSpace(piece.value, 0, piece.value.length));
  if (piece.trimEnd) piece.value = piece.value.slice(0, trimUnicodeSpaceEnd(piece.value, 0, piece.value.length));
}

/**
 * `<<-`: takes the smallest indentation off every literal. Counted in grapheme clusters of the lines' own literal text;
 * lines of spaces only do not count, a line that begins with a sequence has no indentation.
 */
function removeIndentation(pieces: readonly Piece[]): void {
  let smallest = Number.POSITIVE_INFINITY;
  let lineStart = true;
  const adjusted: LiteralPiece[] = [];
  for (const piece of pieces) {
    if (piece.kind === "end") break;
    let indentation = 0;
    const atLineStart = lineStart;
    lineStart = false;
    if (piece.kind === "literal") {
      const spaces = skipUnicodeSpace(piece.value, 0, piece.value.length);
      lineStart = piece.value.endsWith("\n");
      if (spaces === piece.value.length && lineStart) {
        indentation = Number.POSITIVE_INFINITY;
      } else {
        indentation = graphemeCount(piece.value.slice(0, spaces));
        if (atLineStart) adjusted.push(piece);
      }
    }
    if (atLineStart) smallest = Math.min(smallest, indentation);
  }
  if (smallest === Number.POSITIVE_INFINITY) return;
  for (const piece of adjusted) {
    const removed = lengthOfClusters(piece.value, smallest);
    piece.value = piece.value.slice(removed);
    piece.span = { start: piece.span.start + removed, end: piece.span.end };
  }
}

/** How many code units the first `count` grapheme clusters of a text have. */
function lengthOfClusters(text: string, count: number): number {
  if (graphemeCount(text.slice(0, count + 1)) === Math.min(count + 1, text.length)) return Math.min(count, text.length);
  let clusters = 0;
  for (const { index } of graphemeSegments(text)) if (clusters++ === count) return index;
  return text.length;
}

function joinLiterals(pieces: Piece[]): void {
  let kept = 0;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!;
    const previous = kept > 0 ? pieces[kept - 1] : undefined;
    if (piece.kind === "literal" && previous?.kind === "literal") {
      previous.value += piece.value;
      previous.span = { start: previous.span.start, end: piece.span.end };
    } else {
      pieces[kept++] = piece;
    }
  }
  pieces.length = kept;
}
