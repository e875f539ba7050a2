// JSON texts: the tree with its ranges, and what is wrong with a text, in HCL's words and at HCL's places.
import { describe, expect, test } from "vitest";
import { formatDiagnostic } from "../../../src/hcl/diagnostic.ts";
import { isJson, parseJson, type JsonNode } from "../../../src/hcl/json.ts";
import { SourceText } from "../../../src/hcl/source.ts";

const read = (text: string): ReturnType<typeof parseJson> => parseJson(new SourceText("j", text));

test.each([
  ["{", true],
  ["   {", true],
  ["\n{", false],
  ["\t{", false],
  ["[", false],
  ["\ufeff{", false],
  ["", false],
])("%j is JSON: %s", (text, expected) => {
  expect(isJson(text)).toBe(expected);
});

describe("the tree", () => {
  const text = '{"a": [1.50, "x\\n", true, null], "a": {}}';
  const { value, diagnostics } = read(text);

  test("has every value with its range", () => {
    expect(diagnostics).toEqual([]);
    const slices = (node: JsonNode): unknown => {
      const own = text.slice(node.span.start, node.span.end);
      if (node.kind === "array") return node.items.map(slices);
      return node.kind === "object"
        ? node.members.map(({ nameSpan, value: inner }) => [text.slice(nameSpan.start, nameSpan.end), slices(inner)])
        : own;
    };
    expect(slices(value)).toEqual([
      ['"a"', ["1.50", '"x\\n"', "true", "null"]],
      ['"a"', []],
    ]);
  });

  test("keeps numbers as they are written and resolves escapes", () => {
    expect(value).toMatchObject({
      members: [
        { name: "a", value: { items: [{ text: "1.50" }, { value: "x\n" }, { value: true }, { kind: "null" }] } },
        { name: "a" },
      ],
    });
  });

  test("keeps what can be read beside what cannot", () => {
    expect(read('{"a": 05, "b": 1}').value).toMatchObject({ members: [{ name: "b" }] });
  });
});

describe("mistakes", () => {
  test.each<[string, readonly string[]]>([
    ["{", ["1,2-2 Missing value", "1,2-2 Invalid object property name", "1,1-2 Root value must be object"]],
    ['{"a":1} x', ["1,9-10 Extraneous data after value"]],
    ['{"a":1,}', ["1,7-8 Trailing comma in object", "1,1-2 Root value must be object"]],
    ["[[1,]]", ["1,4-5 Trailing comma in array"]],
    ['{"a"=1}', ["1,5-6 Missing property value colon", "1,1-2 Root value must be object"]],
    ['{"a"}', ["1,5-6 Missing object value", "1,1-2 Root value must be object"]],
    ['{"a":{"b":1}', ["1,1-2 Unclosed object", "1,1-2 Root value must be object"]],
    ['{"a":05}', ["1,6-8 Invalid JSON number"]],
    ['{"a":"\\q"}', ["1,9-10 Invalid JSON string"]],
    ['{"a":yes}', ["1,6-9 Invalid JSON keyword"]],
    ['{"a":[1:2]}', ["1,11-12 Invalid array value"]],
    ["5", ["1,1-2 Root value must be object"]],
    ['{"a":}', ["1,6-7 Missing JSON value"]],
    ['{"a":1]}', ["1,8-9 Mismatched braces", "1,1-2 Root value must be object"]],
    // Signs and dots begin a number, and digits are no part of a word.
    ['{"a":+5}', ["1,6-8 Invalid JSON number"]],
    ['{"a":.}', ["1,6-7 Invalid JSON number"]],
    [
      '{"a":yes1}',
      ["1,6-9 Invalid JSON keyword", "1,11-11 Missing attribute seperator comma", "1,1-2 Root value must be object"],
    ],
    // Nothing is read behind a character that begins no token.
    ['{"a":1 $, "b":2}', ["1,9-9 Missing attribute seperator comma", "1,1-2 Root value must be object"]],
    // A string that its line does not close is marked behind the line.
    ['{"a":"x\n}', ["1,8-9 Invalid JSON string"]],
    ['{"a":"x', ["1,8-9 Invalid JSON string", "1,1-2 Unclosed object", "1,1-2 Root value must be object"]],
  ])("%s", (text, expected) => {
    const { diagnostics } = read(text);
    expect(
      diagnostics.map((diagnostic) => formatDiagnostic(diagnostic).replace(/^\w:(.*?): (.*?);.*$/s, "$1 $2")),
    ).toEqual(expected);
  });

  test.each([
    '{"a":'.repeat(100_000),
    `{"a":${"[".repeat(100_000)}`,
    `{"a":"${"x".repeat(1_000_000)}`,
    `{${"@".repeat(10_000)}`,
  ])("a hostile text ends in a message (%#)", (text) => {
    expect(read(text).diagnostics.length).toBeGreaterThan(0);
  });
});
