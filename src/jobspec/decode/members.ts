// Decodes a body member by member, as its schema says. Nomad: gohcl's decoding into the API structs.
import { OriginNode } from "../origin.ts";
import { attribute as attributeSchema } from "../schema/types.ts";
import type { AttributeSchema, BlockSchema, BodySchema } from "../schema/index.ts";
import { blankObject } from "./blank.ts";
import type { BodyContents, ReadableAttribute, ReadableBlock } from "./body.ts";
import {
  decodeAttribute,
  droppedAt,
  errorAt,
  evaluateReadable,
  type ApiObject,
  type Decoded,
  type Decoding,
} from "./context.ts";
import { finishBlock } from "./finish.ts";
import { toFreeValue } from "./freeForm.ts";
import { decodePlacement } from "./placement.ts";
import { acceptedScalingBlocks } from "./scaling.ts";
import { setKey } from "./values.ts";

const STRING_ENTRY = attributeSchema("", undefined, "string", "");
const LIST_ENTRY = attributeSchema("", undefined, "list(string)", "");
const NOT_EXPANDED =
  "Dynamic blocks are not expanded inside of this body: it gets an argument named dynamic, which its reader refuses. Write the blocks out, or build the value with a for expression.";

const MAP_ATTRIBUTE = attributeSchema("", undefined, "map(string)", "");

/** Decodes one block with its labels. */
export function decodeBlock(context: Decoding, block: ReadableBlock, schema: BlockSchema): Decoded<ApiObject> {
  const origin = new OriginNode({ kind: "block", source: context.source, written: block });
  switch (schema.body.content) {
    case "free":
      return decodeFreeForm(context, block, origin);
    case "strings":
      return decodeEntries(context, block, origin, STRING_ENTRY);
    case "string-lists":
      return decodeEntries(context, block, origin, LIST_ENTRY);
    case "values":
      return { value: {}, origin };
    case "members": {
      const contents = block.body.content(schema.body, context.report);
      const value = blankObject(schema, contents.blocks);
      const decoded = { value, origin };
      decodeLabels(context, block, schema, decoded);
      decodeMembers(context, contents, schema.body, decoded);
      if (schema.body.special !== undefined) finishBlock(context, { block, contents, schema, value, origin });
      return decoded;
    }
  }
}

function decodeLabels(
  { source }: Decoding,
  written: ReadableBlock,
  { labels }: BlockSchema,
  { value, origin }: Decoded<ApiObject>,
): void {
  for (let index = 0; index < labels.length; index++) {
    const field = labels[index]?.field;
    if (field === undefined) continue;
    value[field] = written.labels[index] ?? "";
    origin.attach(field, { kind: "label", source, written, index });
  }
}

/** Decodes what a body holds, in the order of the schema. */
function decodeMembers(context: Decoding, contents: BodyContents, schema: BodySchema, into: Decoded<ApiObject>): void {
  if (schema.special === "constraint" || schema.special === "affinity") {
    decodePlacement(context, contents, schema, into);
    return;
  }
  let left = contents.attributes.size + contents.blocks.size;
  const { members } = schema;
  for (let index = 0; left > 0 && index < members.length; index++) {
    const member = members[index]!;
    if (member.kind === "constant") continue;
    const attribute = contents.attributes.get(member.name);
    const blocks = contents.blocks.get(member.name);
    if (attribute !== undefined) left--;
    if (blocks !== undefined) left--;
    if (member.field === undefined) continue;
    if (member.kind === "attribute") {
      if (attribute !== undefined) decodeAttribute(context, attribute, member, into, member.field);
    } else if (attribute !== undefined) {
      decodeAsAttribute(context, attribute, blocks?.[0], member, into);
    } else if (blocks !== undefined) {
      const decoded = decodeBlocks(context, blocks, member);
      if (decoded === undefined) continue;
      into.value[member.field] = decoded.value;
      into.origin.attach(member.field, decoded.origin);
    }
  }
}

/** Decodes all blocks of one type, the way they may occur; undefined when there must not be so many. */
function decodeBlocks(context: Decoding, blocks: readonly ReadableBlock[], schema: BlockSchema): Decoded | undefined {
  switch (schema.occurs) {
    case "one":
      return decodeSingle(context, blocks, schema);
    case "last":
      return decodeLast(context, blocks, schema);
    case "many":
      return decodeList(context, acceptedBlocks(context, blocks, schema), schema);
    case "by-label":
      return decodeByLabel(context, blocks, schema);
  }
}

function acceptedBlocks(
  context: Decoding,
  blocks: readonly ReadableBlock[],
  schema: BlockSchema,
): readonly ReadableBlock[] {
  return schema.body.special === "task-scaling" ? acceptedScalingBlocks(context, blocks) : blocks;
}

function decodeSingle(context: Decoding, blocks: readonly ReadableBlock[], schema: BlockSchema): Decoded | undefined {
  const first = blocks[0];
  const second = blocks[1];
  if (first === undefined) return undefined;
  if (second !== undefined) {
    const place = context.source.describe(first.defSpan);
    const detail = `There may be one ${schema.name} block, and ${place} already has it. Merge the two or remove one.`;
    context.report(errorAt(context, second.defSpan, `Duplicate ${schema.name} block`, detail));
    if (context.mode === "strict") return undefined;
  }
  return decodeBlock(context, first, schema);
}

function decodeLast(context: Decoding, blocks: readonly ReadableBlock[], schema: BlockSchema): Decoded | undefined {
  for (const block of blocks.slice(0, -1)) {
    const detail = `Only the last ${schema.name} block counts here. Remove this one, or merge it into the last one.`;
    context.report(droppedAt(context, block.defSpan, detail));
  }
  return blocks.map((block) => decodeBlock(context, block, schema)).at(-1);
}

function decodeList(context: Decoding, blocks: readonly ReadableBlock[], schema: BlockSchema): Decoded {
  const origin = new OriginNode();
  const value: ApiObject[] = [];
  for (let index = 0; index < blocks.length; index++) {
    const decoded = decodeBlock(context, blocks[index]!, schema);
    origin.attach(index, decoded.origin);
    value.push(decoded.value);
  }
  return { value, origin };
}

/** A map by label; of two blocks with one label the later one wins, without a word from Nomad. */
function decodeByLabel(context: Decoding, blocks: readonly ReadableBlock[], schema: BlockSchema): Decoded {
  const origin = new OriginNode();
  const value: ApiObject = {};
  const last = new Map(blocks.map((block) => [block.labels[0] ?? "", block]));
  for (const block of blocks) {
    const decoded = decodeBlock(context, block, schema);
    const key = block.labels[0] ?? "";
    if (last.get(key) !== block) {
      const detail = `A later ${schema.name} block has the same label, and only that one counts.`;
      context.report(droppedAt(context, block.defSpan, detail));
    }
    setKey(value, key, decoded.value);
    origin.attach(key, decoded.origin);
  }
  return { value, origin };
}

/** `meta = { … }` and `env = { … }`. Nomad: decodeAsAttribute. */
function decodeAsAttribute(
  context: Decoding,
  attribute: ReadableAttribute,
  block: ReadableBlock | undefined,
  schema: BlockSchema,
  into: Decoded<ApiObject>,
): void {
  if (block !== undefined) {
    const place = context.source.describe(attribute.span);
    const detail = `${schema.name} is written as a block here and as an argument at ${place}; only one of the two may stand.`;
    context.report(errorAt(context, block.defSpan, `Duplicate ${schema.name} block`, detail));
    if (context.mode === "strict") return;
  }
  decodeAttribute(context, attribute, MAP_ATTRIBUTE, into, schema.field ?? schema.name);
}

function decodeEntries(
  context: Decoding,
  { body }: ReadableBlock,
  origin: OriginNode,
  schema: AttributeSchema,
): Decoded<ApiObject> {
  const decoded: Decoded<ApiObject> = { value: {}, origin };
  const attributes = body.freeAttributes(context.report);
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes[index]!;
    decodeAttribute(context, attribute, schema, decoded, attribute.name);
  }
  return decoded;
}

/** `config { … }`: arguments that are null are left out. */
function decodeFreeForm(context: Decoding, { body }: ReadableBlock, origin: OriginNode): Decoded<ApiObject> {
  const result: ApiObject = {};
  const unknownAs = context.mode === "strict" ? "error" : "null";
  const attributes = body.freeAttributes(context.report);
  for (let index = 0; index < attributes.length; index++) {
    const written = attributes[index]!;
    const { name } = written;
    if (name === "dynamic") context.report(droppedAt(context, written.nameSpan, NOT_EXPANDED));
    const value = evaluateReadable(written.value, context.reportFreeForm);
    origin.attach(name, { kind: "argument", source: context.source, written, value });
    const plain = toFreeValue(value, unknownAs);
    if (plain.ok) {
      if (plain.value !== null) setKey(result, name, plain.value);
    } else {
      const detail = `The value of ${name} cannot be part of the job: ${plain.reason}.`;
      context.reportFreeForm(errorAt(context, written.value.startSpan(), "Unsuitable value type", detail));
    }
  }
  return { value: result, origin };
}
