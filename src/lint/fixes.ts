// Fixes that many rules offer. Each gives a list: empty when the file is written in a way that the edit cannot be sure of.
import type { TupleExpression } from "../hcl/syntax.ts";
import type { JobPath, Origin } from "../jobspec/origin.ts";
import { addToBlock, removeElements, removeItem } from "./edits.ts";
import type { Fix, TextEdit } from "./finding.ts";
import type { JobContext, TaskContext } from "./rule.ts";

type Kind = Fix["kind"];

/** The origin of a value that stands in the linted file itself (not in a variable file or a default elsewhere). */
export function originInFile(context: JobContext, path: JobPath): Origin | undefined {
  const origin = context.parsed.origins.get(path);
  return origin?.source === context.parsed.source ? origin : undefined;
}

/** Replaces the expression of a value by `newText` (HCL). */
export function replaceValue(
  context: JobContext,
  path: JobPath,
  newText: string,
  title: string,
  kind: Kind = "suggestion",
): Fix[] {
  const origin = originInFile(context, path);
  return origin === undefined ? [] : [{ title, kind, edits: [{ span: origin.span, newText }] }];
}

/** Replaces the name of an argument, block or object key. */
export function replaceName(
  context: JobContext,
  path: JobPath,
  newText: string,
  title: string,
  kind: Kind = "suggestion",
): Fix[] {
  const span = originInFile(context, path)?.nameSpan;
  return span === undefined ? [] : [{ title, kind, edits: [{ span, newText }] }];
}

/** Removes an argument or a block with its lines. */
export function removeAt(context: JobContext, path: JobPath, title: string, kind: Kind = "suggestion"): Fix[] {
  const origin = originInFile(context, path);
  return origin === undefined ? [] : [{ title, kind, edits: [removeItem(context.parsed.source, origin.wholeSpan)] }];
}

/** The list literal that `args` is written as; undefined when it is computed. */
export function argsLiteral(context: TaskContext): TupleExpression | undefined {
  const expression = originInFile(context, [...context.taskPath, "Config", "args"])?.expression;
  return expression?.kind === "tuple" ? expression : undefined;
}

/** Removes elements of `args`, cleanly. */
export function removeArguments(context: TaskContext, indexes: readonly number[], title: string, kind: Kind): Fix[] {
  const list = argsLiteral(context);
  if (list === undefined) return [];
  return [{ title, kind, edits: removeElements(context.parsed.source, list, indexes) }];
}

/** Replaces one element of `args` by HCL text. */
export function replaceArgument(
  context: TaskContext,
  index: number,
  newText: string,
  title: string,
  kind: Kind,
): Fix[] {
  const item = argsLiteral(context)?.items[index];
  return item === undefined ? [] : [{ title, kind, edits: [{ span: item.span, newText }] }];
}

/** Adds elements at the end of `args`, or the argument itself when the task has none. `elements` are HCL texts. */
export function addArguments(context: TaskContext, elements: readonly string[], title: string): Fix[] {
  const configPath = [...context.taskPath, "Config"];
  const list = argsLiteral(context);
  if (list === undefined) {
    const config = originInFile(context, configPath);
    if (config === undefined || originInFile(context, [...configPath, "args"]) !== undefined) return [];
    const edit = addToBlock(context.parsed.source, config.wholeSpan, [`args = [${elements.join(", ")}]`]);
    return edit === undefined ? [] : [{ title, kind: "suggestion", edits: [edit] }];
  }
  const last = list.items.at(-1);
  const { text } = context.parsed.source;
  const edit: TextEdit =
    last === undefined
      ? { span: { start: list.openSpan.end, end: list.openSpan.end }, newText: elements.join(", ") }
      : { span: { start: last.span.end, end: last.span.end }, newText: continuation(text, last.span.start, elements) };
  return [{ title, kind: "suggestion", edits: [edit] }];
}

/** New elements behind one that starts at `start`: on lines of their own when that one has its own line. */
function continuation(text: string, start: number, elements: readonly string[]): string {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(lineStart, start);
  const glue = before.trim() === "" ? `,\n${before}` : ", ";
  return elements.map((element) => glue + element).join("");
}

/** Adds lines to the body of the block at a path. */
export function addLines(context: JobContext, path: JobPath, lines: readonly string[], title: string): Fix[] {
  const origin = originInFile(context, path);
  const edit = origin === undefined ? undefined : addToBlock(context.parsed.source, origin.wholeSpan, lines);
  return edit === undefined ? [] : [{ title, kind: "suggestion", edits: [edit] }];
}
