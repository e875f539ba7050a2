// Parses job files the way every verb on files does.
import { fail, ok, ProblemError, type Result } from "../base/result.ts";
import { hasErrors } from "../hcl/diagnostic.ts";
import { SourceText } from "../hcl/source.ts";
import { parseApiJson } from "../jobspec/apiJson.ts";
import type { Job } from "../jobspec/job.ts";
import { Origins } from "../jobspec/origin.ts";
import { parseJobFile, type ParsedJobFile, type VariableInput } from "../jobspec/parse.ts";
import { formatParseError } from "../jobspec/parseError.ts";
import { errorsForPeople } from "./fileErrors.ts";
import { readText, variableFlagsOf, type VariableFlags } from "./jobText.ts";
import type { VerbContext } from "./verb.ts";

/** The text of FILE, or of standard input for `-`. Throws a ProblemError when it cannot be read. */
export async function readSource(file: string, context: VerbContext): Promise<SourceText> {
  const { name, text } = await readText(file, context);
  return new SourceText(name, text);
}

/** Values of variables as this call gives them, in Nomad's order of precedence. */
export async function variablesOf(context: VerbContext): Promise<VariableInput> {
  return variableInput(await variableFlagsOf(context), context);
}

export function variableInput({ files, ...rest }: VariableFlags, { terminal }: VerbContext): VariableInput {
  const { environment } = terminal;
  return { environment, files: files.map(({ name, text }) => new SourceText(name, text)), ...rest };
}

/**
 * Reads and parses FILE with Nomad's verdict; fails with the problem that kept it from being read, so that a verb on several
 * files can go on with the next. File functions read from the working directory, as with Nomad's own command line.
 */
export async function readJobFile(name: string, context: VerbContext): Promise<Result<ParsedJobFile>> {
  const variables = await variablesOf(context);
  const source = await trySource(name, context);
  if (!source.ok) return source;
  const form = context.arguments.has("json") ? "api-json" : "hcl";
  return ok(parseAs(form, source.value, variables, context.terminal.cwd));
}

/** `readSource` without the throw. */
export async function trySource(name: string, context: VerbContext): Promise<Result<SourceText>> {
  try {
    return ok(await readSource(name, context));
  } catch (error) {
    if (error instanceof ProblemError) return fail(error.problem);
    throw error;
  }
}

/** Parses a text with Nomad's verdict, in one of the two forms that a job can have. */
export function parseAs(
  form: "hcl" | "api-json",
  source: SourceText,
  variables: VariableInput,
  fileRoot: string,
): ParsedJobFile {
  return form === "api-json" ? readApiJob(source) : parseJobFile(source, { mode: "strict", variables, fileRoot });
}

/** A job in API form as a parsed file; its values have no places. */
function readApiJob(source: SourceText): ParsedJobFile {
  const read = parseApiJson(source.text);
  const common = { source, origins: new Origins(), variables: [] };
  if (read.ok) return { ...common, job: read.value, diagnostics: [], stage: "done" };
  const diagnostic = { severity: "error", summary: "Invalid JSON job", detail: read.error, source } as const;
  return { ...common, job: undefined, diagnostics: [diagnostic], stage: "decode" };
}

export interface AcceptedJob extends ParsedJobFile {
  readonly job: Job;
}

/** The parsed FILE, or undefined after its errors have been written to stderr as Nomad prints them. */
export async function readAcceptedJob(name: string, context: VerbContext): Promise<AcceptedJob | undefined> {
  const read = await readJobFile(name, context);
  if (!read.ok) throw new ProblemError(read.error);
  const parsed = read.value;
  const { job } = parsed;
  if (job !== undefined && !hasErrors(parsed.diagnostics)) return { ...parsed, job };
  context.terminal.note(context.terminal.style("error", errorsForPeople(name, formatParseError(parsed))));
  return undefined;
}
