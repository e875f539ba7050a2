// HashiCorp's own parser as a second opinion on a text before its first run.
import { programFile } from "../base/programs.ts";
import type { Problem } from "../base/result.ts";
import { secondOpinion } from "../hcl/secondOpinion.ts";
import { SourceText } from "../hcl/source.ts";

/** What HashiCorp's parser says against a text, if anything. A parser that does not answer is no objection. */
export async function hashicorpObjection(name: string, text: string): Promise<Problem | undefined> {
  const source = new SourceText(name, text);
  const opinion = await secondOpinion(source, { workerPath: programFile("syntax-oracle.js") });
  const [first] = opinion.verdict === "refuses" ? opinion.refusals : [];
  if (first === undefined) return undefined;
  return {
    code: "second-opinion",
    what: `HashiCorp's own parser refuses this file: ${first.summary}`,
    where: first.subject === undefined ? name : source.describe(first.subject),
    why: first.detail,
    next: "Nothing was run. Mend the place; if it looks right to you, this is a fault of ours: please report it.",
  };
}
