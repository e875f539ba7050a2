// Decodes a body member by member, as its schema says. Nomad: gohcl's decoding into the API structs.
import { OriginNode } from "../origin.ts";
import { attribute as attributeSchema } from "../schema/types.ts";
import type { AttributeSchema, BlockSchema, BodySchema } from "../schema/index.ts";
import type { BodyContents, ReadableAttribute, ReadableBlock, ReadableBody } from "./body.ts";
import {
  attributeOrigin,
  blockOrigin,
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
export function decodeBlock(context: Decoding, block: ReadableBlock, schema: BlockSchema): Decoded {
  const origin = blockOrigin(context, block);
  switch (schema.body.content) {
    case "free":
      return { value: decodeFreeForm(context, block.body, origin), origin };
    case "strings":
      return { value: decodeEntries(context, block.body, origin, STRING_ENTRY), origin };
    case "string-lists":
      return { value: decodeEntries(context, block.body, origin, LIST_ENTRY), origin };
    case "values":
      return { value: {}, origin };
    case "members": {
      const value: ApiObject = {};
      for (const [index, label] of schema.labels.entries()) {
        if (label.field === undefined) continue;
        value[label.field] = block.labels[index] ?? "";
        origin.child(label.field).origin = {
          source: context.source,
          span: block.labelSpans[index] ?? block.defSpan,
          wholeSpan: block.labelSpans[index] ?? block.defSpan,
        };
      }
      const contents = block.body.content(schema.body, context.report);
      decodeMembers(context, contents, schema.body, { value, origin });
      finishBlock(context, { block, contents, schema, value, origin });
      return { value, origin };
    }
  }
}

/** Decodes a body's contents into an object that may hold labels already. */
function decodeMembers(
  context: Decoding,
  contents: BodyContents,
  schema: BodySchema,
  into: { readonly value: ApiObject; readonly origin: OriginNode },
): void {
  if (schema.special === "constraint" || schema.special === "affinity") {
    decodePlacement(context, contents, schema, into);
    return;
  }
  for (const member of schema.members) {
    if (member.kind === "constant") {
      into.value[member.field] = member.value;
      continue;
    }
    if (member.field === undefined) continue;
    const decoded =
      member.kind === "attribute" ? decodeOne(context, contents, member) : decodeBlocks(context, contents, member);
    if (decoded !== undefined) {
      into.value[member.field] = decoded.value;
      into.origin.attach(member.field, decoded.origin);
    } else if (member.kind === "attribute") into.value[member.field] = member.absent;
    else if (!member.omitEmpty && !member.passesOn) into.value[member.field] = null;
  }
}

function decodeOne(context: Decoding, contents: BodyContents, schema: AttributeSchema): Decoded | undefined {
  const attribute = contents.attributes.get(schema.name);
  return attribute === undefined ? undefined : decodeAttribute(context, attribute, schema);
}

/** Decodes all blocks of one type, the way they may occur; undefined when there are none. */
export function decodeBlocks(context: Decoding, contents: BodyContents, schema: BlockSchema): Decoded | undefined {
  const blocks = contents.blocks.get(schema.name) ?? [];
  if (schema.alsoAttribute) {
    const attribute = contents.attributes.get(schema.name);
    if (attribute !== undefined) return decodeAsAttribute(context, attribute, blocks[0], schema);
  }
  if (blocks.length === 0) return undefined;
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
  const [first, second] = blocks;
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
  const value = blocks.map((block, index) => {
    const decoded = decodeBlock(context, block, schema);
    origin.attach(index, decoded.origin);
    return decoded.value;
  });
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
): Decoded | undefined {
  if (block !== undefined) {
    const place = context.source.describe(attribute.span);
    const detail = `${schema.name} is written as a block here and as an argument at ${place}; only one of the two may stand.`;
    context.report(errorAt(context, block.defSpan, `Duplicate ${schema.name} block`, detail));
    if (context.mode === "strict") return undefined;
  }
  return decodeAttribute(context, attribute, MAP_ATTRIBUTE);
}

function decodeEntries(context: Decoding, body: ReadableBody, origin: OriginNode, schema: AttributeSchema): ApiObject {
  const value: ApiObject = {};
  for (const attribute of body.freeAttributes(context.report)) {
    const decoded = decodeAttribute(context, attribute, schema);
    setKey(value, attribute.name, decoded.value);
    origin.attach(attribute.name, decoded.origin);
  }
  return value;
}

/** `config { … }`: arguments that are null are left out. */
function decodeFreeForm(context: Decoding, body: ReadableBody, origin: OriginNode): ApiObject {
  const result: ApiObject = {};
  for (const attribute of body.freeAttributes(context.report)) {
    if (attribute.name === "dynamic") context.report(droppedAt(context, attribute.nameSpan, NOT_EXPANDED));
    const value = evaluateReadable(attribute.value, context.reportFreeForm);
    origin.attach(attribute.name, attributeOrigin(context, attribute, value));
    const plain = toFreeValue(value, context.mode === "strict" ? "error" : "null");
    if (plain.ok) {
      if (plain.value !== null) setKey(result, attribute.name, plain.value);
    } else {
      const detail = `The value of ${attribute.name} cannot be part of the job: ${plain.reason}.`;
      context.reportFreeForm(errorAt(context, attribute.value.startSpan(), "Unsuitable value type", detail));
    }
  }
  return result;
}
