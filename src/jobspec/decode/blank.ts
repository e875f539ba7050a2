// The API's object of a block in which nothing is set: its labels' and members' fields with their absent values.
import type { BlockSchema } from "../schema/index.ts";
import type { BodyContents } from "./contents.ts";
import type { ApiObject } from "./context.ts";

/** By schema, and by the blocks that make their fields. */
const blanks = new Map<BlockSchema, Map<string, ApiObject>>();

/** A new object for a block that holds this, with its fields in the order of the API's struct. */
export function blankObject(schema: BlockSchema, contents: BodyContents): ApiObject {
  let forms = blanks.get(schema);
  if (forms === undefined) blanks.set(schema, (forms = new Map<string, ApiObject>()));
  const { omitted } = contents.index;
  let form = "";
  for (let index = 0; index < omitted.length; index++) {
    if (contents.blocks(omitted[index]!).length > 0) form += `${omitted[index]!} `;
  }
  let blank = forms.get(form);
  // V8 keeps an object that grew by computed names as a hash table. One out of JSON has a shape, and is copied at once.
  if (blank === undefined) forms.set(form, (blank = JSON.parse(`{${fieldsOf(schema, contents)}}`) as ApiObject));
  return { ...blank };
}

/** The fields as JSON, without braces. */
function fieldsOf({ labels }: BlockSchema, contents: BodyContents): string {
  const { members } = contents.index;
  let fields = "";
  for (let index = 0; index < labels.length; index++) {
    const { field } = labels[index]!;
    if (field !== undefined) fields += `"${field}":"",`;
  }
  for (let index = 0; index < members.length; index++) {
    const member = members[index]!;
    const { field } = member;
    if (field === undefined) continue;
    if (member.kind === "constant") fields += `"${field}":${jsonOf(member.value)},`;
    else if (member.kind === "attribute") fields += `"${field}":${jsonOf(member.absent)},`;
    else if (member.omitEmpty ? contents.blocks(member.name).length > 0 : !member.passesOn)
      fields += `"${field}":null,`;
  }
  return fields.slice(0, -1);
}

/** Nearly all of them are one of three; a call of JSON for each would take longer than the rest of the object. */
function jsonOf(value: unknown): string {
  if (value === null) return "null";
  if (value === "") return '""';
  return value === 0 ? "0" : JSON.stringify(value);
}
