// Characters as people see them: grapheme clusters, which HCL counts, cuts and reverses strings by.
import { type Budget, spend } from "../budget.ts";
import { graphemeSegments } from "../graphemeSegmenter.ts";

// Below U+0300 every code unit is a cluster of its own, except that CR LF is one.
const SIMPLE = /^[\u0000-\u000c\u000e-\u02ff]*$/;
const UNITS_PER_CHARACTER = 0.5;

/** The clusters of a text, in order. */
export function graphemes(text: string, budget: Budget): readonly string[] {
  spend(budget, Math.ceil(text.length * UNITS_PER_CHARACTER));
  if (SIMPLE.test(text)) return Array.from(text);
  return Array.from(graphemeSegments(text), ({ segment }) => segment);
}

/** The number of clusters. */
export function countGraphemes(text: string, budget: Budget): number {
  if (SIMPLE.test(text)) return text.length;
  return graphemes(text, budget).length;
}
