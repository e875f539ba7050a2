// Jobs in the API's own JSON form (`nomad job run -json`): `{"Job": {…}}` or the job alone.
import { fail, ok, type Result } from "../base/result.ts";
import type { Job } from "./job.ts";
import {
  job as jobSchema,
  type AttributeSchema,
  type BlockSchema,
  type BodySchema,
  type ConstantSchema,
  type Member,
  type ValueType,
} from "./schema/index.ts";
import { zeroOf, type ConstantType } from "./schema/types.ts";
import { setKey } from "./decode/values.ts";

type JsonObject = Record<string, unknown>;

/**
 * Reads a job in API form as Go's decoder does: names match without regard to case, unknown fields are dropped, and fields
 * that are not there get their zero value, so that the result has Nomad's full field set.
 * @returns the job, or why it is not one (not JSON, or a field of the wrong type)
 */
export function parseApiJson(text: string): Result<Job, string> {
  let data: unknown;
  try {
    // Go leaves a job as it is for null: empty.
    data = JSON.parse(text.slice(0, endOfObject(text))) ?? {};
  } catch (error) {
    return fail(`The text is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(data))
    return fail('A job in JSON is an object with the fields of the API, or such an object under "Job".');
  try {
    const wrapped = readField(byFoldedName(data), "Job", (given) => given ?? null);
    if (wrapped !== null && !isObject(wrapped)) throw new WrongType("Job", "an object");
    return ok(bodyFrom(wrapped ?? data, jobSchema.body, jobSchema, "Job") as unknown as Job);
  } catch (error) {
    if (error instanceof WrongType) return fail(error.message);
    throw error;
  }
}

/**
 * Behind the object that a text begins with, or behind all of a text that begins with none: Go's decoder reads one value and
 * leaves alone what follows it.
 */
function endOfObject(text: string): number {
  const brackets = /[[{]|[\]}]|"(?:[^"\\]|\\.)*"/gs;
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(brackets)) {
    if (found === "{" || found === "[") depth++;
    else if (found === "}" || found === "]") depth--;
    if (depth <= 0) return found.startsWith('"') ? text.length : index + 1;
  }
  return text.length;
}

class WrongType extends Error {
  constructor(path: string, wanted: string) {
    super(`${path} must be ${wanted}.`);
    this.name = "WrongType";
  }
}

const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Fields by their names in lower case: Go takes any case of a name. */
type Fields = ReadonlyMap<string, readonly unknown[]>;

function byFoldedName(data: JsonObject): Fields {
  const fields = new Map<string, unknown[]>();
  for (const [key, value] of Object.entries(data)) {
    const folded = key.toLowerCase();
    const others = fields.get(folded);
    if (others === undefined) fields.set(folded, [value]);
    else others.push(value);
  }
  return fields;
}

/** What comes of a field: written in several cases, each must fit, and the last counts. */
function readField<Value>(fields: Fields, name: string, read: (given: unknown) => Value): Value {
  const values = (fields.get(name.toLowerCase()) ?? [undefined]).map(read);
  return values.at(-1) as Value;
}

function bodyFrom(data: JsonObject, schema: BodySchema, owner: BlockSchema, path: string): JsonObject {
  const result: JsonObject = {};
  const fields = byFoldedName(data);
  for (const label of owner.labels) {
    if (label.field === undefined) continue;
    // Of all labels only a group's is a pointer in the API.
    const zero = schema.special === "group" ? null : "";
    const at = `${path}.${label.field}`;
    result[label.field] = readField(fields, label.field, (given) => scalar(given, "string", zero, at));
  }
  for (const member of schema.members) {
    if (member.field === undefined || (member.kind === "block" && member.passesOn)) continue;
    const at = `${path}.${member.field}`;
    const value = readField(fields, member.field, (given) => memberFrom(given, member, at));
    if (value !== null || member.kind !== "block" || !member.omitEmpty) result[member.field] = value;
  }
  return result;
}

function memberFrom(given: unknown, member: Member, path: string): unknown {
  switch (member.kind) {
    case "attribute":
      return attributeFrom(given, member, path);
    case "constant":
      return constantFrom(given, member, path);
    case "block":
      return given === undefined || given === null ? null : blockFrom(given, member, path);
  }
}

function constantFrom(given: unknown, { type, value }: ConstantSchema, path: string): unknown {
  if (typeof type !== "object") return valueFrom(given, type, value, path);
  return given === undefined ? value : contentFrom(given, type, path);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function blockFrom(given: unknown, schema: BlockSchema, path: string): unknown {
  switch (schema.occurs) {
    case "many":
      if (!Array.isArray(given)) throw new WrongType(path, "a list");
      return given.map((item, index) => contentFrom(item, schema, `${path}[${index}]`));
    case "by-label": {
      if (!isObject(given)) throw new WrongType(path, "an object");
      const result: JsonObject = {};
      for (const [key, item] of Object.entries(given)) setKey(result, key, contentFrom(item, schema, `${path}.${key}`));
      return result;
    }
    case "one":
    case "last":
      return contentFrom(given, schema, path);
  }
}

function contentFrom(given: unknown, schema: BlockSchema, path: string): unknown {
  if (given === null) return null;
  if (!isObject(given)) throw new WrongType(path, "an object");
  if (schema.body.content === "strings") return stringsIn(given, path);
  return schema.body.content === "members" ? bodyFrom(given, schema.body, schema, path) : given;
}

function attributeFrom(given: unknown, schema: AttributeSchema, path: string): unknown {
  return valueFrom(given, schema.type, zeroOf(schema), path);
}

function valueFrom(given: unknown, type: ConstantType, zero: unknown, path: string): unknown {
  if (given === undefined || given === null) return zero;
  switch (type) {
    case "string":
      return scalar(given, "string", zero, path);
    case "bool":
      return scalar(given, "boolean", zero, path);
    case "int":
    case "int8":
    case "uint8":
    case "uint16":
    case "uint32":
    case "uint64":
    case "number-as-int8":
    case "duration":
      return wholeNumber(given, type, path);
    case "list(string)":
      return listOf(given, path, (item, at) => scalar(item, "string", "", at));
    case "list(uint16)":
      return listOf(given, path, (item, at) => (item === null ? 0 : wholeNumber(item, "uint16", at)));
    case "bytes":
      if (typeof given === "string" && BASE64.test(given.replaceAll(/[\r\n]/g, ""))) return given;
      throw new WrongType(path, "text in Base64");
    case "map(string)":
    case "object":
      if (!isObject(given)) throw new WrongType(path, "an object");
      return type === "object" ? given : stringsIn(given, path);
    case "list(map(number))":
    case "any":
    case "type":
      return given;
  }
}

/** The smallest and largest number that each of Go's types holds; the others have 64 bits, like durations. */
const LIMITS: Partial<Record<ValueType, readonly [least: number, most: number]>> = {
  int8: [-128, 127],
  "number-as-int8": [-128, 127],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 64],
};
const SIGNED_64: readonly [number, number] = [-(2 ** 63), 2 ** 63];

function wholeNumber(given: unknown, type: ValueType, path: string): number {
  const [least, most] = LIMITS[type] ?? SIGNED_64;
  if (typeof given !== "number")
    throw new WrongType(path, type === "duration" ? "a number of nanoseconds" : "a number");
  if (Number.isInteger(given) && given >= least && given <= most) return given;
  throw new WrongType(path, `a whole number from ${least} to ${most}`);
}

function listOf(given: unknown, path: string, read: (item: unknown, path: string) => unknown): readonly unknown[] {
  if (!Array.isArray(given)) throw new WrongType(path, "a list");
  return given.map((item, index) => read(item, `${path}[${index}]`));
}

function stringsIn(given: JsonObject, path: string): JsonObject {
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(given)) setKey(result, key, scalar(item, "string", "", `${path}.${key}`));
  return result;
}

function scalar(given: unknown, type: "string" | "number" | "boolean", zero: unknown, path: string): unknown {
  if (given === undefined || given === null) return zero;
  if (typeof given !== type) throw new WrongType(path, `a ${type}`);
  return given;
}
