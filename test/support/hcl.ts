// Short ways to evaluate HCL in tests, with values and diagnostics as text.
import { evaluate, type EvaluationContext } from "../../src/hcl/evaluate.ts";
import { functionTable } from "../../src/hcl/functions/table.ts";
import { parseExpressionText } from "../../src/hcl/parser.ts";
import { SourceText } from "../../src/hcl/source.ts";
import type { Value } from "../../src/hcl/value.ts";
import { valueText } from "./hclOracleValues.ts";

export interface Evaluated {
  readonly value: Value;
  /** The value as canonical text. */
  readonly text: string;
  /** `Summary @ subject in context`, with the marked texts. */
  readonly found: readonly string[];
  readonly details: readonly string[];
}

/** Evaluates a text that is one expression. */
export function evaluated(
  text: string,
  variables: Readonly<Record<string, Value>> = {},
  more: Partial<EvaluationContext> = {},
): Evaluated {
  const source = new SourceText("test.hcl", text);
  const parsed = parseExpressionText(source, "strict");
  if (parsed.diagnostics.length > 0) throw new Error(`${text}: ${parsed.diagnostics[0]?.summary ?? ""}`);
  const { value, diagnostics } = evaluate(parsed.value, {
    source,
    variables: new Map(Object.entries(variables)),
    functions: functionTable,
    ...more,
  });
  return {
    value,
    text: valueText(value),
    found: diagnostics.map(({ summary, subject, context }) => {
      const inside = context === undefined ? "" : ` in ${source.slice(context)}`;
      return `${summary} @ ${subject === undefined ? "" : source.slice(subject)}${inside}`;
    }),
    details: diagnostics.map(({ detail }) => detail),
  };
}
