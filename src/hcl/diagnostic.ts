// Diagnostics are values that travel with results; nothing in hcl/ throws for bad input.
import type { SourceText, Span } from "./source.ts";

export interface Diagnostic {
  readonly severity: "error" | "warning" | "hint";
  /** HCL's short label, to the letter: people search for it. */
  readonly summary: string;
  /** Our own sentence: why, and what to do. */
  readonly detail: string;
  /** The place to mark. Absent only where there is no place (a variable that is not in any file). */
  readonly subject?: Span;
  /** A wider place that helps to understand the subject. */
  readonly context?: Span;
  /** The subject is the end of a line, and is printed as if the line had one more character, as HCL counts there. */
  readonly pastLine?: true;
  /** The file that `subject` and `context` count in. Set by whoever knows the file (parser, evaluator context). */
  readonly source?: SourceText;
}

/** A value together with what was found on the way to it. The value is always usable. */
export interface WithDiagnostics<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** One line as Nomad prints a diagnostic: `FILE:LINE,COL-COL: Summary; detail`; without a place `<nil>: …`. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const place =
    diagnostic.source === undefined || diagnostic.subject === undefined
      ? "<nil>"
      : diagnostic.source.describe(diagnostic.subject, diagnostic.pastLine === true ? 1 : 0);
  return `${place}: ${diagnostic.summary}; ${diagnostic.detail}`;
}
