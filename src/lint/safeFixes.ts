// The edits of safe fixes, for `lint --fix` and the editor's "fix all".
import type { SourceText } from "../hcl/source.ts";
import { editsOverlap } from "./edits.ts";
import type { Finding, TextEdit } from "./finding.ts";

/** The first safe fix of every finding in a file, as long as it does not touch what an earlier one changes. */
export function safeEdits(findings: readonly Finding[], source: SourceText): TextEdit[] {
  const chosen: TextEdit[] = [];
  for (const finding of findings) {
    const fix = finding.fixes.find(({ kind }) => kind === "safe");
    if (fix === undefined || finding.source !== source || editsOverlap(chosen, fix.edits)) continue;
    chosen.push(...fix.edits);
  }
  return chosen;
}
