// Decodes a body member by member, as its schema says. Nomad: gohcl's decoding into the API structs.
import { hasErrors, type Diagnostic } from "../../hcl/diagnostic.ts";
import { OriginNode } from "../origin.ts";
import { attribute as attributeSchema } from "../schema/types.ts";
import { groupFirst } from "../schema/index.ts";
import type { AttributeSchema, BlockSchema, BodySchema } from "../schema/index.ts";
import { blankObject } from "./blank.ts";
import type { ReadableAttribute, ReadableBlock } from "./body.ts";
import type { BodyContents, Found } from "./contents.ts";
import { droppedAt, errorAt, valueOf, type ApiObject, type Decoded, type Decoding } from "./context.ts";
import { finishBlock } from "./finish.ts";
import { toFreeValue, Unfit } from "./freeForm.ts";
import { BlockOrigin, EntriesOrigin, ListOrigin } from "./origins.ts";
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
  switch (schema.body.content) {
    case "free":
      return decodeFreeForm(context, block);
    case "strings":
      return decodeEntries(context, block, STRING_ENTRY);
    case "string-lists":
      return decodeEntries(context, block, LIST_ENTRY);
    case "values":
      return { value: {}, origin: new OriginNode(block) };
    case "members":
      return schema.body.special === "group" && context.mode === "strict"
        ? decodeGroup(context, block, schema)
        : decodeContents(context, block, schema);
  }
}

function decodeContents(context: Decoding, block: ReadableBlock, schema: BlockSchema): Decoded<ApiObject> {
  const contents = block.body.content(schema.body, context.report);
  const value = blankObject(schema, contents);
  const decoded = { value, origin: new BlockOrigin(block, schema.labels, contents) };
  if (schema.labels.length > 0) setLabels(value, block, schema);
  decodeMembers(context, contents, schema.body, decoded);
  if (schema.body.special !== undefined) finishBlock(context, { block, contents, schema, ...decoded });
  return decoded;
}

/** Nomad does not go on with a group when its first look at it finds a mistake. Nomad: jobspec2's decodeTaskGroup. */
function decodeGroup(context: Decoding, block: ReadableBlock, schema: BlockSchema): Decoded<ApiObject> {
  const all: Diagnostic[] = [];
  const decoded = decodeContents({ ...context, report: (problem) => all.push(problem) }, block, schema);
  const first = hasErrors(all) ? firstMistakes(context, block, schema) : [];
  for (const problem of hasErrors(first) ? first : all) context.report(problem);
  return decoded;
}

/** What is wrong with `meta = { … }`, and with the headers of vault, secret and dynamic blocks. */
function firstMistakes(context: Decoding, block: ReadableBlock, schema: BlockSchema): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const report = (problem: Diagnostic): void => {
    found.push(problem);
  };
  const contents = block.body.content(schema.body, () => undefined);
  const attribute = contents.attribute("meta");
  const [second] = contents.blocks("meta");
  if (attribute !== undefined && second !== undefined) report(writtenTwice(context, attribute, second));
  else if (attribute !== undefined) valueOf({ ...context, report }, attribute, MAP_ATTRIBUTE);
  block.body.content(groupFirst, report);
  return found;
}

function setLabels(value: ApiObject, { labels }: ReadableBlock, schema: BlockSchema): void {
  for (let index = 0; index < schema.labels.length; index++) {
    const field = schema.labels[index]?.field;
    if (field !== undefined) value[field] = labels[index] ?? "";
  }
}

/** Decodes what a body holds, in the order of the schema. */
function decodeMembers(context: Decoding, contents: BodyContents, schema: BodySchema, into: Decoded<ApiObject>): void {
  if (schema.special === "constraint" || schema.special === "affinity") {
    decodePlacement(context, contents, schema, into);
    return;
  }
  for (let found = contents.first; found !== undefined; found = found.next) {
    const { member, attribute } = found;
    if (member.field === undefined) continue;
    if (member.kind === "attribute") {
      if (attribute === undefined) continue;
      into.value[member.field] = valueOf(context, attribute, member);
      found.origin = attribute;
    } else if (attribute !== undefined) {
      decodeAsAttribute(context, attribute, found, member.field, into.value);
    } else if (found.blocks !== undefined) {
      const isForgiven = member.passesOn && schema.special === "group";
      const decoded = decodeBlocks(isForgiven ? forgiving(context) : context, found.blocks, member);
      if (decoded === undefined) continue;
      into.value[member.field] = decoded.value;
      found.origin = decoded.origin;
    }
  }
}

/** Nomad forgets the mistakes inside of a group's vault and secret blocks: the values are missing, and that is all. */
function forgiving(context: Decoding): Decoding {
  const report = (problem: Diagnostic): void => context.report({ ...problem, severity: "warning" });
  return { ...context, report, reportFreeForm: report };
}

/** Decodes all blocks of one type, the way they may occur; undefined when there must not be so many. */
function decodeBlocks(context: Decoding, blocks: readonly ReadableBlock[], schema: BlockSchema): Decoded | undefined {
  switch (schema.occurs) {
    case "one":
      return decodeSingle(context, blocks, schema);
    case "last":
      return decodeLast(context, blocks, schema);
    case "many":
      return decodeList(
        context,
        schema.body.special === "task-scaling" ? acceptedScalingBlocks(context, blocks) : blocks,
        schema,
      );
    case "by-label":
      return decodeByLabel(context, blocks, schema);
  }
}

function decodeSingle(context: Decoding, blocks: readonly ReadableBlock[], schema: BlockSchema): Decoded | undefined {
  const first = blocks[0];
  if (first === undefined) return undefined;
  if (blocks.length > 1) {
    reportOthers(context, first, blocks, schema);
    if (context.mode === "strict" && !schema.passesOn) return undefined;
  }
  return decodeBlock(context, first, schema);
}

/** Of what is handed on Nomad reads the first and names all others; elsewhere it names the second and reads none. */
function reportOthers(
  context: Decoding,
  first: ReadableBlock,
  blocks: readonly ReadableBlock[],
  schema: BlockSchema,
): void {
  const place = context.source.describe(first.defSpan);
  const detail = `There may be one ${schema.name} block, and ${place} already has it. Merge the two or remove one.`;
  for (const other of blocks.slice(1, schema.passesOn ? undefined : 2))
    context.report(errorAt(context, other.defSpan, `Duplicate ${schema.name} block`, detail));
}

function decodeLast(context: Decoding, blocks: readonly ReadableBlock[], schema: BlockSchema): Decoded | undefined {
  for (const block of blocks.slice(0, -1)) {
    const detail = `Only the last ${schema.name} block counts here. Remove this one, or merge it into the last one.`;
    context.report(droppedAt(context, block.defSpan, detail));
  }
  return blocks.map((block) => decodeBlock(context, block, schema)).at(-1);
}

function decodeList(context: Decoding, blocks: readonly ReadableBlock[], schema: BlockSchema): Decoded {
  const value = new Array<ApiObject>(blocks.length);
  const origins = new Array<OriginNode>(blocks.length);
  for (let index = 0; index < blocks.length; index++) {
    const decoded = decodeBlock(context, blocks[index]!, schema);
    value[index] = decoded.value;
    origins[index] = decoded.origin;
  }
  return { value, origin: new ListOrigin(origins) };
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
  found: Found,
  field: string,
  into: ApiObject,
): void {
  const { blocks, member } = found;
  if (blocks?.[0] !== undefined && member.kind === "block") {
    context.report(writtenTwice(context, attribute, blocks[0]));
    if (context.mode === "strict") {
      decodeBlocks(context, blocks, member);
      return;
    }
  }
  into[field] = valueOf(context, attribute, MAP_ATTRIBUTE);
  found.origin = attribute;
}

function writtenTwice(context: Decoding, { name, span }: ReadableAttribute, block: ReadableBlock): Diagnostic {
  const place = context.source.describe(span);
  const detail = `${name} is written as a block here and as an argument at ${place}; only one of the two may stand.`;
  return errorAt(context, block.defSpan, `Duplicate ${name} block`, detail);
}

function decodeEntries(context: Decoding, block: ReadableBlock, schema: AttributeSchema): Decoded<ApiObject> {
  const value: ApiObject = {};
  const attributes = block.body.freeAttributes(context.report);
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes[index]!;
    setKey(value, attribute.name, valueOf(context, attribute, schema));
  }
  return { value, origin: new EntriesOrigin(block, attributes) };
}

/** `config { … }`: arguments that are null are left out. */
function decodeFreeForm(context: Decoding, block: ReadableBlock): Decoded<ApiObject> {
  const value: ApiObject = {};
  const attributes = block.body.freeAttributes(context.report);
  for (let index = 0; index < attributes.length; index++) {
    const written = attributes[index]!;
    const { name } = written;
    if (name === "dynamic") context.report(droppedAt(context, written.nameSpan, NOT_EXPANDED));
    const plain = written.literal ?? freeValue(context, written);
    if (plain !== null) setKey(value, name, plain);
  }
  return { value, origin: new EntriesOrigin(block, attributes) };
}

/** The plain value of an argument; null for one that is null or wrong. */
function freeValue(context: Decoding, written: ReadableAttribute): unknown {
  const plain = toFreeValue(written.evaluate(context.reportFreeForm), context.mode === "strict" ? "error" : "null");
  if (!(plain instanceof Unfit)) return plain;
  const detail = `The value of ${written.name} cannot be part of the job: ${plain.reason}.`;
  context.reportFreeForm(errorAt(context, written.value.startSpan(), "unsuitable value type", detail));
  return null;
}
