// `validation` blocks of variables: reading the rule, and holding a value against it.
import { convert } from "../../hcl/convert.ts";
import type { EvaluationContext } from "../../hcl/evaluate.ts";
import type { SourceText } from "../../hcl/source.ts";
import { BOOL, object } from "../../hcl/value.ts";
import type { Readable, ReadableBlock, Report } from "../decode/body.ts";
import { errorAt } from "../decode/context.ts";
import { freeTraversals } from "../references.ts";
import { validationBody } from "../schema/index.ts";
import { NOWHERE, OUTSIDE } from "./outside.ts";
import { readText } from "./text.ts";
import type { ValidationRule, Variable } from "./variable.ts";

/** Reads one rule of the variable `name`. */
export function readRule(source: SourceText, block: ReadableBlock, name: string, report: Report): ValidationRule {
  const contents = block.body.content(validationBody, report);
  const condition = contents.attribute("condition")?.value;
  const message = contents.attribute("error_message")?.value;
  if (condition !== undefined) checkReferences(source, condition, name, report);
  return { condition, message: message && readMessage(source, message, report), span: block.defSpan };
}

/** A rule can look at its own variable only, and must look at it. */
function checkReferences(source: SourceText, condition: Readable, name: string, report: Report): void {
  let own = false;
  for (const traversal of condition.trees().flatMap((tree) => freeTraversals(tree))) {
    const [member] = traversal.steps;
    if (traversal.root === "var" && member?.kind === "attribute" && member.name === name) {
      own = true;
      continue;
    }
    const detail = `The rule can only refer to the variable that it belongs to, as var.${name}.`;
    report(errorAt({ source }, traversal.span, "Invalid reference in variable validation", detail));
  }
  if (own) return;
  const detail = `The rule does not depend on the value: refer to var.${name} in it.`;
  report(errorAt({ source }, condition.span, "Invalid variable validation condition", detail));
}

function readMessage(source: SourceText, readable: Readable, report: Report): string | undefined {
  const text = readText(source, readable, report);
  if (text?.trim() !== "") return text;
  const detail = "The message is what people read when the rule is broken: write a sentence.";
  report(errorAt({ source }, readable.span, "Invalid validation error message", detail));
  return undefined;
}

/** Holds the variable's current value against its rules. `context` has functions, but no names of its own. */
export function checkRules(variable: Variable, context: EvaluationContext, report: Report): void {
  const assignment = variable.assignments.at(-1);
  if (assignment === undefined) return;
  const names = new Map([["var", object([[variable.name, assignment.value]])]]);
  for (const rule of variable.rules) {
    if (rule.condition === undefined) {
      const detail = 'A validation block needs a condition, such as condition = var.x != "".';
      report(errorAt(variable, rule.span, "Invalid variable validation specification", detail));
      continue;
    }
    const { value, diagnostics } = rule.condition.evaluateWith({ ...context, variables: names });
    for (const diagnostic of diagnostics) report(diagnostic);
    if (value.kind === "unknown") continue;
    const result = convert(value, BOOL);
    if (!result.ok || result.value.kind !== "bool") {
      const detail = "The condition must be true or false.";
      report(errorAt(variable, rule.condition.span, "Invalid variable validation result", detail));
    } else if (!result.value.value) {
      const place = variable.source.describe(rule.span);
      const detail = `${rule.message ?? "The value breaks a rule."} (the rule is at ${place})`;
      const at = assignment.place ?? { source: OUTSIDE, span: NOWHERE };
      report(errorAt(at, at.span, `Invalid value for ${assignment.from} variable`, detail));
    }
  }
}
