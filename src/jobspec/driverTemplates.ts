// The texts of a driver's config as HCL templates: parsed, the names in them, evaluated, and what Nomad says of failures.
import { editDistance } from "../base/nearest.ts";
import type { Diagnostic } from "../hcl/diagnostic.ts";
import { evaluate } from "../hcl/evaluate.ts";
import { parseTemplateText } from "../hcl/parser.ts";
import { SourceText } from "../hcl/source.ts";
import type { Expression, ScopeTraversalExpression } from "../hcl/syntax.ts";
import { compareBytes, string, UNKNOWN, type Value } from "../hcl/value.ts";
import type { ConfigPath, DriverConfigProblem } from "./driverConfigTypes.ts";
import { DRIVER_FUNCTIONS } from "./driverFunctions.ts";
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

/** Reads a text. Only `${` and `%{` make it more than its characters. */
export function readConfigText(text: string): ConfigText {
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

/** Evaluates a text. What is wrong is added to `problems`; the value is unknown then. */
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
  return errors.length > 0 ? UNKNOWN : value;
}

/** Nomad's short sentences, where people search for them (golden e-var-*, e-func-*); undefined leaves ours. */
function nomadDetail(
  { summary, subject, detail }: Diagnostic,
  source: SourceText,
  variables: ReadonlyMap<string, Value>,
): string | undefined {
  const marked = subject === undefined ? "" : source.slice(subject);
  switch (summary) {
    case "Unknown variable": {
      const guess = suggestion(marked, variables.keys());
      return `There is no variable named "${marked}".${guess === undefined ? "" : ` Did you mean "${guess}"?`}`;
    }
    case "Unsupported attribute": {
      const name = /^\s*\.\s*([^\s.[]+)$/.exec(marked)?.[1];
      const isObject = /^There is no attribute/.test(detail);
      return name !== undefined && isObject ? `This object does not have an attribute named "${name}".` : undefined;
    }
    case "Too many function arguments": {
      const [, name, most] = /^(\w+)\(.*\) takes no more than (\d+) /.exec(detail) ?? [];
      return name === undefined ? undefined : `Function "${name}" expects only ${String(most)} argument(s).`;
    }
    case "Error in function call":
      return detail.replace(/^(\w+)\(\): /, 'Call to function "$1" failed: ');
    case "Invalid index":
      return /has no elements\.$/.test(detail) ? "This value does not have any indices." : undefined;
    default:
      return undefined;
  }
}

/** HCL's suggestion: a known name that at most two changes make. HCL takes any; here the nearest, then the first. */
export function suggestion(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = 3;
  for (const name of [...known].sort(compareBytes)) {
    const distance = Math.abs(name.length - given.length) > 2 ? 3 : editDistance(given, name);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}
