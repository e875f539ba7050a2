// The errors of a job file as the text that Nomad prints. Nomad joins them in two ways (golden README 1).
import { formatDiagnostic, hasErrors, type Diagnostic } from "../hcl/diagnostic.ts";
import type { ParsedJobFile } from "./parse.ts";
import { OUTSIDE } from "./variables/outside.ts";

/**
 * One line per error, `FILE:LINE,COL-COL: Summary; detail`. Of syntax errors, and of errors inside free-form bodies, Nomad
 * shows the first and counts the others; we do the same. Empty when there is no error.
 */
export function formatParseError(parsed: Pick<ParsedJobFile, "diagnostics" | "stage">): string {
  if (!hasErrors(parsed.diagnostics)) return "";
  // Of the warnings the ones without a place are Nomad's own (names of variables that no file declares).
  const said = parsed.diagnostics.filter(
    ({ severity, source, subject }) => severity === "error" || (source === undefined && subject === undefined),
  );
  const lines = said.map(formatError);
  const [first] = lines;
  if (first === undefined) return "";
  const prefix = parsed.stage === "variable-file" ? "unable to parse var file: " : "";
  if (parsed.stage === "decode" || parsed.stage === "done" || lines.length === 1) return prefix + lines.join("\n");
  return `${prefix}${first}, and ${lines.length - 1} other diagnostic(s)`;
}

function formatError(diagnostic: Diagnostic): string {
  if (diagnostic.source === OUTSIDE) return `:0,0-0: ${diagnostic.summary}; ${diagnostic.detail}`;
  return formatDiagnostic(diagnostic);
}
