// The items of a body while it is being read.
import { report, type Cursor } from "./cursor.ts";
import { BodyNode } from "./nodes.ts";
import type { Attribute, Block, Body } from "./syntax.ts";

/**
 * Where the items of one body begin on the cursor's stacks. A body ends before the one around it goes on, so all bodies
 * of a file share two stacks, and each gets lists of just its length.
 */
export interface Items {
  readonly attributes: number;
  readonly blocks: number;
  /** The names of a body with many arguments; of a few it is quicker to look through them. */
  names: Set<string> | undefined;
}

const FEW = 16;

export function newItems(cursor: Cursor): Items {
  return { attributes: cursor.attributeCount, blocks: cursor.blockCount, names: undefined };
}

const NO_ATTRIBUTES: readonly Attribute[] = [];
const NO_BLOCKS: readonly Block[] = [];

/** The body with what was added to `items`, which are taken off the stacks; `start` and `end` are offsets. */
export function finishBody(cursor: Cursor, items: Items, start: number, end: number): Body {
  const { attributeCount, blockCount } = cursor;
  const attributes =
    attributeCount === items.attributes ? NO_ATTRIBUTES : cursor.attributes.slice(items.attributes, attributeCount);
  const blocks = blockCount === items.blocks ? NO_BLOCKS : cursor.blocks.slice(items.blocks, blockCount);
  cursor.attributeCount = items.attributes;
  cursor.blockCount = items.blocks;
  return new BodyNode(attributes, blocks, start, end);
}

export function addBlock(cursor: Cursor, block: Block): void {
  cursor.blocks[cursor.blockCount++] = block;
}

/** Adds an argument, and refuses the second one of a name. */
export function addAttribute(cursor: Cursor, items: Items, attribute: Attribute): void {
  if (isSet(cursor, items, attribute.name)) {
    report(
      cursor,
      "Attribute redefined",
      `The argument "${attribute.name}" is already set in this block. Each argument may be set once.`,
      attribute.nameSpan,
    );
    return;
  }
  items.names?.add(attribute.name);
  cursor.attributes[cursor.attributeCount++] = attribute;
}

function isSet({ attributes, attributeCount }: Cursor, items: Items, name: string): boolean {
  if (attributeCount - items.attributes > FEW) {
    items.names ??= new Set(attributes.slice(items.attributes, attributeCount).map((each) => each.name));
    return items.names.has(name);
  }
  for (let i = items.attributes; i < attributeCount; i++) if (attributes[i]!.name === name) return true;
  return false;
}
