// The syntax tree of a job file, parsed once however many rules and editor features look at it.
import { parseSource } from "../hcl/parser.ts";
import type { SourceText } from "../hcl/source.ts";
import type { Block, Body } from "../hcl/syntax.ts";

const NOWHERE = { start: 0, end: 0 };
const EMPTY: Body = { attributes: [], blocks: [], span: NOWHERE, endSpan: NOWHERE };
const trees = new WeakMap<SourceText, Body>();

/** The tree of the native syntax; empty for a file in HCL's JSON syntax, which Nomad tells by its first character. */
export function treeOf(source: SourceText): Body {
  let tree = trees.get(source);
  if (tree === undefined) {
    tree = /^ *\{/.test(source.text) ? EMPTY : parseSource(source, "editor").value;
    trees.set(source, tree);
  }
  return tree;
}

/** Every block with the blocks around it, outermost first and itself last, in the order of the file. */
export function* blocksOf(body: Body, around: readonly Block[] = []): Iterable<readonly Block[]> {
  for (const block of body.blocks) {
    const path = [...around, block];
    yield path;
    yield* blocksOf(block.body, path);
  }
}
