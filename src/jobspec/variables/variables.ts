// All variables of a job file: declared, given values, checked. Nomad: jobspec2's decodeBody up to the job.
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { EvaluationContext } from "../../hcl/evaluate.ts";
import { DYNAMIC, unknownOf, type Value } from "../../hcl/value.ts";
import type { Report } from "../decode/body.ts";
import { checkRules } from "./validation.ts";
import type { Variable } from "./variable.ts";

/** The values under `var`; a variable without one is unknown. */
export function variableValues(variables: ReadonlyMap<string, Variable>): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const variable of variables.values()) {
    values.set(variable.name, variable.assignments.at(-1)?.value ?? unknownOf(variable.type ?? DYNAMIC));
  }
  return values;
}

/** Reports variables without a value, and values that break a rule. */
export function checkVariables(
  variables: ReadonlyMap<string, Variable>,
  context: EvaluationContext,
  mode: "strict" | "editor",
  report: Report,
): void {
  for (const variable of variables.values()) {
    if (variable.assignments.length === 0) report(mode === "strict" ? unset(variable) : unsetHint(variable));
    else checkRules(variable, context, report);
  }
}

const howToSet = (name: string): string =>
  `Give it a default, or a value with -var ${name}=…, a -var-file, or NOMAD_VAR_${name} in the environment.`;

/** Nomad gives it no place. */
function unset({ name }: Variable): Diagnostic {
  return { severity: "error", summary: `Unset variable ${JSON.stringify(name)}`, detail: howToSet(name) };
}

function unsetHint({ name, nameSpan, source }: Variable): Diagnostic {
  const detail = `Nothing that depends on it is checked here. ${howToSet(name)}`;
  return { severity: "hint", summary: `Unset variable ${JSON.stringify(name)}`, detail, subject: nameSpan, source };
}
