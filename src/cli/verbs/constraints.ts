// `constraints`: whether a node may run the job, requirement by requirement, and why.
import { judgeJob, placeable, type Verdict } from "../../jobspec/constraints.ts";
import { EXIT } from "../exitCodes.ts";
import { readAcceptedJob } from "../jobFile.ts";
import { jobFileFlags } from "../jobText.ts";
import { nodeFlags, nodeOf } from "../node.ts";
import { pluginConfigOf } from "../pluginConfig.ts";
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
    const all: unknown[] = [];
    for (const file of given.operands) {
      const parsed = await readAcceptedJob(file, context);
      if (parsed === undefined) {
        unmet++;
        continue;
      }
      const verdicts = judgeJob(parsed.job, judged.node);
      const place = placeable(verdicts);
      if (place === false) unmet++;
      const plain = verdicts.map((verdict) => {
        const origin = parsed.origins.get(verdict.path);
        return { ...verdict, range: origin === undefined ? null : origin.source.range(origin.span) };
      });
      const result = { file, placeable: place, verdicts: plain };
      all.push(result);
      if (given.value("format") === "jsonl") terminal.print(JSON.stringify(result));
      else if (given.value("format") !== "json") {
        if (given.operands.length > 1) terminal.print(terminal.style("bold", file));
        for (const verdict of verdicts) terminal.print(verdictLines(verdict, terminal.style));
        terminal.note(SUMMARY[String(place) as keyof typeof SUMMARY]);
      }
    }
    if (given.value("format") === "json") terminal.print(JSON.stringify(all, undefined, 2));
    return unmet === 0 ? EXIT.ok : EXIT.no;
  },
};

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
