// Whether a job file takes a value for one of its variables: its type and its validation rules, while the value is typed.
import { SourceText } from "../../hcl/source.ts";
import { parseJobFile } from "../../jobspec/parse.ts";

/**
 * Why the job file refuses the value, given as `-var name=value`; undefined when it takes it. What is wrong with the file
 * itself is not said: a value has a place of its own outside the file.
 */
export function refusedValue(text: string, name: string, value: string): string | undefined {
  const file = new SourceText("", text);
  const { diagnostics } = parseJobFile(file, { mode: "editor", variables: { flags: [{ name, value }] } });
  return diagnostics.find(({ severity, source }) => severity === "error" && source !== undefined && source !== file)
    ?.detail;
}
