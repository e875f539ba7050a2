// Names that stand for themselves, dynamic blocks, and blocks as attributes.
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../src/hcl/diagnostic.ts";
import { evaluate, type EvaluationContext } from "../../../src/hcl/evaluate.ts";
import { startSpan } from "../../../src/hcl/evaluation/startSpan.ts";
import { blocksAsAttributes } from "../../../src/hcl/extensions/blocksAsAttributes.ts";
import { type DynamicExpression, expandDynamicBlock } from "../../../src/hcl/extensions/dynamicBlocks.ts";
import { keepPlaceholder } from "../../../src/hcl/extensions/undefinedVariables.ts";
import { functionTable } from "../../../src/hcl/functions/table.ts";
import { jsonText } from "../../../src/hcl/functions/json.ts";
import { parseSource } from "../../../src/hcl/parser.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import type { Block, Expression } from "../../../src/hcl/syntax.ts";
import { object } from "../../../src/hcl/value.ts";
import { evaluated } from "../../support/hcl.ts";

describe("a name that nothing defines stands for its own text", () => {
  const kept = (text: string): ReturnType<typeof evaluated> => evaluated(text, {}, { undefinedRoot: keepPlaceholder });

  test.each([
    ["attr.kernel.name", "${attr.kernel.name}"],
    ['"${ node.unique.id }"', "${ node.unique.id }"],
    ['"pre-${env["PATH"]}-post"', 'pre-${env["PATH"]}-post'],
    ['"${(a.b)}"', "${a.b}"],
    ['"x ${~ a ~} y"', "x${a}y"],
    // Only spaces belong to a placeholder; what stands right behind the name is taken for its brace.
    ['"${ a ~} y"', "${ a}y"],
    ['"${a~} y"', "${a~}y"],
    ['"${\ta}"', "${a}"],
    ['"${ a /* c */ }"', "${ a}"],
    ['"${a\t}"', "${a\t}"],
    ["upper(attr.x)", "${ATTR.X}"],
  ])("%s", (text, wanted) => {
    expect(kept(text)).toMatchObject({ value: { kind: "string", value: wanted }, found: [] });
  });

  test.each([
    ['"${NAME}}"', "${NAME}}}"],
    ['"${NAME} }"', "${NAME} } }"],
    ['"${NAME}}}}"', `\${NAME${"}".repeat(10)}`],
    ['"${NAME}  }  }x"', "${NAME}  }  }  }  }  }x"],
    ['"${NAME }}"', "${NAME  }}}"],
    ['"${ NAME\n} }"', "${ NAME\n\n} } }"],
  ])("braces after it are repeated, and a hint says so: %s", (text, wanted) => {
    const { value, found } = kept(text);
    expect(value).toMatchObject({ kind: "string", value: wanted });
    expect(found).toEqual([expect.stringMatching(/^Braces after a placeholder are repeated @ [ }]+$/)]);
  });

  test("parts of defined names still have to exist", () => {
    const { found } = evaluated("var.x", { var: object([]) }, { undefinedRoot: keepPlaceholder });
    expect(found).toEqual(["Unsupported attribute @ .x"]);
  });
});

describe("blocks as attributes", () => {
  const asJson = (text: string): string => {
    const source = new SourceText("body.hcl", text);
    const context: EvaluationContext = { source, variables: new Map(), functions: functionTable };
    const attributes = blocksAsAttributes(parseSource(source, "strict").value, () => undefined);
    const values = attributes.map(({ name, expression }) => [name, evaluate(expression, context).value] as const);
    const json = jsonText(object(values));
    return json.ok ? json.value : json.error;
  };

  test.each([
    ["blocks of one type become a list", "m { a = 1 }\nm { a = 2 }\n", '{"m":[{"a":1},{"a":2}]}'],
    ["labels become maps in lists", 'm "x" "y" {}\n', '{"m":[{"x":[{"y":[{}]}]}]}'],
    ["a literal object is a list of one", "m = { a = 1 }\n", '{"m":[{"a":1}]}'],
    ["any other object stays", "m = ({ a = 1 })\n", '{"m":{"a":1}}'],
    ["a block hides an attribute of its name", "m = 1\nm {}\n", '{"m":[{}]}'],
    ["blocks in blocks too", "m {\n  n {}\n}\n", '{"m":[{"n":[{}]}]}'],
  ])("%s", (_, text, wanted) => expect(asJson(text)).toBe(wanted));
});

describe("dynamic blocks", () => {
  /** Expands a dynamic block of native syntax, whose type has one label. */
  function expanded(text: string): { made: string[]; found: string[] } {
    const source = new SourceText("dynamic.hcl", text);
    const found: Diagnostic[] = [];
    const readable = (expression: Expression, context: EvaluationContext): DynamicExpression => ({
      span: expression.span,
      startSpan: () => startSpan(expression),
      evaluate: () => evaluate(expression, context),
      withName: (name, value) =>
        readable(expression, { ...context, variables: new Map([...context.variables, [name, value]]) }),
      staticSyntax: expression,
      items: () => (expression.kind === "tuple" ? expression.items.map((item) => readable(item, context)) : undefined),
    });
    const context: EvaluationContext = { source, variables: new Map(), functions: functionTable };
    const [dynamic] = parseSource(source, "strict").value.blocks;
    if (dynamic === undefined) throw new Error("a dynamic block is needed");
    const argument = (name: string): DynamicExpression | undefined => {
      const attribute = dynamic.body.attributes.find((candidate) => candidate.name === name);
      return attribute && readable(attribute.expression, context);
    };
    const blocks = expandDynamicBlock<Block>(
      {
        forEach: argument("for_each"),
        iterator: argument("iterator"),
        labels: argument("labels"),
        contents: dynamic.body.blocks,
      },
      {
        type: "port",
        labelCount: 1,
        source,
        budget: undefined,
        missingSpan: dynamic.closeBraceSpan,
        contentSpan: (content) => content.typeSpan,
        report: (diagnostic) => found.push(diagnostic),
      },
    );
    return {
      made: blocks.map(({ labels, iterator, element }) => {
        const json = jsonText(element);
        return `${labels.join(" ")}: ${iterator} = ${json.ok ? json.value : json.error}`;
      }),
      found: found.map(({ summary, subject }) => `${summary} @ ${subject ? source.slice(subject) : ""}`),
    };
  }
  const dynamic = (body: string): string => `dynamic "port" {\n${body}\n}\n`;

  test.each([
    ["a list", 'for_each = ["a"]\nlabels = [port.value]\ncontent {}', ['a: port = {"key":0,"value":"a"}']],
    [
      "a map, by key",
      "for_each = { b = 1, a = 2 }\nlabels = [port.key]\ncontent {}",
      ['a: port = {"key":"a","value":2}', 'b: port = {"key":"b","value":1}'],
    ],
    [
      "a set, whose keys are its elements",
      'for_each = setunion(["x"])\nlabels = [port.key]\ncontent {}',
      ['x: port = {"key":"x","value":"x"}'],
    ],
    [
      "another iterator",
      'for_each = [5]\niterator = it\nlabels = ["p${it.value}"]\ncontent {}',
      ['p5: it = {"key":0,"value":5}'],
    ],
    ["nothing", "for_each = []\nlabels = [1]\ncontent {}", []],
  ])("over %s", (_, body, made) => expect(expanded(dynamic(body))).toEqual({ made, found: [] }));

  test.each([
    ["for_each = null\nlabels = [1]\ncontent {}", "Invalid dynamic for_each value @ null"],
    ['for_each = "abc"\nlabels = [1]\ncontent {}', 'Invalid dynamic for_each value @ "abc"'],
    ["for_each = [1]\nlabels = [null]\ncontent {}", "Invalid dynamic block label @ null"],
    ['for_each = [1]\nlabels = ["a", "b"]\ncontent {}', 'Extraneous dynamic block label @ "b"'],
    ["for_each = [1]\nlabels = []\ncontent {}", "Insufficient dynamic block labels @ []"],
    ['for_each = [1]\nlabels = "a"\ncontent {}', "Invalid expression @ a"],
    ['for_each = [1]\niterator = "it"\nlabels = [1]\ncontent {}', 'Invalid expression @ "it"'],
    ["for_each = [1]\niterator = a.b\nlabels = [1]\ncontent {}", "Invalid dynamic iterator name @ a.b"],
    ["for_each = [1]\nlabels = [1]", "Missing dynamic content block @ }"],
    ["for_each = [1]\nlabels = [1]\ncontent {}\ncontent {}", "Extraneous dynamic content block @ content"],
  ])("%j", (body, wanted) => expect(expanded(dynamic(body))).toEqual({ made: [], found: [wanted] }));
});
