// The formatter beyond the recordings of `nomad fmt`: edits, ranges, typing, and what it must leave alone.
import { describe, expect, test } from "vitest";
import { applyEdits, format, formatEdits, type FormatScope } from "../../../src/hcl/format.ts";
import { tokenize } from "../../../src/hcl/parser.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import { file } from "../../support/hclGenerator.ts";
import { seededRandom } from "../../support/random.ts";

const MESSY = `job "x" {
a=1
 bbb  =  2 # b

group "g"   {
c=3
  }
}
`;

const TIDY = `job "x" {
  a   = 1
  bbb = 2 # b

  group "g" {
    c = 3
  }
}
`;

function formatted(text: string): string | undefined {
  const result = format(new SourceText("t", text));
  return result.ok ? result.text : undefined;
}

function partly(text: string, scope: FormatScope): string {
  return applyEdits(text, formatEdits(new SourceText("t", text), scope));
}

describe("edits", () => {
  test.each([
    ["a=1 ", "a = 1 "],
    ["b {\n}\n \t", "b {\n}\n  "],
    ["a=1 \n", "a = 1\n"],
    ["\t", " "],
  ])("keep the columns behind the last line: %j", (text, wanted) => expect(formatted(text)).toBe(wanted));

  test("make the formatted text, and touch nothing that is right", () => {
    expect(formatted(MESSY)).toBe(TIDY);
    expect(partly(MESSY, { kind: "file" })).toBe(TIDY);
    expect(formatEdits(new SourceText("t", TIDY))).toEqual([]);
    const { length } = formatEdits(new SourceText("t", MESSY.replace("a=1", "  a   = 1")));
    expect(length).toBe(formatEdits(new SourceText("t", MESSY)).length - 3);
  });

  test("replace spaces only", () => {
    for (const { span } of formatEdits(new SourceText("t", MESSY)))
      expect(MESSY.slice(span.start, span.end).trim()).toBe("");
  });

  test("of a range stay on its lines", () => {
    const start = MESSY.indexOf("c=3");
    expect(partly(MESSY, { kind: "range", span: { start, end: start + 1 } })).toBe(MESSY.replace("c=3", "    c = 3"));
    const line = { start, end: MESSY.indexOf("\n", start) + 1 };
    expect(partly(MESSY, { kind: "range", span: line })).toBe(MESSY.replace("c=3", "    c = 3"));
  });

  test("after typing reach to the next empty lines", () => {
    const scope = { kind: "typed", offset: MESSY.indexOf("bbb") } as const;
    expect(partly(MESSY, scope)).toBe(MESSY.replace("a=1\n bbb  =  2", "  a   = 1\n  bbb = 2"));
  });
});

test("a text with an error stays as it is, and the error is told", () => {
  const result = format(new SourceText("t", "a  =  1 b\n"));
  expect(result).toMatchObject({ ok: false, diagnostics: [{ summary: "Missing newline after argument" }] });
  expect(formatEdits(new SourceText("t", "a  =  1 b\n"))).toEqual([]);
});

test("two legacy indexes in a row keep their space: Nomad makes one wrong number of them", () => {
  expect(formatted("a = x.0 .1\n")).toBe("a = x.0 .1\n");
  expect(formatted("a = x.0 .y .1\n")).toBe("a = x.0.y.1\n");
});

test("strings, heredocs and comments keep every character", () => {
  const text = 'a = "  x  ${ 1+2 }  "\nb = <<EOT\n   text   \n\t${  x  }  \n  EOT\n\n/* a\n   b */ c = 1\n';
  expect(formatted(text)).toBe(
    'a = "  x  ${1 + 2}  "\nb = <<EOT\n   text   \n\t${x}  \n  EOT\n\n/* a\n   b */ c = 1\n',
  );
});

test("formatting generated files changes no token, and twice changes nothing", () => {
  const random = seededRandom(41_001);
  const tokens = (text: string): string[] => {
    const source = new SourceText("t", text);
    const table = tokenize(source);
    return Array.from({ length: table.count }, (_, index) => text.slice(table.start(index), table.end(index)));
  };
  let checked = 0;
  for (let round = 0; round < 1500; round++) {
    const text = file(random);
    const once = formatted(text);
    if (once === undefined) continue;
    checked++;
    expect(tokens(once)).toEqual(tokens(text));
    expect(formatted(once)).toBe(once);
  }
  expect(checked).toBeGreaterThan(1000);
});
