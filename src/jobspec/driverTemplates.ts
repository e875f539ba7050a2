// The texts of a driver's config as HCL templates: parsed, the names in them, evaluated, and what Nomad says of failures.
import type { Diagnostic } from "../hcl/diagnostic.ts";
import { evaluate } from "../hcl/evaluate.ts";
import { parseTemplateText } from "../hcl/parser.ts";
import { SourceText } from "../hcl/source.ts";
import type { Expression, ScopeTraversalExpression } from "../hcl/syntax.ts";
import { string, UNKNOWN, type Value } from "../hcl/value.ts";
import type { ConfigPath, DriverConfigProblem } from "./driverConfigTypes.ts";
import { DRIVER_FUNCTIONS } from "./driverFunctions.ts";
import { nomadDetail } from "./driverProblemText.ts";
import type { MentionedName } from "./driverScope.ts";

/** A text of a config: plain, or a template with its tree and what was wrong with its syntax. */
export type ConfigText =
  | { readonly kind: "plain"; readonly text: string }
  | {
      readonly kind: "template";
      readonly source: SourceText;
      readonly expression: Expression;
      readonly errors: readonly Diagnostic[];
    };

/** Reads a text. Only `${` and `%{` make it more than its characters; a byte order mark in front is dropped, as from a file. */
export function readConfigText(json: string): ConfigText {
  const text = json.startsWith("\ufeff") ? json.slice(1) : json;
  if (!text.includes("${") && !text.includes("%{")) return { kind: "plain", text };
  const source = new SourceText("config", text);
  const { value, diagnostics } = parseTemplateText(source);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return { kind: "template", source, expression: value, errors };
}

/** The names that a text looks up, as far as they are written out. */
export function mentionedNames(text: ConfigText): MentionedName[] {
  const found: MentionedName[] = [];
  if (text.kind === "template") collect(text.expression, found);
  return found;
}

function collect(node: unknown, found: MentionedName[]): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, found);
  } else if (typeof node === "object" && node !== null) {
    if ("kind" in node && node.kind === "scope-traversal") found.push(nameOf(node as ScopeTraversalExpression));
    for (const child of Object.values(node)) collect(child, found);
  }
}

function nameOf({ root, steps }: ScopeTraversalExpression): MentionedName {
  const parts: string[] = [];
  for (const step of steps) {
    if (step.kind === "attribute") parts.push(step.name);
    else if (step.key.kind === "string") parts.push(step.key.value);
    else break;
  }
  return [root, ...parts];
}

/**
 * Evaluates a text. What is wrong is added to `problems`; the value is then what is left of it: a list with a wrong element
 * is still a list, and Nomad says of that too that it is no text.
 */
export function evaluateConfigText(
  text: ConfigText,
  variables: ReadonlyMap<string, Value>,
  path: ConfigPath,
  problems: DriverConfigProblem[],
): Value {
  if (text.kind === "plain") return string(text.text);
  if (text.errors.length > 0) {
    problems.push(...text.errors.map(({ summary, detail }) => ({ path, summary, detail })));
    return UNKNOWN;
  }
  const { value, diagnostics } = evaluate(text.expression, {
    source: text.source,
    variables,
    functions: DRIVER_FUNCTIONS,
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  problems.push(
    ...errors.map((error) => ({
      path,
      summary: error.summary,
      detail: nomadDetail(error, text.source, variables) ?? error.detail,
    })),
  );
  return value;
}
