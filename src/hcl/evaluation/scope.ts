// What an evaluation carries along: the caller's context, names bound by `for`, the budget, and diagnostics so far.
import type { Budget } from "../budget.ts";
import type { Diagnostic, WithDiagnostics } from "../diagnostic.ts";
import type { FileAccess, FunctionTable } from "../functions/definition.ts";
import type { SourceText, Span } from "../source.ts";
import type { ScopeTraversalExpression } from "../syntax.ts";
import type { Value } from "../value.ts";

/** Decides what a name that nothing defines means; `undefined` leaves it an error. */
export type UndefinedRoot = (
  traversal: ScopeTraversalExpression,
  source: SourceText,
) => WithDiagnostics<Value> | undefined;

export interface EvaluationContext {
  /** The file that the expressions' ranges count in. */
  readonly source: SourceText;
  readonly variables: ReadonlyMap<string, Value>;
  readonly functions: FunctionTable;
  readonly undefinedRoot?: UndefinedRoot;
  /** Shared by everything that is evaluated for one file; without it every call has its own. */
  readonly budget?: Budget;
  /** Where file functions read; without it they answer that they are disabled. */
  readonly files?: FileAccess;
}

export interface Scope {
  readonly context: EvaluationContext;
  readonly budget: Budget;
  /** Names bound by `for` expressions around this place, innermost first. */
  readonly bindings: Bindings | undefined;
  /** Collects what is found on the way. */
  readonly diagnostics: Diagnostic[];
  /** How deep the evaluation is nested just now; one count for all scopes of a run. */
  readonly nesting: { depth: number };
}

interface Bindings {
  readonly names: ReadonlyMap<string, Value>;
  readonly outer: Bindings | undefined;
}

/** The same place with more names. */
export const withNames = (scope: Scope, names: ReadonlyMap<string, Value>): Scope => ({
  ...scope,
  bindings: { names, outer: scope.bindings },
});

/** The same place, collecting diagnostics apart. */
export const apart = (scope: Scope): Scope => ({ ...scope, diagnostics: [] });

export function lookUp(scope: Scope, name: string): Value | undefined {
  for (let at = scope.bindings; at !== undefined; at = at.outer) {
    const value = at.names.get(name);
    if (value !== undefined) return value;
  }
  return scope.context.variables.get(name);
}

export function report(scope: Scope, summary: string, detail: string, subject: Span, context?: Span): void {
  scope.diagnostics.push({
    severity: "error",
    summary,
    detail,
    subject,
    ...(context && { context }),
    source: scope.context.source,
  });
}

/** True when an error was found since the mark, an earlier `diagnostics.length`. */
export function failedSince(scope: Scope, mark: number): boolean {
  for (let i = mark; i < scope.diagnostics.length; i++) {
    if (scope.diagnostics[i]?.severity === "error") return true;
  }
  return false;
}
