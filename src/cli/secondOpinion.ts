// HashiCorp's own parser as a second opinion before a run. It takes a quarter of a second, so a text that it has accepted is
// remembered by its hash: the parser never changes within a version of ours.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { programFile, VERSION } from "../base/programs.ts";
import type { Problem } from "../base/result.ts";
import { secondOpinion } from "../hcl/secondOpinion.ts";
import type { SourceText } from "../hcl/source.ts";

/**
 * What HashiCorp's parser says against a text, if anything. A parser that does not answer is no objection.
 * @param cacheDir where accepted texts are remembered (`dataPaths().cacheDir`)
 */
export async function hashicorpObjection(source: SourceText, cacheDir: string): Promise<Problem | undefined> {
  // JSON is not native syntax, and that is all this parser knows.
  if (/^ *\{/.test(source.text)) return undefined;
  const folder = path.join(cacheDir, "accepted-syntax");
  const note = path.join(folder, createHash("sha256").update(`${VERSION}\0${source.text}`).digest("hex"));
  if (existsSync(note)) return undefined;
  const opinion = await secondOpinion(source, { workerPath: programFile("syntax-oracle.js") });
  if (opinion.verdict === "accepts") remember(folder, note);
  const [first] = opinion.verdict === "refuses" ? opinion.refusals : [];
  if (first === undefined) return undefined;
  return {
    code: "second-opinion",
    what: `HashiCorp's own parser refuses this file: ${first.summary}`,
    where: first.subject === undefined ? source.name : source.describe(first.subject),
    why: first.detail,
    next: "Nothing was run. Mend the place; if it looks right to you, this is a fault of ours: please report it.",
  };
}

/** An empty file by that name. Where it cannot be written, the parser is asked again next time. */
function remember(folder: string, note: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(note, "");
  } catch {
    return;
  }
}
