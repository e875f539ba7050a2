// Text edits that fixes are made of: they leave the file as a careful person would.
import type { SourceText, Span } from "../hcl/source.ts";
import type { TupleExpression } from "../hcl/syntax.ts";
import type { TextEdit } from "./finding.ts";

/**
 * Removes list elements with their commas. An element that has its lines for itself takes them along, with the comment at
 * its end; elements that share a line leave one space between their neighbours. Indexes that do not exist are ignored.
 */
export function removeElements(source: SourceText, list: TupleExpression, indexes: readonly number[]): TextEdit[] {
  const wanted = [...new Set(indexes)].filter((index) => index in list.items).sort((a, b) => a - b);
  if (wanted.length === 0) return [];
  if (wanted.length === list.items.length) {
    return [{ span: { start: list.openSpan.end, end: list.span.end - 1 }, newText: "" }];
  }
  const edits: TextEdit[] = [];
  for (const run of runs(wanted)) edits.push(removeRun(source, list, run.first, run.last));
  return edits;
}

interface Run {
  readonly first: number;
  readonly last: number;
}

function runs(sorted: readonly number[]): Run[] {
  const result: { first: number; last: number }[] = [];
  for (const index of sorted) {
    const previous = result.at(-1);
    if (previous?.last === index - 1) previous.last = index;
    else result.push({ first: index, last: index });
  }
  return result;
}

function removeRun(source: SourceText, list: TupleExpression, first: number, last: number): TextEdit {
  const { text } = source;
  const start = list.items[first]?.span.start ?? list.span.start;
  const itemEnd = list.items[last]?.span.end ?? list.span.end;
  const next = list.items[last + 1];
  const comma = commaAfter(text, itemEnd, list.span.end);
  const end = comma === undefined ? itemEnd : comma + 1;

  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = endOfLine(text, end);
  const aloneBefore = isBlank(text.slice(lineStart, start));
  const aloneAfter = isBlankOrComment(text.slice(end, lineEnd));
  // Whole lines, when nothing else of the list stands on them. The last element may leave the comma before it: HCL allows it.
  if (aloneBefore && aloneAfter)
    return { span: { start: lineStart, end: Math.min(lineEnd + 1, text.length) }, newText: "" };
  if (next !== undefined && !text.slice(end, next.span.start).includes("\n")) {
    return { span: { start, end: next.span.start }, newText: "" };
  }
  const previousEnd = list.items[first - 1]?.span.end;
  if (next === undefined && previousEnd !== undefined && !text.slice(previousEnd, start).includes("\n")) {
    return { span: { start: previousEnd, end }, newText: "" };
  }
  // A line break follows or precedes: comments may stand there, so only blanks go.
  return { span: { start: start - trailingBlanks(text.slice(lineStart, start)), end }, newText: "" };
}

/** Offset of the comma that follows, past blanks, newlines and comments. */
function commaAfter(text: string, from: number, limit: number): number | undefined {
  for (let at = from; at < limit; at++) {
    const rest = text.slice(at, at + 2);
    if (text[at] === ",") return at;
    if (text[at] === "#" || rest === "//") at = endOfLine(text, at);
    else if (rest === "/*") {
      const close = text.indexOf("*/", at + 2);
      if (close < 0) return undefined;
      at = close + 1;
    } else if (!/\s/.test(text[at] ?? "")) return undefined;
  }
  return undefined;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

const trailingBlanks = (text: string): number => text.length - text.trimEnd().length;
const isBlank = (text: string): boolean => text.trim() === "";
const isBlankOrComment = (text: string): boolean => /^\s*(?:(?:#|\/\/).*)?$/.test(text.replace(/\r$/, ""));

/** Removes an argument or a block: its whole lines when it has them for itself, else the text with the blanks before it. */
export function removeItem(source: SourceText, whole: Span): TextEdit {
  const { text } = source;
  const lineStart = text.lastIndexOf("\n", whole.start - 1) + 1;
  const lineEnd = endOfLine(text, whole.end);
  if (isBlank(text.slice(lineStart, whole.start)) && isBlankOrComment(text.slice(whole.end, lineEnd))) {
    return { span: { start: lineStart, end: Math.min(lineEnd + 1, text.length) }, newText: "" };
  }
  return {
    span: { start: whole.start - trailingBlanks(text.slice(lineStart, whole.start)), end: whole.end },
    newText: "",
  };
}

/**
 * Adds lines at the end of a block's body, one step deeper than its header; undefined when the block is written on one
 * line, where there is no good place. `whole` is the block with its braces.
 */
export function addToBlock(source: SourceText, whole: Span, lines: readonly string[]): TextEdit | undefined {
  const { text } = source;
  const close = whole.end - 1;
  const lineStart = text.lastIndexOf("\n", close) + 1;
  if (text[close] !== "}" || lineStart <= whole.start || !isBlank(text.slice(lineStart, close))) return undefined;
  const indent = `${text.slice(lineStart, close)}  `;
  const newText = lines.map((line) => (line === "" ? "\n" : `${indent}${line}\n`)).join("");
  return { span: { start: lineStart, end: lineStart }, newText };
}

/** A string as an HCL quoted literal; `${` and `%{` are escaped, so the text stays what it is. */
export function quoteHcl(value: string): string {
  const escaped = value
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(/([$%])\{/g, "$1$1{");
  return `"${escaped}"`;
}

/** Applies edits that do not overlap; offsets count in the text before any of them. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    result += text.slice(at, edit.span.start) + edit.newText;
    at = edit.span.end;
  }
  return result + text.slice(at);
}

/** Whether two sets of edits touch the same text and so cannot be applied together. */
export function editsOverlap(a: readonly TextEdit[], b: readonly TextEdit[]): boolean {
  return a.some((one) =>
    b.some(
      (two) =>
        (one.span.start < two.span.end && two.span.start < one.span.end) ||
        (one.span.start === two.span.start && one.span.end === two.span.end),
    ),
  );
}
