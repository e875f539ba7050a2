// A source file: text, name, and the conversions between the offsets we use and the positions others want.
import { graphemeCount } from "./graphemeSegmenter.ts";
import { scanSource } from "./scanner.ts";
import type { TokenTable } from "./tokens.ts";

/** A half-open range of UTF-16 code unit offsets into one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A position as the Language Server Protocol counts: both from 0, `character` in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A position as HCL and Nomad print it: line and column from 1, column in grapheme clusters. */
export interface HclPosition {
  readonly line: number;
  readonly column: number;
}

// Everything below U+0300 is one cluster a code unit, except CR LF, which never stands inside a line.
const NEEDS_SEGMENTER = /[^\u0000-\u02ff]/;

/** Index of the first token that ends after `offset`. */
function firstTokenAfter(tokens: TokenTable, offset: number): number {
  let low = 0;
  let high = tokens.count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens.end(middle) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** One source text with its name. Immutable; the line table is made on first use. */
export class SourceText {
  readonly name: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;
  #tokens: TokenTable | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** Offsets at which lines start; lines end with LF (a CR before it belongs to the line). */
  get lineStarts(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) starts.push(at + 1);
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }

  /** The LSP position of a UTF-16 offset; offsets outside the text are clamped. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - (starts[low] ?? 0) };
  }

  /** The UTF-16 offset of an LSP position; characters past the line's end are clamped to it. */
  offset(position: Position): number {
    const start = this.lineStarts[position.line];
    if (start === undefined) return this.text.length;
    const next = this.lineStarts[position.line + 1] ?? this.text.length + 1;
    return Math.min(start + position.character, next - 1);
  }

  range(span: Span): Range {
    return { start: this.position(span.start), end: this.position(span.end) };
  }

  /**
   * The position as HashiCorp's tools count it (line and grapheme column from 1). A cluster never reaches over the
   * border of two of HCL's tokens: outside strings an emoji of five code points is five tokens and five columns.
   */
  hclPosition(offset: number): HclPosition {
    const { line, character } = this.position(offset);
    const lineStart = this.lineStarts[line] ?? 0;
    // A byte order mark has no width for HCL.
    const start = lineStart === 0 && this.text.startsWith("\ufeff") ? 1 : lineStart;
    const end = lineStart + character;
    const prefix = this.text.slice(start, end);
    if (!NEEDS_SEGMENTER.test(prefix)) return { line: line + 1, column: prefix.length + 1 };
    this.#tokens ??= scanSource(this.text);
    const tokens = this.#tokens;
    let column = 1;
    let at = start;
    for (let index = firstTokenAfter(tokens, start); at < end; index++) {
      const from = Math.min(Math.max(tokens.start(index), at), end);
      const to = Math.min(Math.max(tokens.end(index), from), end);
      // Between tokens there are only spaces and tabs; after the last one nothing.
      column += index >= tokens.count - 1 ? end - at : from - at + graphemeCount(this.text.slice(from, to));
      at = index >= tokens.count - 1 ? end : to;
    }
    return { line: line + 1, column };
  }

  /** `name:LINE,COL-COL`, or `name:LINE,COL-LINE,COL` over several lines, as HCL prints ranges; it ends `more` columns behind its text. */
  describe(span: Span, more = 0): string {
    const start = this.hclPosition(span.start);
    const end = this.hclPosition(span.end);
    const tail = start.line === end.line ? String(end.column + more) : `${end.line},${end.column + more}`;
    return `${this.name}:${start.line},${start.column}-${tail}`;
  }

  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}
