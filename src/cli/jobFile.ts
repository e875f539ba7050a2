// Reads a job file the way every verb on files does: FILE or `-`, variables by flags, files and environment.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { ProblemError } from "../base/result.ts";
import { decodeUtf8 } from "../hcl/decode.ts";
import { hasErrors } from "../hcl/diagnostic.ts";
import { SourceText } from "../hcl/source.ts";
import type { Job } from "../jobspec/job.ts";
import { parseApiJson } from "../jobspec/apiJson.ts";
import { Origins } from "../jobspec/origin.ts";
import { parseJobFile, type ParsedJobFile, type VariableInput } from "../jobspec/parse.ts";
import { formatParseError } from "../jobspec/parseError.ts";
import type { FlagSpecs } from "./flags.ts";
import { flag, type VerbContext } from "./verb.ts";

/** Flags that say where a job's values come from. */
export const variableFlags = {
  var: flag.var,
  "var-file": flag.varFile,
  "hcl2-strict": { kind: "switch", help: "unknown names in -var and -var-file are errors (default true)" },
} as const satisfies FlagSpecs;

/** Flags of the verbs that also take a job in the API's JSON form. */
export const jobFileFlags = {
  ...variableFlags,
  json: { kind: "switch", help: "FILE is a job in the JSON form of Nomad's API" },
} as const satisfies FlagSpecs;

/** The text of FILE, or of standard input for `-`. Throws a ProblemError when it cannot be read. */
export async function readSource(name: string, { terminal }: VerbContext): Promise<SourceText> {
  if (name === "-") return new SourceText("stdin", decodeUtf8(await buffer(terminal.stdin)));
  try {
    return new SourceText(name, decodeUtf8(await readFile(path.resolve(terminal.cwd, name))));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ProblemError({
      code: code === "ENOENT" ? "file-missing" : "file-unreadable",
      what: code === "ENOENT" ? "There is no such file" : "The file cannot be read",
      where: name,
      why: code === "ENOENT" ? "" : message,
      next: "Check the name; paths count from the working directory.",
      cause: error,
    });
  }
}

/** Values of variables as this call gives them, in Nomad's order of precedence. */
export async function variablesOf(context: VerbContext): Promise<VariableInput> {
  const { arguments: given, terminal } = context;
  const flags = given.list("var").map((written) => {
    const at = written.indexOf("=");
    if (at <= 0) {
      throw new ProblemError({ code: "usage", what: `-var takes NAME=VALUE, not "${written}"` });
    }
    return { name: written.slice(0, at), value: written.slice(at + 1) };
  });
  const files = await Promise.all(given.list("var-file").map((name) => readSource(name, context)));
  const unknownNames = given.isOff("hcl2-strict") ? "ignore" : "error";
  return { environment: terminal.environment, files, flags, unknownNames };
}

/** Reads and parses FILE with Nomad's verdict. File functions read from the working directory, as with Nomad's own command line. */
export async function readJobFile(name: string, context: VerbContext): Promise<ParsedJobFile> {
  const [source, variables] = await Promise.all([readSource(name, context), variablesOf(context)]);
  if (context.arguments.has("json")) return readApiJob(source);
  return parseJobFile(source, { mode: "strict", variables, fileRoot: context.terminal.cwd });
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
  const parsed = await readJobFile(name, context);
  const { job } = parsed;
  if (job !== undefined && !hasErrors(parsed.diagnostics)) return { ...parsed, job };
  context.terminal.note(context.terminal.style("error", formatParseError(parsed)));
  return undefined;
}
