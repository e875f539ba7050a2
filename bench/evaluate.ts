// Evaluation of all attributes of a file, parsed before and warm, against HashiCorp's evaluator inside hcl2-parser.
import { createBudget } from "../src/hcl/budget.ts";
import { hasErrors } from "../src/hcl/diagnostic.ts";
import { evaluate, type EvaluationContext } from "../src/hcl/evaluate.ts";
import { functionTable } from "../src/hcl/functions/table.ts";
import { parseSource } from "../src/hcl/parser.ts";
import { SourceText } from "../src/hcl/source.ts";
import { oracleBody } from "../test/support/hclOracleValues.ts";
import { median, medianMs, report } from "./measure.ts";

const BUDGET_MS = 5;
/** Time per line of a long file against that of 1,000 lines. */
const LINEAR_BUDGET = 1.5;

/** Ten lines with what job files have, and more than that: numbers, templates, calls, loops, conditionals. */
const LINES: readonly ((i: number) => string)[] = [
  (i) => `name_${i} = "vm-${i}"`,
  (i) => `memory_${i} = ${i} * 1024 + 0.5`,
  (i) => `image_${i} = "local/\${upper("image")}-${i}.qcow2"`,
  (i) => `arguments_${i} = ["-smp", "2", "-name", "vm-${i}", "-nographic"]`,
  (i) => `ports_${i} = { http = ${8000 + i}, ssh = ${2000 + i} }`,
  (i) => `list_${i} = [for p in ["a", "b", "c"] : "\${p}-${i}" if p != "b"]`,
  (i) => `size_${i} = ${i} > 500 ? "large" : "small"`,
  (i) => `joined_${i} = join(",", formatlist("%s=%d", ["x", "y"], [${i}, ${i + 1}]))`,
  (i) => `first_${i} = [{ id = ${i} }, { id = ${i + 1} }][*].id`,
  (i) => `enabled_${i} = ${i} % 2 == 0 && !false`,
];

const file = (lines: number): string =>
  Array.from({ length: lines }, (_, i) => `${LINES[i % LINES.length]!(i)}\n`).join("");

function evaluator(text: string): () => void {
  const source = new SourceText("bench.hcl", text);
  const { attributes } = parseSource(source, "strict").value;
  return () => {
    const context: EvaluationContext = {
      source,
      variables: new Map(),
      functions: functionTable,
      budget: createBudget(),
    };
    for (const { expression } of attributes) {
      if (hasErrors(evaluate(expression, context).diagnostics)) throw new Error("the bench's own file has errors");
    }
  };
}

const text = file(1_000);
const oracle = oracleBody(text);
if (oracle() > 0) throw new Error("the bench's own file has errors for hcl2-parser");
const ms = medianMs(evaluator(text), { runs: 51, warmUp: 50 });
report({
  what: "1,000 lines evaluated",
  ms,
  baseline: { name: "hcl2-parser's evaluator", ms: medianMs(oracle) },
  budget: { text: `${BUDGET_MS} ms`, met: ms <= BUDGET_MS },
});

const LONG = 20;
const long = evaluator(file(LONG * 1_000));
const short = evaluator(text);
// Taken in turns, so that other work on the machine is in both.
const times = { long: [] as number[], short: [] as number[] };
for (let round = 0; round < 15; round++) {
  let start = performance.now();
  for (let run = 0; run < LONG; run++) short();
  times.short.push(performance.now() - start);
  start = performance.now();
  long();
  times.long.push(performance.now() - start);
}
const longMs = median(times.long);
const shortMs = median(times.short);
report({
  what: `${LONG},000 lines evaluated`,
  ms: longMs,
  baseline: { name: `${LONG} times 1,000 lines`, ms: shortMs },
  budget: { text: `${LINEAR_BUDGET}x`, met: longMs <= shortMs * LINEAR_BUDGET },
});
