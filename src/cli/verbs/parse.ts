// `parse`: the job as `nomad job run -output` prints it.
import { hasErrors, type Diagnostic } from "../../hcl/diagnostic.ts";
import type { Job } from "../../jobspec/job.ts";
import type { ParsedJobFile } from "../../jobspec/parse.ts";
import { formatParseError } from "../../jobspec/parseError.ts";
import { EXIT } from "../exitCodes.ts";
import { readJobFile } from "../jobFile.ts";
import { errorsForPeople, unreadableText } from "../fileErrors.ts";
import { jobFileFlags } from "../jobText.ts";
import { flag, type Verb } from "../verb.ts";

export const parse: Verb = {
  operands: "FILE…",
  arity: [1, Infinity],
  description:
    "The JSON of several FILEs is one list, with an entry for each file: its job, or its errors. jsonl prints the same\nentries line by line.",
  flags: {
    format: flag.format(["text", "json", "jsonl"]),
    canonicalize: { kind: "switch", help: "with the server's defaults filled in" },
    ...jobFileFlags,
  },
  examples: ["nomad-qemu parse vm.nomad.hcl", "nomad-qemu parse -var image=a.qcow2 -format jsonl jobs/*.nomad.hcl"],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    const format = given.value("format") ?? "text";
    const complete = given.has("canonicalize") ? await loadCanonicalize() : (job: Job): Job => job;
    const rows: Row[] = [];
    for (const file of given.operands) {
      const read = await readJobFile(file, context);
      const row = read.ok
        ? rowOf(file, read.value, complete)
        : { file, ok: false as const, error: unreadableText(file, read.error), diagnostics: [] };
      rows.push(row);
      if (format === "jsonl") terminal.print(JSON.stringify(row));
      else if (format === "json" && given.operands.length > 1) continue;
      else if (row.ok) terminal.print(JSON.stringify({ Job: row.job }, undefined, 4));
      else if (read.ok) terminal.note(terminal.style("error", errorsForPeople(file, row.error)));
      else terminal.complain(read.error);
    }
    if (format === "json" && given.operands.length > 1) terminal.print(JSON.stringify(rows, undefined, 4));
    return rows.every(({ ok }) => ok) ? EXIT.ok : EXIT.no;
  },
};

/** Most calls do not ask for it. */
async function loadCanonicalize(): Promise<(job: Job) => Job> {
  return (await import("../../jobspec/canonicalize.ts")).canonicalize;
}

/** One file in jsonl, and in the json of several. */
type Row =
  | { readonly file: string; readonly ok: true; readonly job: Job }
  | { readonly file: string; readonly ok: false; readonly error: string; readonly diagnostics: readonly unknown[] };

function rowOf(file: string, parsed: ParsedJobFile, complete: (job: Job) => Job): Row {
  const { job, diagnostics } = parsed;
  if (job !== undefined && !hasErrors(diagnostics)) return { file, ok: true, job: complete(job) };
  return { file, ok: false, error: formatParseError(parsed), diagnostics: diagnostics.map(plainDiagnostic) };
}

/** A diagnostic as plain data: ranges from 0 in UTF-16 code units. */
export function plainDiagnostic({ severity, summary, detail, source, subject }: Diagnostic): Record<string, unknown> {
  const range = source === undefined || subject === undefined ? null : source.range(subject);
  return { severity, summary, detail, range };
}
