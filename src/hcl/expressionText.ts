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
  const file = new SourceText("job file", BEFORE + text.replace(/\r?\n$/, "") + AFTER);
  const alone = new SourceText(options.name ?? "expression", file.text.slice(BEFORE.length));
  const parsed = parseSource(file, "strict");
  const expression = onlyExpression(parsed.value);
  if (hasErrors(parsed.diagnostics)) return { value: UNKNOWN, diagnostics: moved(parsed.diagnostics, alone) };
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
  return { value, diagnostics: moved(diagnostics, alone) };
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

/** Diagnostics of the file as diagnostics of the text. */
function moved(diagnostics: readonly Diagnostic[], source: SourceText): Diagnostic[] {
  const move = (span: Span): Span => ({
    start: Math.max(span.start - BEFORE.length, 0),
    end: Math.max(span.end - BEFORE.length, 0),
  });
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    ...(diagnostic.subject && { subject: move(diagnostic.subject) }),
    ...(diagnostic.context && { context: move(diagnostic.context) }),
    source,
  }));
}
