// Values for variables from outside: environment, variable files, flags. Nomad: jobspec2's collectInputVariableValues.
import { convert } from "../../hcl/convert.ts";
import { hasErrors, type Diagnostic } from "../../hcl/diagnostic.ts";
import { parseExpressionText } from "../../hcl/parser.ts";
import { SourceText } from "../../hcl/source.ts";
import { string, UNKNOWN, type Type, type Value } from "../../hcl/value.ts";
import type { Report } from "../decode/body.ts";
import { errorAt, evaluateReadable } from "../decode/context.ts";
import { openFile, type OpenedFile } from "../decode/files.ts";
import type { VariableInput } from "../parse.ts";
import { declarations } from "../schema/index.ts";
import { evaluateConstant } from "./constants.ts";
import { NOWHERE, OUTSIDE } from "./outside.ts";
import type { Provenance, Variable } from "./variable.ts";

const ENVIRONMENT_PREFIX = "NOMAD_VAR_";

/** A variable file with what its parser made of it. */
export interface VariableFile {
  readonly source: SourceText;
  readonly opened: OpenedFile;
}

export const openVariableFiles = (input: VariableInput): readonly VariableFile[] =>
  (input.files ?? []).map((source) => ({ source, opened: openFile(source, "strict") }));

/**
 * Assigns values in Nomad's order, so that the last one counts: environment, files in order, flags. A file is not looked at
 * when there was a mistake before it, and neither is what comes after it then.
 */
export function assignFromOutside(
  variables: ReadonlyMap<string, Variable>,
  input: VariableInput,
  files: readonly VariableFile[],
  report: Report,
): void {
  const problems: Diagnostic[] = [];
  const noting = (problem: Diagnostic): void => {
    problems.push(problem);
    report(problem);
  };
  for (const variable of variables.values()) {
    const text = input.environment?.[ENVIRONMENT_PREFIX + variable.name];
    if (text !== undefined) assignText(variable, text, "env", noting);
  }
  for (const file of files) {
    refuseDeclarations(file, noting);
    if (hasErrors(problems)) return;
    assignFile(variables, file, input, noting);
  }
  // Of flags for one variable only the last is looked at.
  for (const [name, value] of new Map((input.flags ?? []).map((flag) => [flag.name, flag.value]))) {
    const variable = variables.get(name);
    if (variable !== undefined) assignText(variable, value, "cmd", report);
    else report(undeclared(name, "Undefined -var variable", "given with -var", input));
  }
}

function undeclared(name: string, summary: string, how: string, input: VariableInput): Diagnostic {
  const detail = `A value for ${JSON.stringify(name)} is ${how}, but the job file declares no such variable. Add variable ${JSON.stringify(name)} {} to the job file, or leave the value out.`;
  return { severity: input.unknownNames ?? "error", summary, detail };
}

/** Whether a text is the value itself; for all other types it is an expression. */
function isLiteral(type: Type | undefined): boolean {
  return type === undefined || type.kind === "string" || type.kind === "number";
}

function assignText(variable: Variable, text: string, from: "env" | "cmd", report: Report): void {
  const summary = from === "cmd" ? "Invalid argument value for -var variable" : "Invalid value for variable";
  const place = isLiteral(variable.type)
    ? { source: OUTSIDE, span: NOWHERE }
    : { source: new SourceText(`<value for var.${variable.name} from ${from === "cmd" ? "arguments" : "env"}>`, text) };
  if (place.span !== undefined) {
    assign(variable, string(text), from, { ...place, summary }, report);
    return;
  }
  const parsed = parseExpressionText(place.source, "strict");
  for (const diagnostic of parsed.diagnostics) report(diagnostic);
  if (hasErrors(parsed.diagnostics)) return;
  const { value, diagnostics } = evaluateConstant(parsed.value, place.source);
  for (const diagnostic of diagnostics) report(diagnostic);
  assign(variable, value, from, { source: place.source, span: parsed.value.span, summary }, report);
}

function assign(
  variable: Variable,
  value: Value,
  from: Provenance,
  at: { readonly source: SourceText; readonly span: typeof NOWHERE; readonly summary: string },
  report: Report,
): void {
  const place = at.source === OUTSIDE ? {} : { place: { source: at.source, span: at.span } };
  const converted = variable.type === undefined ? { ok: true as const, value } : convert(value, variable.type);
  if (!converted.ok) {
    const detail = `The value given for ${variable.name} does not have the variable's type: ${converted.error}.`;
    report(errorAt(at, at.span, at.summary, detail));
  }
  variable.assignments.push({ value: converted.ok ? converted.value : UNKNOWN, from, ...place });
}

/** A variable file sets arguments and declares nothing. */
function refuseDeclarations({ source, opened }: VariableFile, report: Report): void {
  for (const block of opened.constants.content(declarations, () => undefined).blocks("variable")) {
    const name = block.labels[0] ?? "";
    const detail = `A variable file gives values to variables that the job file declares. Move this block to the job file; here, write ${name} = ….`;
    report(errorAt({ source }, block.typeSpan, "Variable declaration in a .var file", detail));
  }
}

function assignFile(
  variables: ReadonlyMap<string, Variable>,
  { source, opened }: VariableFile,
  input: VariableInput,
  report: Report,
): void {
  for (const diagnostic of opened.diagnostics) report(diagnostic);
  if (hasErrors(opened.diagnostics)) return;
  for (const attribute of opened.constants.justAttributes(report)) {
    const variable = variables.get(attribute.name);
    if (variable !== undefined) {
      const value = evaluateReadable(attribute.value, report);
      const at = { source, span: attribute.value.span, summary: "Invalid value for variable" };
      assign(variable, value, "varfile", at, report);
    } else report(undeclared(attribute.name, "Undefined variable", `set in ${source.name}`, input));
  }
}
