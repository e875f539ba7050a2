// From the text of a job file to the API's job, in process and warm, against hcl2-parser's parse of the same text.
import { createRequire } from "node:module";
import { SourceText } from "../src/hcl/source.ts";
import { canonicalize } from "../src/jobspec/canonicalize.ts";
import { parseJobFile } from "../src/jobspec/parse.ts";
import { longJob } from "./longJob.ts";
import { median, medianMs, report } from "./measure.ts";

const PARSE_BUDGET_MS = 7;
const CANONICAL_BUDGET_MS = 10;
/** Time per line of the longest file against that of 1,000 lines. */
const LINEAR_BUDGET = 1.5;
const HOSTILE_BUDGET_MS = 1000;

// hcl2-parser sets this to Infinity when it is loaded, and nobody else shall notice.
const stackTraceLimit = Error.stackTraceLimit;
const hcl2 = createRequire(import.meta.url)("hcl2-parser") as { parseToString(text: string): [string, unknown] };
Error.stackTraceLimit = stackTraceLimit;

const parse = (text: string): ReturnType<typeof parseJobFile> =>
  parseJobFile(new SourceText("bench.nomad.hcl", text), { mode: "strict" });

const text = longJob(1000);
const parsed = parse(text);
if (parsed.job === undefined || parsed.diagnostics.length > 0) throw new Error("the bench's own job is refused");

const baseline = { name: "hcl2-parser", ms: medianMs(() => hcl2.parseToString(text)) };
const parseMs = medianMs(() => parse(text), { runs: 31, warmUp: 30 });
report({
  what: "1,000 lines, text to job",
  ms: parseMs,
  baseline,
  budget: { text: `${PARSE_BUDGET_MS} ms`, met: parseMs <= PARSE_BUDGET_MS },
});

const canonicalMs = medianMs(
  () => {
    const { job: made } = parse(text);
    if (made !== undefined) canonicalize(made);
  },
  { runs: 31, warmUp: 10 },
);
report({
  what: "1,000 lines, text to canonical job",
  ms: canonicalMs,
  baseline,
  budget: { text: `${CANONICAL_BUDGET_MS} ms`, met: canonicalMs <= CANONICAL_BUDGET_MS },
});

const long = longJob(5000);
// Taken in turns, so that other work on the machine is in both.
const fiveTimes: number[] = [];
const once: number[] = [];
for (let round = 0; round < 25; round++) {
  let start = performance.now();
  for (let run = 0; run < 5; run++) parse(text);
  fiveTimes.push(performance.now() - start);
  start = performance.now();
  parse(long);
  once.push(performance.now() - start);
}
const longMs = median(once);
const fiveMs = median(fiveTimes);
report({
  what: "100 groups, 5,000 lines",
  ms: longMs,
  baseline: { name: "five times 1,000 lines", ms: fiveMs },
  budget: { text: `${LINEAR_BUDGET}x`, met: longMs <= fiveMs * LINEAR_BUDGET },
});

const numbers = `[${Array.from({ length: 1000 }, (_, index) => index).join(", ")}]`;
const hostile: Readonly<Record<string, string>> = {
  "10,000 variables": `${Array.from({ length: 10_000 }, (_, index) => `variable "v${index}" {}\n`).join("")}job "j" {}\n`,
  "a circle of 10,000 locals": `locals {\n${Array.from({ length: 10_000 }, (_, index) => `v${index} = local.v${(index + 1) % 10_000}\n`).join("")}}\njob "j" {}\n`,
  "a dynamic block over a million items": `locals {\n  all = flatten([for a in ${numbers} : ${numbers}])\n}\njob "j" {\n  dynamic "group" {\n    for_each = local.all\n    labels   = ["g"]\n    content {}\n  }\n}\n`,
};
for (const [what, hostileText] of Object.entries(hostile)) {
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    const { diagnostics } = parse(hostileText);
    times.push(performance.now() - start);
    if (diagnostics.length === 0) throw new Error(`${what}: no diagnostic`);
  }
  const ms = median(times);
  report({ what, ms, budget: { text: `${HOSTILE_BUDGET_MS} ms`, met: ms <= HOSTILE_BUDGET_MS } });
}
