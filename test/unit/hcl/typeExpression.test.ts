// Types written as expressions.
import { describe, expect, test } from "vitest";
import { fail, type Result } from "../../../src/base/result.ts";
import { formatDiagnostic, hasErrors } from "../../../src/hcl/diagnostic.ts";
import { evaluateExpressionText } from "../../../src/hcl/expressionText.ts";
import { jsonText } from "../../../src/hcl/functions/json.ts";
import { parseExpressionText } from "../../../src/hcl/parser.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import { type TypeExpressionForm, typeFromExpression } from "../../../src/hcl/typeExpression.ts";
import { typeText } from "../../support/hclOracleValues.ts";

function typed(text: string, form: TypeExpressionForm): string {
  const source = new SourceText("type.hcl", text);
  const { value, diagnostics } = typeFromExpression(parseExpressionText(source, "strict").value, source, form);
  const found = diagnostics.map(({ summary, subject }) => `${summary} @ ${subject ? source.slice(subject) : ""}`);
  return found.length > 0 ? found.join("; ") : typeText(value);
}

describe("types", () => {
  test.each([
    ["string", "string"],
    ["list(map(number))", "list(map(number))"],
    ["set(bool)", "set(bool)"],
    ["tuple([string, list(bool)])", "tuple(string,list(bool))"],
    ["object({ b = string, a = number })", 'object("a"=number,"b"=string)'],
    ["any", "Invalid type specification @ any"],
    ["list(any)", "Invalid type specification @ any"],
    ["object({ a = optional(string) })", "Invalid type specification @ optional"],
    ["foo", "Invalid type specification @ foo"],
    ["list", "Invalid type specification @ list"],
    ["list()", "Invalid type specification @ ()"],
    ["list(string, number, bool)", "Invalid type specification @ number, bool"],
    ["string(1)", "Invalid type specification @ (1)"],
    ["foo(string)", "Invalid type specification @ foo(string)"],
    ["object([string])", "Invalid type specification @ [string]"],
    ['object({ "a" = string })', 'Invalid type specification @ "a"'],
    ["object({ a = string, b = bool, a = number })", "Invalid type specification @ a"],
    ["tuple(string)", "Invalid type specification @ string"],
    ['"string"', 'Invalid type specification @ "string"'],
    ["optional(string)", "Invalid type specification @ optional"],
  ])("%s", (text, wanted) => expect(typed(text, "exact")).toBe(wanted));

  test("constraints may leave parts open", () => {
    expect(typed("list(any)", "constraint")).toBe("list(dynamic)");
    expect(typed("object({ a = optional(string) })", "constraint")).toBe('object("a"=string)');
    expect(typed("object({ a = optional(string, 1) })", "constraint")).toBe("Invalid type specification @ (string, 1)");
  });
});

function inJson(text: string): Result<string, string> {
  const { value, diagnostics } = evaluateExpressionText(text);
  return hasErrors(diagnostics) ? fail(diagnostics.map(formatDiagnostic).join("\n")) : jsonText(value);
}

describe("one expression by itself", () => {
  test.each([
    ["1 + 1", "2"],
    ['"<${attr.x}>"', '"\\u003c${attr.x}\\u003e"'],
    ["<<EOT\na\nEOT", '"a\\n"'],
    ["[for x in [1, 2] :\n x]", "[1,2]"],
  ])("%s", (text, wanted) => expect(inJson(text)).toEqual({ ok: true, value: wanted }));

  test.each([
    ["upper(1, 2)", /^expression:1,10-11: Too many function arguments; \S/],
    ["1\n+ 2", /^expression:2,1-2: Argument or block definition required; /],
    ["1\nx = 2", /^expression:1,1-2,6: Extra characters after expression; /],
    ["(1", /^expression:1,3-3: Unbalanced parentheses; /],
    ["1 / 0", /^JSON has no infinity$/],
    ["jsonencode(1 / 0)", /^expression:1,1-12: Error in function call; jsonencode\(\): /],
    ['file("x")', /disabled/],
    ["", /^expression:1,1-1: Invalid expression; /],
    ["1 +\n", /^expression:1,4-4: Invalid expression; /],
    ["[][0] + [][1]", /^expression:1,3-6: [^\n]+\nexpression:1,11-14: /],
  ])("%j", (text, wanted) => {
    const result = inJson(text);
    expect(result).toEqual({ ok: false, error: expect.stringMatching(wanted) });
  });
});
