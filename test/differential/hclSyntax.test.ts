// Our parser against HashiCorp's: same verdict, same messages at the same places, same tree with all ranges.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSource } from "../../src/hcl/parser.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { hashicorpMessages } from "../support/hcl2json.ts";
import { file } from "../support/hclGenerator.ts";
import { mutate, tokenSoup } from "../support/hclMutation.ts";
import { hclOracle } from "../support/hclOracle.ts";
import { plainTree } from "../support/plainTree.ts";
import { seededRandom } from "../support/random.ts";

const folder = join(import.meta.dirname, "../fixtures/jobs");
const jobs = readdirSync(folder)
  .sort()
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

/**
 * Where the reference is not Nomad's HCL 2.20, or is wrong (hcl.md 2.4 and 3.2). `versions` are the references it holds
 * for; a difference that no entry allows fails.
 */
const ALLOWED: readonly {
  readonly reason: string;
  readonly versions: readonly ("2.10" | "2.23")[];
  /** Even the verdict may differ. */
  readonly verdict?: true;
  readonly applies: (text: string, ours: readonly string[], theirs: readonly string[]) => boolean;
}[] = [
  {
    reason: "Namespaced calls a::b() exist since HCL 2.20; before, the colons are a syntax error",
    versions: ["2.10"],
    verdict: true,
    applies: (text) => text.includes("::"),
  },
  {
    reason:
      "Unclosed blocks, lists, maps and sequences are blamed where they open since HCL 2.11, before at the end of the file",
    versions: ["2.10"],
    applies: (_text, ours) =>
      ours.some((message) => /: (?:Unclosed|Unterminated) |: Missing expression$/.test(message)),
  },
  {
    reason: "The end of a one-line block that is cut off is an unclosed block since HCL 2.11",
    versions: ["2.10"],
    applies: (_text, _ours, theirs) =>
      theirs.some((message) => message.endsWith(": Invalid single-argument block definition")),
  },
];

function allowed(version: "2.10" | "2.23", text: string, ours: readonly string[], theirs: readonly string[]): boolean {
  const sameVerdict = ours.length > 0 === theirs.length > 0;
  return ALLOWED.some(
    (entry) =>
      entry.versions.includes(version) && (sameVerdict || entry.verdict === true) && entry.applies(text, ours, theirs),
  );
}

function ourMessages(source: SourceText): string[] {
  return parseSource(source, "strict").diagnostics.map(
    ({ subject, summary }) => `${source.describe(subject!).slice(source.name.length + 1)}: ${summary}`,
  );
}

/** Differences on `count` texts from `make`, at most ten of them. */
async function differencesFrom223(count: number, make: () => string): Promise<object[]> {
  const differences: object[] = [];
  let invalid = 0;
  for (let index = 0; index < count && differences.length < 10; index++) {
    const text = make();
    const ours = ourMessages(new SourceText("t", text));
    const theirs = await hashicorpMessages(text);
    if (theirs.length > 0) invalid++;
    if (ours.join("\n") !== theirs.join("\n") && !allowed("2.23", text, ours, theirs))
      differences.push({ text, ours, theirs });
  }
  // A generator that breaks nothing would prove nothing.
  expect(invalid).toBeGreaterThan(count / 2);
  return differences;
}

describe("every message of HCL 2.23 at its place", () => {
  test("on 20,000 mutated job files", async () => {
    const random = seededRandom(20_001);
    // Short files break in more ways a second than long ones.
    const texts = jobs.map((job) => job.text).filter((text) => text.length < 2500);
    expect(await differencesFrom223(20_000, () => mutate(random.pick(texts), random))).toEqual([]);
  });

  test("on 10,000 soups of tokens", async () => {
    const random = seededRandom(20_002);
    expect(await differencesFrom223(10_000, () => tokenSoup(random))).toEqual([]);
  });
});

test("first message of HCL 2.10 at its place, in UTF-16, on 3,000 mutated job files", () => {
  const random = seededRandom(20_003);
  const oracle = hclOracle();
  const texts = jobs.map((job) => job.text).filter((text) => text.length < 1500);
  const differences: object[] = [];
  for (let index = 0; index < 3000 && differences.length < 10; index++) {
    const text = mutate(random.pick(texts), random);
    const source = new SourceText("t", text);
    const ours = parseSource(source, "strict").diagnostics.map((found) => [found.subject, found.summary]);
    const theirs = oracle.parse(text).diagnostics;
    if (JSON.stringify(ours[0]?.[0]) === JSON.stringify(theirs[0]?.subject)) continue;
    const messages = theirs.map(({ summary }) => `: ${summary}`);
    if (!allowed("2.10", text, ourMessages(source), messages)) differences.push({ text, ours, theirs });
  }
  expect(differences).toEqual([]);
});

describe("the syntax tree of HCL 2.10 with every range", () => {
  test.each(jobs)("of $name", ({ text }) => {
    expect(plainTree(parseSource(new SourceText("t", text), "strict").value)).toEqual(hclOracle().tree(text).body);
  });

  test("of 4,000 generated files", () => {
    const random = seededRandom(20_004);
    let valid = 0;
    for (let index = 0; index < 4000; index++) {
      const text = file(random);
      const theirs = hclOracle().tree(text);
      const ours = parseSource(new SourceText("t", text), "strict");
      if (theirs.diagnostics.length > 0) continue;
      valid++;
      const tree = plainTree(ours.value);
      if (JSON.stringify(tree) !== JSON.stringify(theirs.body))
        expect({ text, tree }).toEqual({ text, tree: theirs.body });
    }
    expect(valid).toBeGreaterThan(3500);
  });
});
