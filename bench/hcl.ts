// Parsing and formatting of HCL, in process and warm, against HashiCorp's parser inside hcl2-parser (parsing only, no
// conversion to JSON): time for 1,000 lines, growth up to 100,000 lines, memory of the tree.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { format } from "../src/hcl/format.ts";
import { parseSource } from "../src/hcl/parser.ts";
import { SourceText } from "../src/hcl/source.ts";
import { hclOracle } from "../test/support/hclOracle.ts";
import { median, medianMs, report } from "./measure.ts";

const PARSE_BUDGET_MS = 3;
const FORMAT_BUDGET_MS = 10;
const EDITOR_BUDGET_MS = 10;
/** Time per line of 100,000 lines against that of 1,000. */
const LINEAR_BUDGET = 1.5;
const HEAP_BUDGET_MB = 30;

const folder = path.join(import.meta.dirname, "../test/fixtures/jobs");
const jobs = readdirSync(folder)
  .sort()
  .map((name) => readFileSync(path.join(folder, name), "utf8"))
  .join("\n");

/** The fixtures' jobs over and over, each round in a block of its own, `count` lines in all. */
function lines(count: number): string {
  const block = `round {\n${jobs}\n}\n`;
  const perBlock = block.split("\n").length - 1;
  // Whole blocks only, so that the text stays HCL; a round of names that repeat would be an error at the top of a file.
  return block.repeat(Math.max(1, Math.round(count / perBlock)));
}

function parse(text: string, mode: "strict" | "editor" = "strict"): unknown {
  return parseSource(new SourceText("bench.nomad.hcl", text), mode);
}

const text = lines(1000);
const textLines = text.split("\n").length - 1;
const { parse: hashicorp } = hclOracle();
const refused = parseSource(new SourceText("bench.nomad.hcl", text), "strict").diagnostics;
if (refused.length > 0) throw new Error(`the bench's own file is refused: ${refused[0]!.summary}`);

const baseline = { name: "hcl2-parser", ms: medianMs(() => hashicorp(text)) };
const parseMs = medianMs(() => parse(text), { runs: 101, warmUp: 50 }) * (1000 / textLines);
report({
  what: "1,000 lines parsed",
  ms: parseMs,
  baseline: { ...baseline, ms: baseline.ms * (1000 / textLines) },
  budget: { text: `${PARSE_BUDGET_MS} ms`, met: parseMs <= PARSE_BUDGET_MS },
});

const broken = `${text.slice(0, text.length >> 1)}"${text.slice(text.length >> 1)}`;
const brokenMs = medianMs(() => parse(broken, "editor"), { runs: 51, warmUp: 20 }) * (1000 / textLines);
report({
  what: "1,000 lines with an error, for the editor",
  ms: brokenMs,
  baseline: { ...baseline, ms: medianMs(() => hashicorp(broken)) * (1000 / textLines) },
  budget: { text: `${EDITOR_BUDGET_MS} ms`, met: brokenMs <= EDITOR_BUDGET_MS },
});

const formatMs =
  medianMs(() => format(new SourceText("bench.nomad.hcl", text)), { runs: 51, warmUp: 20 }) * (1000 / textLines);
report({
  what: "1,000 lines formatted",
  ms: formatMs,
  baseline: { ...baseline, ms: baseline.ms * (1000 / textLines) },
  budget: { text: `${FORMAT_BUDGET_MS} ms`, met: formatMs <= FORMAT_BUDGET_MS },
});

const ROUNDS = 100;
const long = lines(ROUNDS * 1000);
const longLines = long.split("\n").length - 1;
// Taken in turns, so that other work on the machine is in both. The trees are kept on both sides: to hold a hundred thousand
// lines is work for the collector, in one tree or in a hundred.
const times = { long: [] as number[], short: [] as number[] };
const timed = (work: () => unknown): number => {
  const start = performance.now();
  const kept = work();
  const ms = performance.now() - start;
  if (kept === undefined) throw new Error("no tree");
  return ms;
};
for (let round = 0; round < 7; round++) {
  const short = timed(() => Array.from({ length: ROUNDS }, () => parse(text)));
  times.short.push(short / (ROUNDS * textLines));
  times.long.push(timed(() => parse(long)) / longLines);
}
const shortMs = median(times.short) * 100_000;
const longMs = median(times.long) * 100_000;
report({
  what: "100,000 lines parsed",
  ms: longMs,
  baseline: { name: "100 trees of 1,000 lines", ms: shortMs },
  budget: { text: `${LINEAR_BUDGET}x`, met: longMs <= shortMs * LINEAR_BUDGET },
});

const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) console.log("heap of 20,000 lines: not measured (start with --expose-gc)");
else {
  const source = new SourceText("bench.nomad.hcl", lines(20_000));
  collect();
  const before = process.memoryUsage().heapUsed;
  const tree = parseSource(source, "strict");
  collect();
  const megabytes = (process.memoryUsage().heapUsed - before) / 1_000_000;
  const met = megabytes <= HEAP_BUDGET_MB && tree.diagnostics.length === 0;
  console.log(
    `heap of 20,000 lines: ${megabytes.toFixed(1)} MB   budget ${HEAP_BUDGET_MB} MB: ${met ? "met" : "MISSED"}`,
  );
}
