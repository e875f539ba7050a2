// Texts that want to exhaust the parser: each ends in a diagnostic, quickly, and never in an exception.
import { describe, expect, test } from "vitest";
import { format } from "../../../src/hcl/format.ts";
import { parseExpressionText, parseSource, parseTemplateText } from "../../../src/hcl/parser.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import { evaluate } from "../../../src/hcl/evaluate.ts";
import { functionTable } from "../../../src/hcl/functions/table.ts";

const DEEP = 10_000;
const nested = (open: string, close: string, inner = "1"): string =>
  `a = ${open.repeat(DEEP)}${inner}${close.repeat(DEEP)}\n`;
const megabyte = (piece: string): string => piece.repeat(Math.ceil(1_000_000 / piece.length));

/** Texts that are refused; `summary` is what the strict parser says first, where it matters. */
const refused: readonly (readonly [name: string, text: string, summary?: string])[] = [
  ["lists 10,000 deep", nested("[", "]"), "Nesting too deep"],
  ["maps 10,000 deep", nested("{ a = ", " }"), "Nesting too deep"],
  ["parentheses 10,000 deep", nested("(", ")"), "Nesting too deep"],
  ["calls 10,000 deep", nested("f(", ")"), "Nesting too deep"],
  ["templates 10,000 deep", nested('"${', '}"'), "Nesting too deep"],
  ["negations 10,000 deep", nested("-", ""), "Nesting too deep"],
  ["conditionals 10,000 deep", nested("a ? b : ", ""), "Nesting too deep"],
  ["indexes 10,000 deep", nested("a[", "]"), "Nesting too deep"],
  ["splats 10,000 long", nested("", "", `a${"[*]".repeat(DEEP)}`), "Nesting too deep"],
  ["for expressions 10,000 deep", nested("[for x in y : ", "]"), "Nesting too deep"],
  ["blocks 10,000 deep", `${"a {\n".repeat(DEEP)}${"}\n".repeat(DEEP)}`, "Nesting too deep"],
  ["directives 10,000 deep", `a = "${"%{ if x }".repeat(DEEP)}"\n`, "Nesting too deep"],
  ["sums 10,000 long", `a = 1${" + 1".repeat(DEEP)}\n`, "Expression too long"],
  ["computed indexes 10,000 long", `a = x${"[y]".repeat(DEEP)}\n`, "Expression too long"],
  ["blocks that never end", "a {\n".repeat(DEEP), "Nesting too deep"],
  ["lists that never end", `a = ${"[".repeat(DEEP)}`],
  ["a megabyte of quotes", megabyte('"')],
  ["a megabyte of backslashes", megabyte("\\")],
  ["a megabyte of opening braces", megabyte("{")],
  ["a megabyte of closing braces", megabyte("}\n")],
  ["a megabyte of closing parentheses", megabyte(")")],
  ["a megabyte of interpolations", `a = "${megabyte("${")}`],
  ["a megabyte of unclosed interpolations on lines", `a = "${"${\n".repeat(300_000)}`],
  ["a megabyte of heredocs", megabyte("a = <<E\n")],
  [
    "a megabyte of heredocs with markers of their own",
    Array.from({ length: 60_000 }, (_, n) => `a = <<E${n}\n`).join(""),
  ],
  [
    "a megabyte of heredocs with damaged openings",
    Array.from({ length: 60_000 }, (_, n) => `a = <<EOT${n} x\n`).join(""),
  ],
  ["a megabyte of dollar signs in a heredoc", `a = <<E\n${megabyte("$")}`],
  ["a megabyte of invalid characters", megabyte("@")],
  ["a megabyte of emoji", megabyte("👨‍👩‍👧")],
  ["a megabyte of combining marks", megabyte("\u0301")],
  ["a megabyte of zeros and NUL", megabyte("\u0000")],
  ["a megabyte of carriage returns", megabyte("\r")],
  ["a megabyte of half surrogates", megabyte("\ud83d")],
  ["a megabyte of commas", `a = [${megabyte(",")}`],
  ["a megabyte of broken arguments", megabyte("a = \n")],
  ["a megabyte of quoted names", megabyte('"a" {\n')],
  ["a megabyte of headers without braces", megabyte('a "b"\n  c\n')],
  ["a megabyte of random junk", junk(1_000_000)],
];

/** Reproducible bytes of all kinds. */
function junk(length: number): string {
  let state = 1;
  let text = "";
  while (text.length < length) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    text += String.fromCharCode((state >> 8) % 300);
  }
  return text;
}

/** Large, and nothing wrong with it. */
const accepted: readonly (readonly [name: string, text: string])[] = [
  ["a string of 10 MB", `a = "${"x".repeat(10_000_000)}"\n`],
  ["a heredoc of 5 MB", `a = <<-E\n${"    some text\n".repeat(350_000)}E\n`],
  ["a comment of 10 MB", `/*${"x\n".repeat(5_000_000)}*/\n`],
  ["a megabyte of newlines", megabyte("\n")],
  ["a list of 100,000 items", `a = [${"1, ".repeat(100_000)}]\n`],
  ["a list of 20,000 sums", `a = [${"1 + 2, ".repeat(20_000)}]\n`],
  ["a traversal of 100,000 steps", `a = x${".y".repeat(100_000)}\n`],
  ["a block of 200,000 labels", `a ${'"b" '.repeat(200_000)}{\n}\n`],
  ["20,000 strings with escapes", `a = [${'"\\n\\u00e9", '.repeat(20_000)}]\n`],
];

/** A hang fails by the test's own limit; real times are in the bench. */
const LIMIT_MS = 30_000;

describe("refused with a diagnostic in both modes", () => {
  test.each(refused.map(([name, text, summary]) => ({ name, text, summary })))(
    "$name",
    { timeout: LIMIT_MS },
    ({ text, summary }) => {
      const source = new SourceText("t", text);
      const strict = parseSource(source, "strict");
      const editor = parseSource(source, "editor");
      expect(strict.diagnostics.length).toBeGreaterThan(0);
      expect(editor.diagnostics.length).toBeGreaterThan(0);
      if (summary !== undefined) expect(strict.diagnostics.map((found) => found.summary)).toEqual([summary]);
    },
  );
});

describe("accepted", () => {
  test.each(accepted)("%s", { timeout: LIMIT_MS }, (_name, text) => {
    const source = new SourceText("t", text);
    expect(parseSource(source, "editor").diagnostics).toEqual([]);
    expect(format(source).ok).toBe(true);
  });
});

test("single expressions and templates are guarded as files are", () => {
  const open = "(".repeat(DEEP);
  expect(parseExpressionText(new SourceText("t", open), "strict").diagnostics[0]?.summary).toBe("Nesting too deep");
  const template = "%{ if x }".repeat(DEEP);
  expect(parseTemplateText(new SourceText("t", template)).diagnostics[0]?.summary).toBe("Nesting too deep");
});

test("whatever the parser lets through can be walked and evaluated", () => {
  const texts = [
    `a = ${"[".repeat(299)}1${"]".repeat(299)}\n`,
    `a = 1${" + 1".repeat(900)}\n`,
    `a = ${"(".repeat(250)}1${" + 1)".repeat(250)}\n`,
    `a = "${"%{ if true }".repeat(250)}x${"%{ endif }".repeat(250)}"\n`,
  ];
  for (const text of texts) {
    const source = new SourceText("t", text);
    const { value, diagnostics } = parseSource(source, "strict");
    expect(diagnostics).toEqual([]);
    const evaluated = evaluate(value.attributes[0]!.expression, {
      source,
      variables: new Map(),
      functions: functionTable,
    });
    expect(evaluated.diagnostics).toEqual([]);
  }
});
