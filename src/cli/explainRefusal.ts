// Why a job file is not run, with the places in it: what the linter would mark. Part of the bundle that reads job files.
import type { Fingerprint } from "../driver/fingerprint.ts";
import { hasErrors } from "../hcl/diagnostic.ts";
import { SourceText } from "../hcl/source.ts";
import type { RunFileParams } from "../host/protocol.ts";
import { formatParseError } from "../jobspec/parseError.ts";
import { lintJobFile } from "../lint/lint.ts";
import { errorsForPeople } from "./fileErrors.ts";
import { printFindings } from "./findingOutput.ts";
import { parseAs, variableInput } from "./jobFile.ts";
import type { VerbContext } from "./verb.ts";

/** Writes the errors of a refused file to stderr, with what the host found of QEMU; says whether there was one to write. */
export function explainRefusal(
  { name, text, form, variables, pluginConfig }: RunFileParams,
  found: Fingerprint | undefined,
  context: VerbContext,
): "explained" | "nothing-found" {
  const { terminal } = context;
  const source = new SourceText(name, text);
  const parsed = parseAs(form, source, variableInput(variables, context), terminal.cwd);
  if (parsed.job === undefined || hasErrors(parsed.diagnostics)) {
    terminal.note(terminal.style("error", errorsForPeople(name, formatParseError(parsed))));
    return "explained";
  }
  const judged = found === undefined ? { pluginConfig } : { pluginConfig, fingerprint: found };
  const errors = lintJobFile(parsed, judged).filter(({ severity }) => severity === "error");
  if (errors.length === 0) return "nothing-found";
  const { note, complain, style } = terminal;
  printFindings({ print: note, note, complain, style }, [{ file: name, findings: errors }], "text");
  return "explained";
}
