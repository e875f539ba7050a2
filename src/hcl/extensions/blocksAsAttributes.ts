// Free-form bodies, whose schema somebody else knows: blocks become arguments (Nomad 2.0's fork of HCL: BlocksAsAttrs).
import type { Attribute, Block, Body, Expression, ObjectItem } from "../syntax.ts";

type Hidden = (attribute: Attribute) => void;

/**
 * The arguments of a free-form body. Blocks of one type become one argument, a list of objects; a literal object becomes
 * a list of one. Of an argument and a block with one name the block counts.
 * @param hidden told of each argument that a block of its name hides
 */
export function blocksAsAttributes(body: Body, hidden: Hidden): readonly Attribute[] {
  const { attributes, blocks } = body;
  if (blocks.length === 0) return wrappedAll(attributes);
  const made = madeOfBlocks(body, hidden);
  const seen = attributes.filter(({ name }) => !made.has(name));
  return [...wrappedAll(seen), ...made.values()];
}

/** The arguments that blocks become, by name. */
function madeOfBlocks({ attributes, blocks }: Body, hidden: Hidden): ReadonlyMap<string, Attribute> {
  const byType = new Map<string, Block[]>();
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index]!;
    const list = byType.get(block.type);
    if (list === undefined) byType.set(block.type, [block]);
    else list.push(block);
  }
  const made = new Map<string, Attribute>();
  for (const [type, list] of byType) made.set(type, fromBlocks(type, list, hidden));
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes[index]!;
    if (made.has(attribute.name)) hidden(attribute);
  }
  return made;
}

/** The entries of an inner body: here an argument that a block hides is evaluated all the same, and can be wrong. */
function entriesOf(body: Body, hidden: Hidden): readonly ObjectItem[] {
  const entries = wrappedAll(body.attributes).map(itemOf);
  if (body.blocks.length === 0) return entries;
  for (const attribute of madeOfBlocks(body, hidden).values()) entries.push(itemOf(attribute));
  return entries;
}

function wrappedAll(attributes: readonly Attribute[]): readonly Attribute[] {
  let result: Attribute[] | undefined;
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes[index]!;
    if (attribute.expression.kind === "object") (result ??= [...attributes])[index] = wrapped(attribute);
  }
  return result ?? attributes;
}

function wrapped(attribute: Attribute): Attribute {
  const { expression } = attribute;
  if (expression.kind !== "object") return attribute;
  const { name, span, nameSpan, equalsSpan } = attribute;
  return {
    name,
    span,
    nameSpan,
    equalsSpan,
    expression: { kind: "tuple", items: [expression], openSpan: expression.openSpan, span: expression.span },
  };
}

function fromBlocks(type: string, blocks: readonly Block[], hidden: Hidden): Attribute {
  const [first] = blocks;
  const last = blocks.at(-1);
  if (first === undefined || last === undefined) throw new Error("a group of blocks is never empty");
  const span = { start: first.span.start, end: last.span.end };
  const items = blocks.map((block) => objectOf(block, block.labels, hidden));
  return {
    name: type,
    nameSpan: first.typeSpan,
    equalsSpan: first.openBraceSpan,
    span,
    expression: { kind: "tuple", items, openSpan: first.openBraceSpan, span },
  };
}

/** Labels become nested objects, each in a list of its own. */
function objectOf(block: Block, labels: readonly string[], hidden: Hidden): Expression {
  const [label, ...others] = labels;
  const base = { kind: "object", openSpan: block.openBraceSpan, span: block.span } as const;
  if (label === undefined) return { ...base, items: entriesOf(block.body, hidden) };
  const inner = objectOf(block, others, hidden);
  const at = block.labelSpans[block.labels.length - labels.length] ?? block.typeSpan;
  const value: Expression = { kind: "tuple", items: [inner], openSpan: block.openBraceSpan, span: block.span };
  return { ...base, items: [{ key: { kind: "name", name: label, span: at }, value }] };
}

function itemOf(attribute: Attribute): ObjectItem {
  return { key: { kind: "name", name: attribute.name, span: attribute.nameSpan }, value: attribute.expression };
}
