// Where a body is read: the file, the names that are known there, and what may stand there.
import type { WithDiagnostics } from "../../hcl/diagnostic.ts";
import { evaluate, type EvaluationContext } from "../../hcl/evaluate.ts";
import type { SourceText } from "../../hcl/source.ts";
import type { Expression } from "../../hcl/syntax.ts";
import type { Value } from "../../hcl/value.ts";
import { evaluateConstant } from "../variables/constants.ts";

export interface Scope {
  readonly source: SourceText;
  /** `editor` keeps blocks whose labels are wrong. */
  readonly mode: "strict" | "editor";
  /** `dynamic` blocks work in the job, not at the top of the file, in variables, or directly in each other. */
  readonly place: "file" | "job" | "dynamic";
  /** The names known here; absent where only constants may stand. */
  readonly context: EvaluationContext | undefined;
}

export const evaluateIn = (expression: Expression, { context, source }: Scope): WithDiagnostics<Value> =>
  context === undefined ? evaluateConstant(expression, source) : evaluate(expression, context);

/** The scope inside a block. */
export function inside(scope: Scope, type: string): Scope {
  if (scope.place === "job") return type === "dynamic" ? { ...scope, place: "dynamic" } : scope;
  const opensJob = type === (scope.place === "file" ? "job" : "content");
  return opensJob ? { ...scope, place: "job" } : scope;
}

/** The same place with one more name. */
export function withName(scope: Scope, name: string, value: Value): Scope {
  if (scope.context === undefined) return scope;
  return { ...scope, context: { ...scope.context, variables: new Map([...scope.context.variables, [name, value]]) } };
}
