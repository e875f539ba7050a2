// The editor's reading of half-typed files: what is outside the damage stays, and one slip is one message.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSource } from "../../../src/hcl/parser.ts";
import { SourceText, type Span } from "../../../src/hcl/source.ts";
import type { Block, Body } from "../../../src/hcl/syntax.ts";
import { blockPaths, body, messages } from "../../support/hclSyntax.ts";
import { mutate, tokenSoup } from "../../support/hclMutation.ts";
import { seededRandom } from "../../support/random.ts";

const folder = join(import.meta.dirname, "../../fixtures/jobs");
const jobs = readdirSync(folder)
  .sort()
  .map((name) => readFileSync(join(folder, name), "utf8"));

/** A job with something half-typed where the mark is; blocks before and after it. */
const around = (damage: string): string => `job "a" {
  group "before" {
    count = 1
  }

  group "damaged" {
    count = 2
${damage}
    task "inside" {
      driver = "qemu"
    }
  }

  group "after" {
    count = 3
  }
}
`;

const ALL = [
  "job a",
  "job a > group before",
  "job a > group damaged",
  "job a > group damaged > task inside",
  "job a > group after",
];

describe("everything around it is kept, with one message", () => {
  test.each([
    ["no value", "    x ="],
    ["a half-typed name", "    dri"],
    ["an unclosed string", '    x = "abc'],
    ["an unclosed list", '    x = ["a", "b"'],
    ["an unclosed list over lines", '    x = [\n      "a",\n      "b"'],
    ["an unclosed call", "    x = foo(1,"],
    ["an unclosed parenthesis", "    x = (1 + 2"],
    ["an unclosed map", '    x = {\n      a = "b"'],
    ["a map that is only opened", "    x = {"],
    ["an unclosed interpolation", '    x = "a-${var.b'],
    ["an unclosed interpolation in a closed string", '    x = "a-${var.b"'],
    ["a dot at the end", "    x = var."],
    ["an unclosed index", "    x = var.a["],
    ["a heredoc that is only opened", "    x = <<EOT"],
    ["a heredoc whose marker is misspelt", "    x = <<EOT\n  some text\n  more = text\nEOTT"],
    ["a heredoc with one angle bracket", "    x = <EOT\n  some text\n  more\nEOT"],
    ["an unclosed block", "    resources {\n      cpu = 1"],
    ["a quoted name", '    "x" = 1'],
    ["a colon", "    x : 1"],
    ["a comma", "    x = 1,"],
    ["two arguments on a line", "    x = 1 y = 2"],
    ["a bad item in a map", '    x = {\n      a = "b"\n      c d\n      e = 1\n    }'],
    ["a block on a line of its own", "    x { y = 1, z = 2 }"],
    ["a semicolon", "    x = 1;"],
    ["single quotes", "    x = 'abc'"],
    ["an unfinished conditional", "    x = a ? b"],
    ["an unfinished operator", "    x = 1 +"],
    ["a shell variable", '    x = "${HOME:-/root}"'],
    [
      "a lost opening quote before a heredoc",
      '    x = [-c", <<EOT\n  for i in a; do\n    echo "$i ${j}"\n  done\nEOT\n    ]',
    ],
    [
      "a lost closing quote before a heredoc",
      '    x = ["-c, <<-EOT\n      for i in a; do\n      done\n      EOT\n    ]',
    ],
    ["a lost end of a sequence in a heredoc", '    x = <<EOT\ncase "${a" in\n  ${b}*)\n    ;;\nesac\nEOT'],
    ["a lost end of a directive in a heredoc", "    x = <<EOT\n%{ for a, b in c ~\n$a.${b};\n%{ endfor ~}\n'x'\nEOT"],
    ["a lost newline after a heredoc", "    x {\n      y = <<EOT\n  one = 1\n}\nEOT      }"],
    [
      "a lost bracket before maps",
      "    x =\n      {\n        a = 1\n      },\n      {\n        a = 2\n      },\n    ]",
    ],
    ["a brace lost by a block that is not indented", "    x = 1\n    resources\n    x = 2\n    y = 3\n    }"],
  ])("%s", (_name, damage) => {
    const text = around(damage);
    expect(messages(text, "editor")).toHaveLength(1);
    expect(blockPaths(body(text, "editor")).filter((path) => !/resources|> x|> $/.test(path))).toEqual(ALL);
  });

  test("a missing closing brace is blamed on its block", () => {
    const text = around("").replace('      driver = "qemu"\n    }\n', '      driver = "qemu"\n');
    expect(messages(text, "editor")).toEqual(["9,19-20: Unclosed configuration block"]);
    expect(blockPaths(body(text, "editor"))).toEqual(ALL);
  });

  test("a missing opening brace is blamed on its header", () => {
    const text = around("").replace('task "inside" {', 'task "inside"');
    expect(messages(text, "editor")).toEqual(["9,5-18: Invalid block definition"]);
    expect(blockPaths(body(text, "editor"))).toEqual(ALL);
  });

  test("a stray closing brace is blamed on itself", () => {
    const text = around("    }");
    expect(messages(text, "editor")).toEqual(["8,5-6: Argument or block definition required"]);
    expect(blockPaths(body(text, "editor"))).toEqual(ALL);
  });

  test("a label without its closing quote keeps its block", () => {
    const text = around("").replace('task "inside" {', 'task "inside {');
    expect(messages(text, "editor")).toHaveLength(1);
    expect(blockPaths(body(text, "editor"))).toHaveLength(ALL.length);
  });

  test("a block that is not indented, in a file that is cut off", () => {
    const text = 'job "a" {\n  group "b" {\n    x = 1\n    y = 2\n    check {\n    x = 1\n    y = 2\n    z';
    expect(messages(text, "editor")).toHaveLength(1);
    expect(blockPaths(body(text, "editor"))).toEqual(["job a", "job a > group b", "job a > group b > check"]);
  });

  test.each(["$", "$$", "a ${b"])("a heredoc that is cut off at %s", (end) => {
    const text = `job "a" {\n  group "b" {\n    x = <<EOT\n#!/bin/sh\nA=${end}`;
    expect(messages(text, "editor").length).toBeLessThanOrEqual(2);
    expect(blockPaths(body(text, "editor"))).toEqual(["job a", "job a > group b"]);
  });

  test("faults that have nothing to do with each other are all reported", () => {
    const text = around('    x = <<EOT\n${a\nEOT\n    y = 1 +\n    count = 3\n    z = "a');
    expect(messages(text, "editor")).toHaveLength(4);
    expect(blockPaths(body(text, "editor"))).toEqual(ALL);
  });

  test("items of broken lists and maps are kept", () => {
    const { attributes } = body("a = [1, 2 3, 4]\nb = {\n  c = 1\n  d e\n  f = 2\n}\n", "editor");
    expect(attributes[0]!.expression).toMatchObject({
      kind: "tuple",
      items: [{ text: "1" }, { text: "2" }, { text: "4" }],
    });
    expect(attributes[1]!.expression).toMatchObject({
      kind: "object",
      items: [{ key: { name: "c" } }, { key: { name: "f" } }],
    });
  });
});

interface Found {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** Every block of a tree: its type and labels, and where its header stands. */
function headers(tree: Body): Found[] {
  return tree.blocks.flatMap((block: Block) => [
    { key: [block.type, ...block.labels].join("|"), start: block.typeSpan.start, end: block.openBraceSpan.end },
    ...headers(block.body),
  ]);
}

interface Score {
  readonly expected: number;
  readonly kept: number;
  readonly errors: number;
}

function score(text: string, expected: readonly Found[]): Score {
  const source = new SourceText("t", text);
  const { value, diagnostics } = parseSource(source, "editor");
  const have = new Set(headers(value).map(({ key, start }) => `${start}:${key}`));
  const kept = expected.filter(({ key, start }) => have.has(`${start}:${key}`)).length;
  return { expected: expected.length, kept, errors: diagnostics.length };
}

describe("on our job files", () => {
  const random = seededRandom(31_000);
  /** A quarter of all places of each file. */
  const samples = jobs.map((text) => ({
    text,
    found: headers(body(text)),
    places: Array.from(text, (_, at) => at).filter(() => random.chance(0.25)),
  }));

  test("prefixes keep 98 % of the blocks and have at most two messages", () => {
    const scores = samples.flatMap(({ text, found, places }) =>
      places.map((length) =>
        score(
          text.slice(0, length),
          found.filter(({ end }) => end <= length),
        ),
      ),
    );
    expectGood(scores);
  });

  test("deletions of one character keep 98 % of the blocks and have at most two messages", () => {
    const scores = samples.flatMap(({ text, found, places }) =>
      places.map((at) =>
        score(
          text.slice(0, at) + text.slice(at + 1),
          found
            .filter(({ start, end }) => at < start || at >= end)
            .map((one) => (one.start > at ? { ...one, start: one.start - 1 } : one)),
        ),
      ),
    );
    expectGood(scores);
  });

  function expectGood(scores: readonly Score[]): void {
    const sum = (of: (one: Score) => number): number => scores.reduce((total, one) => total + of(one), 0);
    expect(sum(({ kept }) => kept) / sum(({ expected }) => expected)).toBeGreaterThan(0.99);
    expect(scores.reduce((most, { errors }) => Math.max(most, errors), 0)).toBeLessThanOrEqual(2);
  }
});

test("the editor reports an error exactly when the strict parser does", () => {
  const random = seededRandom(31_001);
  for (let round = 0; round < 4000; round++) {
    const text = round % 2 === 0 ? mutate(random.pick(jobs), random) : tokenSoup(random);
    const strict = messages(text).length > 0;
    expect([text, messages(text, "editor").length > 0]).toEqual([text, strict]);
  }
});

test("a text without errors has one tree, whatever the mode", () => {
  for (const text of jobs) expect(body(text, "editor")).toEqual(body(text));
});

test("the spans of a broken file's tree lie in each other, and in the file", () => {
  const random = seededRandom(31_002);
  const outside: string[] = [];
  const look = ({ span, blocks, attributes }: Body, around: Span, what: string): void => {
    const inside = (one: Span): boolean => around.start <= one.start && one.start <= one.end && one.end <= around.end;
    if (!inside(span)) outside.push(what);
    for (const attribute of attributes)
      for (const one of [attribute.span, attribute.nameSpan, attribute.expression.span])
        if (!inside(one)) outside.push(`${what}: ${attribute.name}`);
    for (const block of blocks)
      for (const one of [block.span, block.typeSpan, block.openBraceSpan, block.closeBraceSpan])
        if (!inside(one)) outside.push(`${what}: ${block.type}`);
    for (const block of blocks) look(block.body, around, what);
  };
  for (let round = 0; round < 2000; round++) {
    const job = random.pick(jobs);
    const text = round % 2 === 0 ? mutate(job, random) : job.slice(0, random.below(job.length));
    for (const mode of ["strict", "editor"] as const) {
      const tree = body(text, mode);
      look(tree, { start: 0, end: text.length }, JSON.stringify(text));
      // The file's own body reaches to what the parser took last, which is the end unless it gave up before.
      if (mode === "editor" && tree.span.end !== text.length) outside.push(`${JSON.stringify(text)} ends early`);
    }
  }
  expect(outside).toEqual([]);
});
