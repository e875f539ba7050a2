// Short ways for tests to parse and to look at what came out.
import { parseSource, type SyntaxMode } from "../../src/hcl/parser.ts";
import { SourceText } from "../../src/hcl/source.ts";
import type { Block, Body } from "../../src/hcl/syntax.ts";
import { shape } from "./hclShape.ts";

/** `LINE,COL-COL: Summary` of every diagnostic. */
export function messages(text: string, mode: SyntaxMode = "strict"): string[] {
  const source = new SourceText("t", text);
  return parseSource(source, mode).diagnostics.map(
    ({ subject, summary }) => `${source.describe(subject!).slice(2)}: ${summary}`,
  );
}

/** The summary of the first diagnostic; undefined when the text is HCL. */
export function refusal(text: string): string | undefined {
  return messages(text)[0]?.replace(/^[^:]*: /, "");
}

export function body(text: string, mode: SyntaxMode = "strict"): Body {
  return parseSource(new SourceText("t", text), mode).value;
}

/** The shape of the value of the first argument of a text without errors. */
export function valueShape(expression: string): string {
  const text = `v = ${expression}\n`;
  const found = messages(text);
  if (found.length > 0) throw new Error(`${text} is refused: ${found.join(", ")}`);
  return shape(body(text).attributes[0]!.expression);
}

/** The blocks of a body and below as `type "label"`, outermost first, with a path of types. */
export function blockPaths(tree: Body, path = ""): string[] {
  return tree.blocks.flatMap((block) => {
    const name = path + blockName(block);
    return [name, ...blockPaths(block.body, `${name} > `)];
  });
}

function blockName(block: Block): string {
  return [block.type, ...block.labels].join(" ");
}
