import { expect, test } from "vitest";
import { literalOf } from "../../../src/hcl/literal.ts";
import { parseExpressionText } from "../../../src/hcl/parser.ts";
import { SourceText } from "../../../src/hcl/source.ts";

const literal = (text: string): unknown => literalOf(parseExpressionText(new SourceText("test", text), "strict").value);

test.each<[string, unknown]>([
  ['"plain"', "plain"],
  ["true", true],
  ["8080", 8080],
  ["999999999", 999_999_999],
  ["[]", []],
  ['["a", 1, false]', ["a", 1, false]],
  ['{ a = "x", b = [1] }', { a: "x", b: [1] }],
  ["[{ a = 1 }]", [{ a: 1 }]],
  ["{ e\u0301 = 1 }", { "\u00e9": 1 }],
])("%s needs no evaluation", (text, value) => {
  expect(literal(text)).toEqual(value);
});

test.each([
  "null",
  "1000000000",
  "1.5",
  "1e3",
  "-1",
  '"${a}"',
  "a",
  "[null]",
  '["a", a]',
  "[[[1]]]",
  "{ b = 1, a = 2 }",
  "{ a = 1, a = 2 }",
  '{ "a" = 1 }',
  "{ __proto__ = 1 }",
])("%s is left to the evaluation", (text) => {
  expect(literal(text)).toBeUndefined();
});

test("long lists and long texts in lists are left to the evaluation, which measures them", () => {
  expect(literal(`[${"1, ".repeat(51)}]`)).toBeUndefined();
  expect(literal(`["${"x".repeat(1_001)}"]`)).toBeUndefined();
});
