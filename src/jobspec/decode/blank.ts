// The API's object of a block in which nothing is set: its labels' and members' fields with their absent values.
import type { BlockSchema } from "../schema/index.ts";
import type { BodyContents } from "./body.ts";
import type { ApiObject } from "./context.ts";

const blanks = new Map<BlockSchema, ApiObject>();

/** A new object for a block that holds these blocks, with its fields in the order of the API's struct. */
export function blankObject(schema: BlockSchema, blocks: BodyContents["blocks"]): ApiObject {
  const { omitted } = schema.body;
  for (let index = 0; index < omitted.length; index++) if (blocks.has(omitted[index]!)) return fieldsOf(schema, blocks);
  let blank = blanks.get(schema);
  // V8 keeps an object that grew by computed names as a hash table. One out of JSON has a shape, and is copied at once.
  if (blank === undefined)
    blanks.set(schema, (blank = JSON.parse(JSON.stringify(fieldsOf(schema, blocks))) as ApiObject));
  return { ...blank };
}

function fieldsOf(schema: BlockSchema, blocks: BodyContents["blocks"]): ApiObject {
  const blank: ApiObject = {};
  for (const { field } of schema.labels) if (field !== undefined) blank[field] = "";
  for (const member of schema.body.members) {
    const { field } = member;
    if (field === undefined) continue;
    if (member.kind === "constant") blank[field] = member.value;
    else if (member.kind === "attribute") blank[field] = member.absent;
    else if (member.omitEmpty ? blocks.has(member.name) : !member.passesOn) blank[field] = null;
  }
  return blank;
}
