// JSON text of values, as HCL's jsonencode writes it.
import { fail, ok, type Result } from "../../base/result.ts";
import { isInfinite } from "../bigfloat.ts";
import { toDecimal } from "../bigfloatText.ts";
import type { Value } from "../value.ts";

/**
 * The value as JSON without white space: object keys in byte order, numbers with all their digits and no exponent,
 * `<`, `>`, `&` and the line separators escaped. The error says what cannot be written.
 */
export function jsonText(value: Value): Result<string, string> {
  const pieces: string[] = [];
  const error = write(value, pieces);
  return error === undefined ? ok(pieces.join("")) : fail(error);
}

/** Appends the value; the reason when it cannot be written. */
function write(value: Value, pieces: string[]): string | undefined {
  switch (value.kind) {
    case "null":
      pieces.push("null");
      return undefined;
    case "bool":
      pieces.push(value.value ? "true" : "false");
      return undefined;
    case "number": {
      if (isInfinite(value.value)) return "JSON has no infinity";
      const text = toDecimal(value.value);
      if (text === undefined) return "a number has too many digits";
      pieces.push(text);
      return undefined;
    }
    case "string":
      pieces.push(quote(value.value));
      return undefined;
    case "unknown":
      return "a value in it is not known";
    case "list":
    case "set":
    case "tuple":
      return writeItems(value.items, pieces);
    case "map":
      return writeEntries(value.entries, pieces);
    case "object":
      return writeEntries(value.attributes, pieces);
  }
}

function writeItems(items: readonly Value[], pieces: string[]): string | undefined {
  pieces.push("[");
  for (const [i, item] of items.entries()) {
    if (i > 0) pieces.push(",");
    const error = write(item, pieces);
    if (error !== undefined) return error;
  }
  pieces.push("]");
  return undefined;
}

function writeEntries(entries: ReadonlyMap<string, Value>, pieces: string[]): string | undefined {
  pieces.push("{");
  let first = true;
  for (const [key, item] of entries) {
    if (!first) pieces.push(",");
    first = false;
    pieces.push(quote(key), ":");
    const error = write(item, pieces);
    if (error !== undefined) return error;
  }
  pieces.push("}");
  return undefined;
}

const LONE_SURROGATE = /[\ud800-\udfff]/gu;
const SPECIAL = /[<>&\u2028\u2029]/g;

/** A JSON string that is also safe inside HTML and JavaScript. */
function quote(text: string): string {
  return JSON.stringify(text.replace(LONE_SURROGATE, "\ufffd")).replace(
    SPECIAL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
