// Hostile expressions: each ends, in a value or in a diagnostic, and never in an exception. The runner's time limit is
// the only clock here.
import { describe, expect, test } from "vitest";
import { createBudget } from "../../../src/hcl/budget.ts";
import { evaluateExpressionText } from "../../../src/hcl/expressionText.ts";
import { evaluated } from "../../support/hcl.ts";

const summaries = (text: string): string[] => evaluateExpressionText(text).diagnostics.map(({ summary }) => summary);

const doubled = (times: number): string => {
  let text = '"0123456789"';
  for (let i = 0; i < times; i++) text = `[for x in [${text}] : "\${x}\${x}"][0]`;
  return text;
};
const lines = (count: number, line: string): string => `join("\\n", [for i in range(${count}) : "${line}"])`;
const yamlBomb = [
  "a: &a [x,x,x,x,x,x,x,x]",
  ..."bcdefgh".split("").map((name, i) => {
    const before = `*${"abcdefg".charAt(i)}`;
    return `${name}: &${name} [${Array.from({ length: 8 }, () => before).join(",")}]`;
  }),
].join("\\n");

describe("ends in a limit", () => {
  test.each([
    ["nested loops", "[for a in range(1024) : [for b in range(1024) : [for c in range(1024) : a]]]"],
    ["a product", "setproduct(range(1000), range(1000), range(1000))"],
    ["a doubled string", doubled(40)],
    ["a doubled list", `[for x in [${"[for x in [".repeat(30)}[1]${"] : [x, x]][0]".repeat(30)}] : [x, x]][0]`],
    ["wide formats", '[for i in range(1024) : format("%999999d", i)]'],
    ["indentation", `indent(1000000, ${lines(1000, "x")})`],
    ["replacing nothing", `replace(${lines(1024, "aaaaaaaaaaaaaaaaaaaa")}, "", ${lines(1024, "bbbbbbbbbbb")})`],
    ["an expensive hash", 'bcrypt("a", 30)'],
    ["many hashes", '[for i in range(1000) : bcrypt("a", 10)]'],
    ["a YAML bomb", `yamldecode("${yamlBomb}")`],
    [
      "a slow pattern",
      `regex_replace(replace(${lines(1024, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")}, "\\n", ""), "(x+x+)+y|a.*z|a", "x")`,
    ],
    [
      "a large pattern",
      String.raw`regex_replace("a", "[\\pL\\pN]{1000}[\\pL\\pN]{1000}[\\pL\\pN]{1000}[\\pL\\pN]{1000}[\\pL\\pN]{1000}", "x")`,
    ],
    ["inside of try", "try([for a in range(1024) : [for b in range(1024) : [for c in range(1024) : a]]], 1)"],
    [
      "in the result not chosen",
      "true ? 1 : [for a in range(1024) : [for b in range(1024) : [for c in range(1024) : a]]]",
    ],
  ])("%s", (_, text) => expect(summaries(text)).toEqual(["Evaluation limit exceeded"]));
});

describe("ends at all", () => {
  test.each([
    [
      "backtracking that RE2 does not do",
      `regex_replace(${lines(1000, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")}, "(a*)*b", "x")`,
      [],
    ],
    ["a long chain", Array.from({ length: 20_000 }, () => "1").join(" + "), undefined],
    ["deep parentheses", `${"(".repeat(10_000)}1${")".repeat(10_000)}`, undefined],
    ["many signs", `${"-".repeat(10_000)}1`, undefined],
    ["many indexes", `[1]${"[0]".repeat(10_000)}`, undefined],
    ["deep JSON", `jsondecode("${"[".repeat(50_000)}")`, ["Error in function call"]],
    ["deep YAML", `yamldecode("${"[".repeat(20_000)}")`, ["Error in function call"]],
    ["huge exponents", "1e999999999 - 1e-999999999", []],
    ["huge whole numbers", "ceil(1e99999999) % 7", []],
    ["a huge number in a string", '"a${1e99999999}"', ["Invalid template interpolation value"]],
    ["a huge number as an integer", 'format("%d", 1e99999999)', ["Error in function call"]],
    ["many digits", "1".repeat(90_000), []],
    ["a long name", `{ ${"k".repeat(100_000)} = 1 }.${"j".repeat(100_000)}`, ["Unsupported attribute"]],
    ["objects of many types", 'convert([for i in range(500) : { "k${i}" = i }], list(any))', []],
    ["subnets of everything", 'cidrsubnets("::/0", [for i in range(1000) : 32]...)', ["Invalid function argument"]],
    ["a string of 10 MB", `strlen("${"x".repeat(10 * 1024 * 1024)}")`, []],
  ])("%s", (_, text, wanted) => {
    const found = summaries(text);
    if (wanted !== undefined) expect(found).toEqual(wanted);
    else expect(found.length).toBeLessThanOrEqual(1);
  });
});

test("a budget is shared by all that is evaluated with it", () => {
  const budget = createBudget(1_000);
  const expression = "[for i in range(100) : i]";
  expect(evaluated(expression, {}, { budget }).found).toEqual([]);
  expect(evaluated(expression, {}, { budget }).found).toEqual([]);
  const rounds = Array.from({ length: 10 }, () => evaluated(expression, {}, { budget }).found.length);
  expect(rounds.at(-1)).toBe(1);
});

test("the same input ends at the same place", () => {
  const text = '[for a in range(1024) : [for b in range(1024) : "${a}${b}"]]';
  const left = [1, 2].map(() => {
    const budget = createBudget(100_000);
    evaluated(text, {}, { budget });
    return budget.left;
  });
  expect(left[0]).toBe(left[1]);
});
