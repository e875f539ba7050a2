// `parse`: the job as `nomad job run -output` prints it.
import { hasErrors, type Diagnostic } from "../../hcl/diagnostic.ts";
import { canonicalize } from "../../jobspec/canonicalize.ts";
import { formatParseError } from "../../jobspec/parseError.ts";
import { EXIT } from "../exitCodes.ts";
import { readJobFile } from "../jobFile.ts";
import { jobFileFlags } from "../jobText.ts";
import { flag, type Verb } from "../verb.ts";

export const parse: Verb = {
  operands: "FILE…",
  arity: [1, Infinity],
  flags: {
    format: flag.format(["text", "json", "jsonl"]),
    canonicalize: { kind: "switch", help: "with the server's defaults filled in" },
    ...jobFileFlags,
  },
  examples: ["nomad-qemu parse vm.nomad.hcl", "nomad-qemu parse -var image=a.qcow2 -format jsonl jobs/*.nomad.hcl"],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    let refused = 0;
    for (const file of given.operands) {
      const parsed = await readJobFile(file, context);
      const ok = !hasErrors(parsed.diagnostics) && parsed.job !== undefined;
      if (!ok) refused++;
      const job = parsed.job !== undefined && given.has("canonicalize") ? canonicalize(parsed.job) : parsed.job;
      if (given.value("format") === "jsonl") {
        terminal.print(
          JSON.stringify(
            ok
              ? { file, ok, job }
              : {
                  file,
                  ok,
                  error: formatParseError(parsed),
                  diagnostics: parsed.diagnostics.map(plainDiagnostic),
                },
          ),
        );
      } else if (ok) terminal.print(JSON.stringify({ Job: job }, undefined, 4));
      else terminal.note(terminal.style("error", formatParseError(parsed)));
    }
    return refused === 0 ? EXIT.ok : EXIT.no;
  },
};

/** A diagnostic as plain data: ranges from 0 in UTF-16 code units. */
export function plainDiagnostic({ severity, summary, detail, source, subject }: Diagnostic): Record<string, unknown> {
  const range = source === undefined || subject === undefined ? null : source.range(subject);
  return { severity, summary, detail, range };
}
