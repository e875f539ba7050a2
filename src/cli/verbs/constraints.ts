// `constraints`: whether a node may run the job, requirement by requirement, and why.
import type { Result } from "../../base/result.ts";
import { hasErrors } from "../../hcl/diagnostic.ts";
import type { Range } from "../../hcl/source.ts";
import { judgeJob, placeable, type Verdict } from "../../jobspec/constraints.ts";
import type { NodeDescription } from "../../jobspec/node.ts";
import type { ParsedJobFile } from "../../jobspec/parse.ts";
import { formatParseError } from "../../jobspec/parseError.ts";
import { EXIT } from "../exitCodes.ts";
import { readJobFile } from "../jobFile.ts";
import { errorsForPeople, unreadableText } from "../fileErrors.ts";
import { jobFileFlags } from "../jobText.ts";
import { nodeFlags, nodeOf } from "../node.ts";
import { pluginConfigOf } from "../pluginConfig.ts";
import type { Terminal } from "../terminal.ts";
import { flag, type Verb } from "../verb.ts";

export const constraints: Verb = {
  operands: "FILE…",
  arity: [1, Infinity],
  description: "Judges against this machine, or against a recorded node. Ends with 1 when a requirement is not met.",
  flags: {
    format: flag.format(["text", "json", "jsonl"]),
    fingerprint: nodeFlags.fingerprint,
    ...jobFileFlags,
    "plugin-config": flag.pluginConfig,
  },
  examples: ["nomad-qemu constraints vm.nomad.hcl", "nomad-qemu constraints -fingerprint node.json vm.nomad.hcl"],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    const judged = await nodeOf(context, await pluginConfigOf(context));
    if (judged === undefined) return EXIT.usage;
    let unmet = 0;
    const all: Judged[] = [];
    for (const file of given.operands) {
      const read = await readJobFile(file, context);
      const result = judge(file, read, judged.node);
      all.push(result);
      if (!result.ok || result.placeable === false) unmet++;
      if (given.value("format") === "jsonl") terminal.print(JSON.stringify(result));
      else if (given.value("format") === "json") continue;
      else if (read.ok) printResult(terminal, result, given.operands.length);
      else terminal.complain(read.error);
    }
    if (given.value("format") === "json") terminal.print(JSON.stringify(all, undefined, 2));
    return unmet === 0 ? EXIT.ok : EXIT.no;
  },
};

interface Judged {
  readonly file: string;
  readonly ok: boolean;
  readonly placeable: boolean | "unknown";
  readonly verdicts: readonly (Verdict & { readonly range: Range | null })[];
  /** Why there is nothing to judge. */
  readonly error?: string;
}

function judge(file: string, read: Result<ParsedJobFile>, node: NodeDescription): Judged {
  const nothing = { file, ok: false, placeable: "unknown", verdicts: [] } as const;
  if (!read.ok) return { ...nothing, error: unreadableText(file, read.error) };
  const { job, diagnostics, origins } = read.value;
  if (job === undefined || hasErrors(diagnostics)) return { ...nothing, error: formatParseError(read.value) };
  const verdicts = judgeJob(job, node);
  const plain = verdicts.map((verdict) => {
    const origin = origins.get(verdict.path);
    return { ...verdict, range: origin === undefined ? null : origin.source.range(origin.span) };
  });
  return { file, ok: true, placeable: placeable(verdicts), verdicts: plain };
}

function printResult(terminal: Terminal, { file, error, ...judged }: Judged, files: number): void {
  if (error !== undefined) terminal.note(terminal.style("error", errorsForPeople(file, error)));
  else {
    if (files > 1) terminal.print(terminal.style("bold", file));
    for (const verdict of judged.verdicts) terminal.print(verdictLines(verdict, terminal.style));
    terminal.note(SUMMARY[String(judged.placeable) as keyof typeof SUMMARY]);
  }
}

const SUMMARY = {
  true: "This node can run the job.",
  false: "This node cannot run the job.",
  unknown: "Nothing speaks against this node, but not everything about it is known.",
};

function verdictLines(
  { met, text, reason, group, task }: Verdict,
  style: (name: "good" | "error" | "warning", text: string) => string,
): string {
  const word =
    met === true ? style("good", "met    ") : met === false ? style("error", "not met") : style("warning", "unknown");
  const owner = [group, task].filter((name) => name !== undefined).join("/");
  return `${word}  ${text}${owner === "" ? "" : `  (${owner})`}\n         ${reason}`;
}
