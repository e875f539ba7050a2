// `npm run fuzz`: 60 s of broken and valid texts from a seed through the parser (both modes), the formatter, the JSON form
// and the evaluator. Nothing may throw, hang, or contradict itself. `npm run fuzz -- SECONDS SEED` repeats a run.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createBudget } from "../src/hcl/budget.ts";
import { evaluate } from "../src/hcl/evaluate.ts";
import { format } from "../src/hcl/format.ts";
import { functionTable } from "../src/hcl/functions/table.ts";
import { keepPlaceholder } from "../src/hcl/extensions/undefinedVariables.ts";
import { parseJson } from "../src/hcl/json.ts";
import { parseExpressionText, parseSource, parseTemplateText, tokenize } from "../src/hcl/parser.ts";
import { SourceText } from "../src/hcl/source.ts";
import type { Body } from "../src/hcl/syntax.ts";
import { file } from "../test/support/hclGenerator.ts";
import { mutate, tokenSoup } from "../test/support/hclMutation.ts";
import { seededRandom, type Random } from "../test/support/random.ts";
import { root } from "./programs.ts";

const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
if (!Number.isFinite(seconds) || !Number.isInteger(seed)) {
  console.error("Usage: npm run fuzz -- [SECONDS] [SEED]");
  process.exit(2);
}

/** No text of these sizes (a few KB) may take longer. */
const SLOW_MS = 1000;

const folder = path.join(root, "test/fixtures/jobs");
const jobs = readdirSync(folder)
  .sort()
  .map((name) => readFileSync(path.join(folder, name), "utf8"));
const json = '{"job":{"t":{"meta":{"a":"${upper(\\"x\\")}","b":[1,-2.5e3,true,null]},"group":{"g":{}}}}}';

function makeText(random: Random): string {
  const kind = random.next();
  if (kind < 0.4) return mutate(random.pick(jobs), random);
  if (kind < 0.6) return tokenSoup(random);
  if (kind < 0.7) return mutate(json, random);
  return kind < 0.85 ? file(random) : mutate(file(random), random);
}

/** Throws what is wrong with our answers to a text. */
function check(text: string): void {
  const source = new SourceText("fuzz.nomad.hcl", text);
  const strict = parseSource(source, "strict");
  const editor = parseSource(source, "editor");
  if (strict.diagnostics.length > 0 !== editor.diagnostics.length > 0) throw new Error("the modes' verdicts differ");
  for (const { subject } of [...strict.diagnostics, ...editor.diagnostics])
    if (subject === undefined || subject.start > subject.end || subject.end > text.length)
      throw new Error("a message without a place in the text");
  checkNesting(editor.value, 0, text.length);
  checkFormat(source, strict.diagnostics.length > 0);
  evaluateAll(strict.value, source);
  parseExpressionText(source, "editor");
  parseTemplateText(source);
  parseJson(source);
  source.describe({ start: 0, end: text.length });
}

/** Blocks and arguments stand inside of what they belong to. */
function checkNesting(body: Body, start: number, end: number): void {
  for (const { span } of [...body.attributes, ...body.blocks])
    if (span.start < start || span.end > end || span.start > span.end) throw new Error("an item outside of its body");
  for (const block of body.blocks) checkNesting(block.body, block.span.start, block.span.end);
}

function checkFormat(source: SourceText, refused: boolean): void {
  const once = format(source);
  if (once.ok === refused) throw new Error("the formatter's verdict is not the parser's");
  if (!once.ok) return;
  const formatted = new SourceText("formatted.nomad.hcl", once.text);
  const twice = format(formatted);
  if (!twice.ok || twice.edits.length > 0) throw new Error("formatting twice changes something");
  if (tokenTexts(source) !== tokenTexts(formatted)) throw new Error("formatting changed more than spaces");
}

function tokenTexts(source: SourceText): string {
  const tokens = tokenize(source);
  return Array.from({ length: tokens.count }, (_, index) =>
    source.text.slice(tokens.start(index), tokens.end(index)),
  ).join("\u0001");
}

function evaluateAll(body: Body, source: SourceText): void {
  const context = {
    source,
    variables: new Map(),
    functions: functionTable,
    undefinedRoot: keepPlaceholder,
    budget: createBudget(),
  };
  for (const { expression } of body.attributes) evaluate(expression, context);
  for (const block of body.blocks) evaluateAll(block.body, source);
}

const random = seededRandom(seed);
const end = performance.now() + seconds * 1000;
let texts = 0;
while (performance.now() < end) {
  const text = makeText(random);
  const start = process.cpuUsage().user;
  try {
    check(text);
  } catch (error) {
    console.error(
      `Seed ${seed}, text ${texts}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    console.error(JSON.stringify(text));
    process.exit(1);
  }
  const ms = (process.cpuUsage().user - start) / 1000;
  if (ms > SLOW_MS) {
    console.error(`Seed ${seed}, text ${texts}: ${ms.toFixed(0)} ms for ${text.length} characters`);
    console.error(JSON.stringify(text));
    process.exit(1);
  }
  texts++;
}
console.log(`${texts} texts in ${seconds} s from seed ${seed}: nothing threw, hung or contradicted itself.`);
