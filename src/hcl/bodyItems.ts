// The items of a body while it is being read.
import { report, type Cursor } from "./cursor.ts";
import type { Span } from "./source.ts";
import type { Attribute, Block, Body } from "./syntax.ts";
import { trimmed } from "./trimmed.ts";

/** Collects the items of a body and refuses the second argument of a name. */
export interface Items {
  attributes: Attribute[] | undefined;
  blocks: Block[] | undefined;
  /** The names of a body with many arguments; of a few it is quicker to look through them. */
  names: Set<string> | undefined;
}

const FEW = 16;

export function newItems(): Items {
  return { attributes: undefined, blocks: undefined, names: undefined };
}

const NO_ATTRIBUTES: readonly Attribute[] = [];
const NO_BLOCKS: readonly Block[] = [];

export function finishBody(items: Items, span: Span): Body {
  const { attributes, blocks } = items;
  return {
    attributes: attributes === undefined ? NO_ATTRIBUTES : trimmed(attributes),
    blocks: blocks === undefined ? NO_BLOCKS : trimmed(blocks),
    span,
    endSpan: { start: span.end, end: span.end },
  };
}

export function addBlock(items: Items, block: Block): void {
  if (items.blocks === undefined) items.blocks = [block];
  else items.blocks.push(block);
}

export function addAttribute(cursor: Cursor, items: Items, attribute: Attribute): void {
  if (isSet(items, attribute.name)) {
    report(
      cursor,
      "Attribute redefined",
      `The argument "${attribute.name}" is already set in this block. Each argument may be set once.`,
      attribute.nameSpan,
    );
    return;
  }
  items.names?.add(attribute.name);
  if (items.attributes === undefined) items.attributes = [attribute];
  else items.attributes.push(attribute);
}

function isSet(items: Items, name: string): boolean {
  const { attributes } = items;
  if (attributes === undefined) return false;
  if (attributes.length > FEW) {
    items.names ??= new Set(attributes.map((each) => each.name));
    return items.names.has(name);
  }
  for (let i = 0; i < attributes.length; i++) if (attributes[i]!.name === name) return true;
  return false;
}
