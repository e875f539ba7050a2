// `validate`: the checks that Nomad's server makes when a job is validated, planned or registered.
import type { Problem } from "../../base/result.ts";
import type { Range } from "../../hcl/source.ts";
import { hasErrors, type Diagnostic } from "../../hcl/diagnostic.ts";
import type { ParsedJobFile } from "../../jobspec/parse.ts";
import { formatParseError } from "../../jobspec/parseError.ts";
import { PLAIN_SERVER, serverForRegion, validateJob, type ValidationFinding } from "../../jobspec/validate.ts";
import { EXIT } from "../exitCodes.ts";
import { readJobFile } from "../jobFile.ts";
import { errorsForPeople, unreadableText } from "../fileErrors.ts";
import { jobFileFlags } from "../jobText.ts";
import type { Terminal } from "../terminal.ts";
import { flag, type Verb } from "../verb.ts";

interface Message {
  readonly code: string;
  readonly message: string;
  readonly range: Range | null;
}

interface Validated {
  readonly file: string;
  readonly ok: boolean;
  /** Why the file could not be read; else absent. */
  readonly error?: string;
  readonly errors: readonly Message[];
  readonly warnings: readonly Message[];
}

export const validate: Verb = {
  operands: "FILE…",
  arity: [1, Infinity],
  description:
    "Asks no server: the job is judged as a freshly installed one would. A driver's config is not among these checks,\nbecause Nomad's servers do not look at it; nomad-qemu lint does.",
  flags: { format: flag.format(["text", "json", "jsonl"]), ...jobFileFlags },
  examples: ["nomad-qemu validate vm.nomad.hcl", "nomad-qemu validate -format jsonl jobs/*.nomad.hcl"],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    const results: Validated[] = [];
    for (const file of given.operands) {
      const read = await readJobFile(file, context);
      const result = read.ok ? validated(file, read.value) : unreadable(file, read.error);
      results.push(result);
      if (given.value("format") === "jsonl") terminal.print(JSON.stringify(result));
      else if (given.value("format") === "json") continue;
      else if (read.ok) printResult(terminal, result, read.value);
      else terminal.complain(read.error);
    }
    if (given.value("format") === "json") terminal.print(JSON.stringify(results, undefined, 2));
    return results.every(({ ok }) => ok) ? EXIT.ok : EXIT.no;
  },
};

function validated(file: string, parsed: ParsedJobFile): Validated {
  const parseErrors = parsed.diagnostics.filter(({ severity }) => severity === "error");
  if (parsed.job === undefined || hasErrors(parsed.diagnostics)) {
    return { file, ok: false, errors: parseErrors.map(parseMessage), warnings: [] };
  }
  const findings = validateJob(parsed.job, serverForRegion(parsed.job.Region, PLAIN_SERVER));
  const of = (severity: ValidationFinding["severity"]): Message[] =>
    findings.filter((finding) => finding.severity === severity).map((finding) => findingMessage(finding, parsed));
  const errors = of("error");
  return { file, ok: errors.length === 0, errors, warnings: of("warning") };
}

function unreadable(file: string, problem: Problem): Validated {
  const error = unreadableText(file, problem);
  return { file, ok: false, error, errors: [{ code: "file/unreadable", message: error, range: null }], warnings: [] };
}

function parseMessage({ summary, detail, source, subject }: Diagnostic): Message {
  const range = source === undefined || subject === undefined ? null : source.range(subject);
  return { code: "job/parse", message: `${summary}; ${detail}`, range };
}

function findingMessage({ code, message, path }: ValidationFinding, { origins }: ParsedJobFile): Message {
  const origin = origins.nearest(path);
  return { code, message, range: origin === undefined ? null : origin.source.range(origin.span) };
}

function printResult(terminal: Terminal, { file, ok, errors, warnings }: Validated, parsed: ParsedJobFile): void {
  if (parsed.job === undefined || hasErrors(parsed.diagnostics)) {
    terminal.note(terminal.style("error", errorsForPeople(file, formatParseError(parsed))));
    return;
  }
  const line = (word: string, { code, message, range }: Message): string => {
    const place = range === null ? file : `${file}:${range.start.line + 1}:${range.start.character + 1}`;
    return `${place}: ${word} ${message.trimEnd()} ${terminal.style("dim", `[${code}]`)}`;
  };
  for (const message of errors) terminal.print(line(terminal.style("error", "error:"), message));
  for (const message of warnings) terminal.print(line(terminal.style("warning", "warning:"), message));
  if (ok) terminal.note(`${file}: valid`);
}
