// Reads JSON text into values: numbers with all their digits, objects and tuples with exact types.
import { fail, ok, type Result } from "../../base/result.ts";
import { parseBigFloat } from "../bigfloatText.ts";
import { type Budget, spend } from "../budget.ts";
import { FALSE, NULL, number, object, string, TRUE, tuple, type Value } from "../value.ts";

const MAX_DEPTH = 1_000;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;

const LONE_SURROGATE = /[\ud800-\udfff]/gu;

interface Reader {
  readonly text: string;
  readonly budget: Budget;
  at: number;
}

class NotJson extends Error {}

/** Reads a text that is one JSON value, as HCL's jsondecode does; the error says what is wrong and where. */
export function readJson(text: string, budget: Budget): Result<Value, string> {
  const reader: Reader = { text, budget, at: 0 };
  try {
    const value = readValue(reader, 0);
    skipSpace(reader);
    // Behind the value a closing bracket counts as the end, whatever comes after it.
    if (!/^[\]}]?$/.test(text.charAt(reader.at))) throw unexpected(reader, "the end");
    return ok(value);
  } catch (error) {
    if (error instanceof NotJson) return fail(error.message);
    throw error;
  }
}

function unexpected({ text, at }: Reader, wanted: string): NotJson {
  const found = at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at)!)) : "the end of the text";
  return new NotJson(`this is not JSON: ${wanted} is expected at position ${at}, where ${found} stands`);
}

function skipSpace(reader: Reader): void {
  SPACE.lastIndex = reader.at;
  SPACE.exec(reader.text);
  reader.at = SPACE.lastIndex;
}

/** Reads what the pattern matches here; `undefined` when it does not. */
function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.text);
  if (match) reader.at = pattern.lastIndex;
  return match?.[0];
}

function accept(reader: Reader, word: string): boolean {
  if (!reader.text.startsWith(word, reader.at)) return false;
  reader.at += word.length;
  return true;
}

function readValue(reader: Reader, depth: number): Value {
  if (depth > MAX_DEPTH) throw new NotJson("the JSON is nested too deeply");
  spend(reader.budget, 1);
  skipSpace(reader);
  switch (reader.text.charAt(reader.at)) {
    case "{":
      return readObject(reader, depth);
    case "[":
      return readArray(reader, depth);
    case '"':
      return string(readString(reader));
    default:
  }
  if (accept(reader, "null")) return NULL;
  if (accept(reader, "true")) return TRUE;
  if (accept(reader, "false")) return FALSE;
  const digits = take(reader, NUMBER);
  const parsed = digits === undefined ? undefined : parseBigFloat(digits);
  if (parsed === undefined) throw unexpected(reader, "a value");
  return number(parsed);
}

function readString(reader: Reader): string {
  const literal = take(reader, STRING);
  if (literal === undefined) throw unexpected(reader, "a string");
  return (JSON.parse(literal) as string).replace(LONE_SURROGATE, "\ufffd");
}

function readArray(reader: Reader, depth: number): Value {
  reader.at++;
  const items: Value[] = [];
  skipSpace(reader);
  if (accept(reader, "]")) return tuple(items);
  for (;;) {
    items.push(readValue(reader, depth + 1));
    skipSpace(reader);
    if (accept(reader, "]")) return tuple(items);
    if (!accept(reader, ",")) throw unexpected(reader, '"," or "]"');
  }
}

function readObject(reader: Reader, depth: number): Value {
  reader.at++;
  const attributes = new Map<string, Value>();
  skipSpace(reader);
  if (accept(reader, "}")) return object(attributes);
  for (;;) {
    skipSpace(reader);
    const key = readString(reader);
    skipSpace(reader);
    if (!accept(reader, ":")) throw unexpected(reader, '":"');
    attributes.set(key, readValue(reader, depth + 1));
    skipSpace(reader);
    if (accept(reader, "}")) return object(attributes);
    if (!accept(reader, ",")) throw unexpected(reader, '"," or "}"');
  }
}
