// One expression by itself, with the functions and rules of job files: what `nomad-qemu eval` answers.
import { type Diagnostic, hasErrors, type WithDiagnostics } from "./diagnostic.ts";
import { evaluate } from "./evaluate.ts";
import { keepPlaceholder } from "./extensions/undefinedVariables.ts";
import type { FileAccess } from "./functions/definition.ts";
import { functionTable } from "./functions/table.ts";
import { parseSource } from "./parser.ts";
import { SourceText, type Span } from "./source.ts";
import type { Body, Expression } from "./syntax.ts";
import { object, UNKNOWN, type Value } from "./value.ts";

export interface ExpressionOptions {
  /** How error lines name the text; "expression" without it. */
  readonly name?: string;
  /** Where file functions read; without it they answer that they are disabled. */
  readonly files?: FileAccess;
}

// The text is read where it would stand in a job file, so that newlines end it where they would end it there.
const BEFORE = "locals {\n  value = ";
const AFTER = '\n}\njob "expression" {}\n';

/**
 * Parses and evaluates a text that is one expression, as the value of a local in a job file without variables: `var.x`
 * is an error, other unknown names stand for themselves. Ranges count in the text.
 */
export function evaluateExpressionText(text: string, options: ExpressionOptions = {}): WithDiagnostics<Value> {
  const expressionText = text.replace(/\r?\n$/, "");
  const file = new SourceText("job file", BEFORE + expressionText + AFTER);
  const alone = new SourceText(options.name ?? "expression", file.text.slice(BEFORE.length));
  const parsed = parseSource(file, "strict");
  const expression = onlyExpression(parsed.value);
  const inText = (diagnostics: readonly Diagnostic[]): Diagnostic[] => moved(diagnostics, alone, expressionText.length);
  if (hasErrors(parsed.diagnostics)) return { value: UNKNOWN, diagnostics: inText(parsed.diagnostics) };
  if (expression === undefined) return { value: UNKNOWN, diagnostics: [notOneExpression(alone, text)] };
  const { value, diagnostics } = evaluate(expression, {
    source: file,
    variables: new Map([
      ["var", object([])],
      ["local", object([])],
    ]),
    functions: functionTable,
    undefinedRoot: keepPlaceholder,
    ...(options.files && { files: options.files }),
  });
  return { value, diagnostics: inText(diagnostics) };
}

/** The expression, when the text did not go on to other arguments or blocks. */
function onlyExpression({ attributes, blocks }: Body): Expression | undefined {
  const locals = blocks[0]?.body;
  const isAlone = attributes.length === 0 && blocks.length === 2 && locals?.blocks.length === 0;
  return isAlone && locals.attributes.length === 1 ? locals.attributes[0]?.expression : undefined;
}

const notOneExpression = (source: SourceText, text: string): Diagnostic => ({
  severity: "error",
  summary: "Extra characters after expression",
  detail: "The text goes on after the end of an expression. Write one expression only.",
  subject: { start: 0, end: text.length },
  source,
});

/** Diagnostics of the file as diagnostics of the text, which has so many characters: what comes too early is at its end. */
function moved(diagnostics: readonly Diagnostic[], source: SourceText, length: number): Diagnostic[] {
  const inside = (offset: number): number => Math.min(Math.max(offset - BEFORE.length, 0), length);
  const move = (span: Span): Span => ({ start: inside(span.start), end: inside(span.end) });
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    ...(diagnostic.subject && { subject: move(diagnostic.subject) }),
    ...(diagnostic.context && { context: move(diagnostic.context) }),
    source,
  }));
}
