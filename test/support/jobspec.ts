// Short ways to parse a job in a test.
import { SourceText } from "../../src/hcl/source.ts";
import { parseJobFile, type ParsedJobFile, type ParseOptions } from "../../src/jobspec/parse.ts";
import { formatParseError } from "../../src/jobspec/parseError.ts";
import type { JobPath } from "../../src/jobspec/origin.ts";

export function parse(text: string, options: Partial<ParseOptions> = {}): ParsedJobFile {
  return parseJobFile(new SourceText("job.nomad.hcl", text), { mode: "strict", ...options });
}

/** The value at a path of the parsed job; the job must be without errors. */
export function valueAt(parsed: ParsedJobFile, path: JobPath): unknown {
  const error = formatParseError(parsed);
  if (error !== "") throw new Error(error);
  return path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    parsed.job,
  );
}

/** `LINE,COL-COL Summary` of each error. */
export function errorsOf(parsed: ParsedJobFile): readonly string[] {
  return parsed.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ summary, subject, source }) => {
      const place = subject === undefined || source === undefined ? "<nil>" : source.describe(subject);
      return `${place.replace("job.nomad.hcl:", "")} ${summary}`;
    });
}

/** A task's body inside a job; its first line is line 4. */
export const inTask = (body: string): string => `job "j" {\n  group "g" {\n    task "t" {\n${body}\n    }\n  }\n}\n`;
/** A group's body inside a job; its first line is line 3. */
export const inGroup = (body: string): string => `job "j" {\n  group "g" {\n${body}\n  }\n}\n`;
/** A job's body; its first line is line 2. */
export const inJob = (body: string): string => `job "j" {\n${body}\n}\n`;
