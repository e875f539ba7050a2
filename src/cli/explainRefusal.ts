// Why a job file is not run, with the places in it: what the linter would mark. Part of the bundle that reads job files.
import { fingerprint as fingerprintQemu } from "../driver/fingerprint.ts";
import { hasErrors } from "../hcl/diagnostic.ts";
import { SourceText } from "../hcl/source.ts";
import type { RunFileParams } from "../host/protocol.ts";
import { formatParseError } from "../jobspec/parseError.ts";
import { lintJobFile } from "../lint/lint.ts";
import { printFindings } from "./findingOutput.ts";
import { parseAs, variableInput } from "./jobFile.ts";
import type { VerbContext } from "./verb.ts";

/** Writes the errors of a refused file to stderr; says whether there was one to write. */
export async function explainRefusal(
  { name, text, form, variables, pluginConfig }: RunFileParams,
  context: VerbContext,
): Promise<"explained" | "nothing-found"> {
  const { terminal, signal } = context;
  const source = new SourceText(name, text);
  const parsed = parseAs(form, source, variableInput(variables, context), terminal.cwd);
  if (parsed.job === undefined || hasErrors(parsed.diagnostics)) {
    terminal.note(terminal.style("error", formatParseError(parsed)));
    return "explained";
  }
  const found = await fingerprintQemu({ pluginConfig, environment: terminal.environment, signal });
  const errors = lintJobFile(parsed, { pluginConfig, fingerprint: found }).filter(
    ({ severity }) => severity === "error",
  );
  if (errors.length === 0) return "nothing-found";
  printFindings({ ...terminal, print: terminal.note }, [{ file: name, findings: errors }], "text");
  return "explained";
}
