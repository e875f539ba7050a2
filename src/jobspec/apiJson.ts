// Jobs in the API's own JSON form (`nomad job run -json`): `{"Job": {…}}` or the job alone.
import { fail, ok, type Result } from "../base/result.ts";
import type { Job } from "./job.ts";
import { job as jobSchema, type AttributeSchema, type BlockSchema, type BodySchema } from "./schema/index.ts";
import { zeroOf } from "./schema/types.ts";
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
    data = JSON.parse(text);
  } catch (error) {
    return fail(`The text is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(data))
    return fail('A job in JSON is an object with the fields of the API, or such an object under "Job".');
  const wrapped = field(data, "Job");
  try {
    return ok(bodyFrom(isObject(wrapped) ? wrapped : data, jobSchema.body, jobSchema, "Job") as unknown as Job);
  } catch (error) {
    if (error instanceof WrongType) return fail(error.message);
    throw error;
  }
}

class WrongType extends Error {
  constructor(path: string, wanted: string) {
    super(`${path} must be ${wanted}.`);
    this.name = "WrongType";
  }
}

const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Go prefers the exact name and takes another case of it otherwise. */
function field(data: JsonObject, name: string): unknown {
  if (Object.hasOwn(data, name)) return data[name];
  const folded = name.toLowerCase();
  const other = Object.keys(data).find((key) => key.toLowerCase() === folded);
  return other === undefined ? undefined : data[other];
}

function bodyFrom(data: JsonObject, schema: BodySchema, owner: BlockSchema, path: string): JsonObject {
  const result: JsonObject = {};
  for (const label of owner.labels) {
    if (label.field !== undefined)
      result[label.field] = scalar(field(data, label.field), "string", "", `${path}.${label.field}`);
  }
  for (const member of schema.members) {
    if (member.field === undefined) continue;
    const at = `${path}.${member.field}`;
    const given = field(data, member.field);
    if (member.kind === "attribute") result[member.field] = attributeFrom(given, member, at);
    else if (member.kind === "constant") result[member.field] = given ?? member.value;
    else if (!member.passesOn) {
      const value = given === undefined || given === null ? null : blockFrom(given, member, at);
      if (value !== null || !member.omitEmpty) result[member.field] = value;
    }
  }
  return result;
}

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
  return schema.body.content === "members" ? bodyFrom(given, schema.body, schema, path) : given;
}

function attributeFrom(given: unknown, schema: AttributeSchema, path: string): unknown {
  const zero = zeroOf(schema);
  if (given === undefined || given === null) return zero;
  switch (schema.type) {
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
      return scalar(given, "number", zero, path);
    case "duration":
      if (typeof given !== "number") throw new WrongType(path, "a number of nanoseconds");
      return given;
    case "list(string)":
    case "list(uint16)":
      if (!Array.isArray(given)) throw new WrongType(path, "a list");
      return given;
    case "map(string)":
    case "list(map(number))":
    case "any":
    case "type":
      return given;
  }
}

function scalar(given: unknown, type: "string" | "number" | "boolean", zero: unknown, path: string): unknown {
  if (given === undefined || given === null) return zero;
  if (typeof given !== type) throw new WrongType(path, `a ${type}`);
  return given;
}
