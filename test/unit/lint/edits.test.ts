// Edits leave the file as a careful person would.
import { describe, expect, it } from "vitest";
import { parseSource } from "../../../src/hcl/parser.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import type { TupleExpression } from "../../../src/hcl/syntax.ts";
import { addToBlock, applyEdits, quoteHcl, removeElements, removeItem } from "../../../src/lint/edits.ts";

function parsed(text: string): { source: SourceText; list: TupleExpression } {
  const source = new SourceText("a.hcl", text);
  const expression = parseSource(source, "strict").value.attributes[0]?.expression;
  if (expression?.kind !== "tuple") throw new Error("the test's text has no list");
  return { source, list: expression };
}

describe("removing list elements", () => {
  it.each([
    ["the only one", 'a = ["-x"]', [0], "a = []"],
    ["first on the line", 'a = ["-x", "-y"]', [0], 'a = ["-y"]'],
    ["middle", 'a = ["-x", "-y", "-z"]', [1], 'a = ["-x", "-z"]'],
    ["last", 'a = ["-x", "-y"]', [1], 'a = ["-x"]'],
    ["last with a trailing comma", 'a = ["-x", "-y",]', [1], 'a = ["-x"]'],
    ["two neighbours", 'a = ["-x", "-y", "v", "-z"]', [1, 2], 'a = ["-x", "-z"]'],
    ["two that are apart", 'a = ["-x", "-y", "-z"]', [0, 2], 'a = ["-y"]'],
    ["a line of its own", 'a = [\n  "-x",\n  "-y",\n  "-z",\n]', [1], 'a = [\n  "-x",\n  "-z",\n]'],
    ["a line with its comment", 'a = [\n  "-x",\n  "-y", # why\n]', [1], 'a = [\n  "-x",\n]'],
    ["the last line, no comma", 'a = [\n  "-x",\n  "-y"\n]', [1], 'a = [\n  "-x",\n]'],
    ["option and value on one line", 'a = [\n  "-x", "1",\n  "-y", "2",\n]', [2, 3], 'a = [\n  "-x", "1",\n]'],
    ["one of two on a line", 'a = [\n  "-x", "-y",\n  "-z",\n]', [1], 'a = [\n  "-x",\n  "-z",\n]'],
    ["first of a line that goes on", 'a = ["-x",\n  "-y"]', [0], 'a = [\n  "-y"]'],
    ["last behind a comment", 'a = ["-x", # keep, this\n  "-y"]', [1], 'a = ["-x", # keep, this\n]'],
    ["a comma on the next line", 'a = [\n  "-x"\n  ,\n  "-y"\n]', [0], 'a = [\n  "-y"\n]'],
    ["Windows line ends", 'a = [\r\n  "-x",\r\n  "-y",\r\n]', [0], 'a = [\r\n  "-y",\r\n]'],
    ["an index that is not there", 'a = ["-x"]', [3], 'a = ["-x"]'],
  ])("%s", (_, before, indexes, after) => {
    const { source, list } = parsed(before);
    const result = applyEdits(before, removeElements(source, list, indexes));
    expect(result).toBe(after);
    expect(parseSource(new SourceText("b.hcl", result), "strict").diagnostics).toEqual([]);
  });
});

describe("removing an argument or block", () => {
  it.each([
    ["with its line", "b {\n  x = 1\n  y = 2\n}\n", "x = 1", "b {\n  y = 2\n}\n"],
    ["with its comment", "b {\n  x = 1 # one\n}\n", "x = 1", "b {\n}\n"],
    ["on a shared line", "b { x = 1 }\n", "x = 1", "b { }\n"],
    ["a block over lines", "a {\n  b {\n    c = 1\n  }\n}\n", "b {\n    c = 1\n  }", "a {\n}\n"],
  ])("%s", (_, text, part, after) => {
    const start = text.indexOf(part);
    const edit = removeItem(new SourceText("a.hcl", text), { start, end: start + part.length });
    expect(applyEdits(text, [edit])).toBe(after);
  });
});

describe("adding to a block", () => {
  it("indents one step deeper than the header", () => {
    const text = "  b {\n    x = 1\n  }\n";
    const edit = addToBlock(new SourceText("a.hcl", text), { start: 2, end: text.length - 1 }, ["y = 2", "z {", "}"]);
    expect(applyEdits(text, edit === undefined ? [] : [edit])).toBe(
      "  b {\n    x = 1\n    y = 2\n    z {\n    }\n  }\n",
    );
  });

  it("has no good place in a block on one line", () => {
    const text = "b { x = 1 }";
    expect(addToBlock(new SourceText("a.hcl", text), { start: 0, end: text.length }, ["y = 2"])).toBeUndefined();
  });
});

it.each([
  ['a"b', '"a\\"b"'],
  ["${x}", '"$${x}"'],
  ["%{x}", '"%%{x}"'],
  ["a\\b\n", '"a\\\\b\\n"'],
])("quotes %j", (value, literal) => {
  expect(quoteHcl(value)).toBe(literal);
});
