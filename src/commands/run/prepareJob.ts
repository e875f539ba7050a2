// From the text of a job file to a job that may run, with the command line of each of its qemu tasks; or to what is missing
// or wrong, with its place. The same rules as the squiggles, and HashiCorp's own parser as a second opinion on the syntax.
import { dataPaths } from "../../base/paths.ts";
import { programFile } from "../../base/programs.ts";
import { localNode } from "../../client/machineFacts.ts";
import type { Fingerprint } from "../../driver/fingerprint.ts";
import type { PluginConfig } from "../../driver/pluginConfig.ts";
import { secondOpinion, type SecondOpinion } from "../../hcl/secondOpinion.ts";
import { SourceText, type Range, type Span } from "../../hcl/source.ts";
import type { Job } from "../../jobspec/job.ts";
import { parseJobFile, type DeclaredVariable, type ParsedJobFile } from "../../jobspec/parse.ts";
import { lintJobFile } from "../../lint/lint.ts";
import { previewCommandLine, type PreviewedCommandLine, type PreviewInput } from "./previewCommandLine.ts";

export interface PrepareInput {
  /** What messages call the file. */
  readonly name: string;
  readonly text: string;
  /** Values of variables, as `-var` gives them. */
  readonly values: Readonly<Record<string, string>>;
  /** Where `NOMAD_VAR_…` and the variables of tasks come from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that file functions read from. */
  readonly fileRoot?: string;
  readonly pluginConfig: PluginConfig;
  readonly fingerprint: Fingerprint;
  readonly dataDir: string;
  /** The one task that is to run, when that is known: what the driver refuses about others does not matter then. */
  readonly only?: { readonly group: string; readonly task: string };
}

export type Prepared =
  /** Nothing else is wrong, but these have no value. */
  | { readonly kind: "unset"; readonly variables: readonly DeclaredVariable[] }
  | { readonly kind: "refused"; readonly errors: readonly RefusedPlace[] }
  | { readonly kind: "ready"; readonly job: PreparedJob };

export interface RefusedPlace {
  readonly message: string;
  /** In the job file; undefined where the fault has no place in it. */
  readonly range: Range | undefined;
}

export interface PreparedJob {
  readonly job: Job;
  /** In file order; at least one. */
  readonly targets: readonly RunTarget[];
}

export interface RunTarget {
  readonly group: string;
  readonly task: string;
  readonly commandLine: PreviewedCommandLine;
}

export async function prepareJob(input: PrepareInput): Promise<Prepared> {
  const source = new SourceText(input.name, input.text);
  const opinion = hashicorpsOpinion(source);

  // First without the verdict on variables: nobody should be asked for values of a job that cannot run anyway.
  const draft = parse(input, source, "editor");
  const wrong = errorsOf(draft, input);
  const second = await opinion;
  if (wrong.length > 0) return { kind: "refused", errors: wrong };
  if (second.verdict === "refuses") {
    const errors = second.refusals.map(({ summary, detail, subject }) => ({
      message: `HashiCorp's own parser refuses this file: ${summary}; ${detail} If the place looks right to you, please report it: it is a fault of ours.`,
      range: subject === undefined ? undefined : source.range(subject),
    }));
    return { kind: "refused", errors };
  }
  const unset = draft.variables.filter(({ hasValue }) => !hasValue);
  if (unset.length > 0) return { kind: "unset", variables: unset };

  const parsed = parse(input, source, "strict");
  const errors = errorsOf(parsed, input);
  const { job } = parsed;
  if (errors.length > 0 || job === undefined) return { kind: "refused", errors };
  const node = await localNode(input.fingerprint);
  const targets = targetsOf(job, { ...input, node });
  if (targets.length === 0) {
    const message = 'This job has no task whose driver is "qemu", so there is nothing to run here.';
    return { kind: "refused", errors: [{ message, range: undefined }] };
  }
  return { kind: "ready", job: { job, targets } };
}

/** HashiCorp's own parser knows the native syntax alone; a parser that does not answer is no objection. */
async function hashicorpsOpinion(source: SourceText): Promise<SecondOpinion> {
  if (/^ *\{/.test(source.text)) return { verdict: "accepts" };
  return secondOpinion(source, { workerPath: programFile("syntax-oracle.js") });
}

function parse(input: PrepareInput, source: SourceText, mode: "strict" | "editor"): ParsedJobFile {
  const flags = Object.entries(input.values).map(([name, value]) => ({ name, value }));
  return parseJobFile(source, {
    mode,
    variables: { environment: input.environment, flags },
    ...(input.fileRoot === undefined ? {} : { fileRoot: input.fileRoot }),
  });
}

function errorsOf(parsed: ParsedJobFile, { pluginConfig, fingerprint, dataDir, only }: PrepareInput): RefusedPlace[] {
  const others = only === undefined ? [] : otherTasks(parsed, only);
  return lintJobFile(parsed, { pluginConfig, fingerprint, allocRoot: dataPaths(dataDir).allocDir })
    .filter(({ severity }) => severity === "error")
    .filter(({ code, span }) => !code.startsWith("qemu/") || !others.some((other) => contains(other, span)))
    .map(({ message, source, span }) => ({
      message,
      range: source === parsed.source ? source.range(span) : undefined,
    }));
}

/** The blocks of the tasks that will not run. */
function otherTasks({ job, origins }: ParsedJobFile, only: { readonly group: string; readonly task: string }): Span[] {
  return (job?.TaskGroups ?? []).flatMap((group, groupIndex) =>
    (group.Tasks ?? []).flatMap((task, taskIndex) => {
      if (group.Name === only.group && task.Name === only.task) return [];
      const origin = origins.get(["TaskGroups", groupIndex, "Tasks", taskIndex]);
      return origin === undefined ? [] : [origin.wholeSpan];
    }),
  );
}

function contains(outer: Span, inner: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

function targetsOf(job: Job, input: PreviewInput): RunTarget[] {
  return (job.TaskGroups ?? []).flatMap((group) =>
    (group.Tasks ?? [])
      .filter((task) => task.Driver === "qemu" && task.Lifecycle === null)
      .map((task) => ({
        group: group.Name ?? "",
        task: task.Name,
        commandLine: previewCommandLine(job, group, task, input),
      })),
  );
}
