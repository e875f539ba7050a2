// From the text of a job file to the API job, with the origin of every value.
import { homedir } from "node:os";
import { createBudget } from "../hcl/budget.ts";
import { hasErrors, type Diagnostic } from "../hcl/diagnostic.ts";
import type { EvaluationContext } from "../hcl/evaluate.ts";
import type { FileAccess } from "../hcl/functions/definition.ts";
import { functionTable } from "../hcl/functions/table.ts";
import { keepPlaceholder } from "../hcl/extensions/undefinedVariables.ts";
import type { SourceText } from "../hcl/source.ts";
import { object, type Value } from "../hcl/value.ts";
import type { ReadableBlock } from "./decode/body.ts";
import type { BodyContents } from "./decode/contents.ts";
import { errorAt, type Decoded, type Decoding } from "./decode/context.ts";
import { openFile, type OpenedFile } from "./decode/files.ts";
import { decodeBlock } from "./decode/members.ts";
import type { Job } from "./job.ts";
import { declareLocals, evaluateLocals } from "./locals.ts";
import { Origins } from "./origin.ts";
import { job as jobSchema, rootSchema } from "./schema/index.ts";
import { assignFromOutside, openVariableFiles, type VariableFile } from "./variables/assignments.ts";
import { declareVariables } from "./variables/declarations.ts";
import type { Variable } from "./variables/variable.ts";
import { checkVariables, variableValues } from "./variables/variables.ts";

/** Values for a job file's variables, in Nomad's order of precedence (low to high): environment, files, flags. */
export interface VariableInput {
  /** The environment to take `NOMAD_VAR_name` from. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Contents of `-var-file` files, in order. */
  readonly files?: readonly SourceText[];
  /** `-var name=value`, in order. */
  readonly flags?: readonly { readonly name: string; readonly value: string }[];
  /** What unknown names in files and flags are: errors (the command line's default) or warnings (the API's). */
  readonly unknownNames?: "error" | "warning";
}

export interface ParseOptions {
  readonly variables?: VariableInput;
  /** The folder that file functions read from; absent = file functions are disabled, as in Nomad's API. */
  readonly fileRoot?: string;
  /**
   * `strict` = Nomad's verdict. `editor` = recover as much as possible, variables without a value are unknown
   * instead of an error.
   */
  readonly mode: "strict" | "editor";
}

export interface DeclaredVariable {
  readonly name: string;
  readonly description: string | undefined;
  /** The type constraint as written, or undefined. */
  readonly typeText: string | undefined;
  readonly hasValue: boolean;
}

/** How far Nomad would get with the file. A later stage is looked at only when the earlier ones are free of errors. */
export type ParseStage = "variable-file" | "syntax" | "decode" | "free-form" | "done";

export interface ParsedJobFile {
  readonly source: SourceText;
  /** Present whenever a job block could be read at all; trustworthy only when there is no error. */
  readonly job: Job | undefined;
  readonly origins: Origins;
  readonly variables: readonly DeclaredVariable[];
  readonly diagnostics: readonly Diagnostic[];
  /** Where Nomad stops; `done` when it accepts the file. It decides how errors are joined (`formatParseError`). */
  readonly stage: ParseStage;
}

/**
 * Reads a job file as Nomad does: the API's job, the same verdict, the same summaries at the same places.
 * In `strict` mode nothing is reported that Nomad would not get to; in `editor` mode everything that is found.
 * Never throws for bad input. Nomad: jobspec2.ParseWithConfig.
 */
export function parseJobFile(source: SourceText, options: ParseOptions): ParsedJobFile {
  const file = openFile(source, options.mode);
  const reading = newReading(file, source, options);
  const broken = reading.files.find(({ opened }) => hasErrors(opened.diagnostics));
  if (options.mode === "strict" && broken !== undefined) {
    return { ...finished(reading, "variable-file", undefined), diagnostics: broken.opened.diagnostics };
  }
  if (options.mode === "strict" && hasErrors(file.diagnostics)) return finished(reading, "syntax", undefined);
  const contents = file.constants.content(rootSchema.body, reading.report);
  if (options.mode === "strict" && hasErrors(reading.diagnostics)) return finished(reading, "decode", undefined);
  readVariables(reading, contents);
  const context = reading.context;
  const whole = file.read(context).content(rootSchema.body, () => undefined);
  readLocals(reading, whole);
  if (options.mode === "strict" && hasErrors(reading.diagnostics)) return finished(reading, "decode", undefined);
  const job = readJob(reading, whole.blocks("job"));
  const stage = hasErrors(file.diagnostics) ? "syntax" : hasErrors(reading.diagnostics) ? "decode" : "free-form";
  if (options.mode === "editor" || stage === "free-form") reading.diagnostics.push(...reading.freeFormDiagnostics);
  return finished(reading, hasErrors(reading.diagnostics) ? stage : "done", job);
}

const LIMIT_SUMMARY = "Evaluation limit exceeded";

interface Reading extends Decoding {
  readonly options: ParseOptions;
  readonly files: readonly VariableFile[];
  readonly variables: Map<string, Variable>;
  /** The names and functions of the job; `var` and `local` are filled in as they become known. */
  readonly context: EvaluationContext;
  readonly names: Map<string, Value>;
  readonly diagnostics: Diagnostic[];
  readonly freeFormDiagnostics: Diagnostic[];
}

function newReading(file: OpenedFile, source: SourceText, options: ParseOptions): Reading {
  const names = new Map<string, Value>();
  const diagnostics = [...file.diagnostics];
  const freeFormDiagnostics: Diagnostic[] = [];
  const base = {
    source,
    variables: names,
    functions: functionTable,
    undefinedRoot: keepPlaceholder,
    budget: createBudget(),
  };
  return {
    source,
    mode: options.mode,
    options,
    files: openVariableFiles(options.variables ?? {}),
    variables: new Map(),
    context: options.fileRoot === undefined ? base : { ...base, files: filesBelow(options.fileRoot) },
    names,
    diagnostics,
    freeFormDiagnostics,
    report: onceOverLimit((diagnostic) => diagnostics.push(diagnostic)),
    reportFreeForm: onceOverLimit((diagnostic) => freeFormDiagnostics.push(diagnostic)),
  };
}

/** Few files ask for the home folder. */
function filesBelow(root: string): FileAccess {
  return {
    root,
    get home() {
      return homedir();
    },
  };
}

/** When the file's work is used up, every further expression says so; one of them is enough. */
function onceOverLimit(report: (diagnostic: Diagnostic) => void): (diagnostic: Diagnostic) => void {
  let reported = false;
  return (diagnostic) => {
    const isLimit = diagnostic.summary === LIMIT_SUMMARY;
    if (!isLimit || !reported) report(diagnostic);
    reported ||= isLimit;
  };
}

function readVariables(reading: Reading, contents: BodyContents): void {
  const { source, options, report, variables } = reading;
  const blocks = {
    variable: contents.blocks("variable"),
    variables: contents.blocks("variables"),
  };
  for (const [name, variable] of declareVariables(source, blocks, options.mode, report)) variables.set(name, variable);
  assignFromOutside(variables, options.variables ?? {}, reading.files, report);
  // Rules see one variable each, no other names, and no files.
  const { functions, budget } = reading.context;
  const ruleContext = { source, variables: new Map<string, Value>(), functions, ...(budget && { budget }) };
  checkVariables(variables, ruleContext, options.mode, report);
  reading.names.set("var", object(variableValues(variables)));
}

function readLocals(reading: Reading, contents: BodyContents): void {
  const declared = declareLocals(reading.source, contents.blocks("locals"), reading.report);
  const problems = evaluateLocals(reading.source, declared, reading.mode, (value) => reading.names.set("local", value));
  // Nomad gives up at the first local that it cannot evaluate.
  for (const found of reading.mode === "strict" ? problems.slice(0, 1) : problems)
    for (const one of found) reading.report(one);
}

function readJob(reading: Reading, blocks: readonly ReadableBlock[]): Decoded | undefined {
  const [first, ...others] = blocks;
  if (first === undefined) {
    const detail = 'A job file describes one job: add job "name" { … }.';
    reading.report({ severity: "error", summary: "Missing job block", detail });
    return undefined;
  }
  const job = decodeBlock(reading, first, jobSchema);
  for (const other of others) {
    const detail = `A job file describes one job, and ${reading.source.describe(first.defSpan)} already does. Move this one to a file of its own.`;
    reading.report(errorAt(reading, other.defSpan, "Duplicate job block", detail));
  }
  return job;
}

function finished(reading: Reading, stage: ParseStage, job: Decoded | undefined): ParsedJobFile {
  return {
    source: reading.source,
    job: job?.value as Job | undefined,
    // The job itself is the root.
    origins: new Origins(job?.origin),
    variables: [...reading.variables.values()].map((variable) => ({
      name: variable.name,
      description: variable.description,
      typeText: variable.typeText,
      hasValue: variable.assignments.length > 0,
    })),
    diagnostics: reading.mode === "editor" ? distinct(reading.diagnostics) : reading.diagnostics,
    stage,
  };
}

/** Without repetitions: a mistake in the content of a dynamic block is found once for each block that it makes. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ summary, subject, source }) => {
    const key = `${summary}\n${source?.name ?? ""}\n${subject?.start ?? ""}\n${subject?.end ?? ""}`;
    return !seen.has(key) && seen.add(key);
  });
}
