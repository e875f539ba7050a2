// YAML text of values in the layout of HCL's yamlencode: block collections, double-quoted strings that fold after 80
// columns, literal blocks for strings of several lines.
import { fail, ok, type Result } from "../../base/result.ts";
import { isInfinite } from "../bigfloat.ts";
import { toDecimal } from "../bigfloatText.ts";
import { string, type Value } from "../value.ts";

const INDENT = 2;
const FOLD_AFTER_COLUMN = 80;
const MAX_SIMPLE_KEY_BYTES = 128;

/** The text so far, with what the layout depends on. */
interface Writer {
  readonly pieces: string[];
  column: number;
  /** The last thing written was white space or an indicator that includes it. */
  spaced: boolean;
  /** Nothing but indentation and indicators stand on the current line. */
  indenting: boolean;
}

class Unwritable extends Error {}

/** The value as one YAML document; the error says what cannot be written. */
export function yamlText(value: Value): Result<string, string> {
  const writer: Writer = { pieces: [], column: 0, spaced: true, indenting: true };
  try {
    writeNode(writer, value, -1, "root");
  } catch (error) {
    if (error instanceof Unwritable) return fail(error.message);
    throw error;
  }
  writeIndent(writer, 0);
  // A bare scalar could go on, so the end of the document is marked.
  if (value.kind === "null" || value.kind === "bool" || value.kind === "number") writer.pieces.push("...\n");
  return ok(writer.pieces.join(""));
}

function put(writer: Writer, text: string): void {
  writer.pieces.push(text);
  writer.column += text.length;
}

function putBreak(writer: Writer): void {
  writer.pieces.push("\n");
  writer.column = 0;
}

/** Goes to a column on a line that holds nothing else yet. */
function writeIndent(writer: Writer, indent: number): void {
  const column = Math.max(indent, 0);
  if (!writer.indenting || writer.column > column || (writer.column === column && !writer.spaced)) putBreak(writer);
  if (writer.column < column) put(writer, " ".repeat(column - writer.column));
  writer.spaced = true;
  writer.indenting = true;
}

function writeIndicator(
  writer: Writer,
  text: string,
  form: { readonly apart: boolean; readonly indents: boolean },
): void {
  if (form.apart && !writer.spaced) put(writer, " ");
  put(writer, text);
  writer.spaced = false;
  writer.indenting &&= form.indents;
}

type Place = "root" | "sequence" | "value" | "key" | "simple-key";

function writeNode(writer: Writer, value: Value, indent: number, place: Place): void {
  switch (value.kind) {
    case "null":
      writePlain(writer, "null");
      return;
    case "bool":
      writePlain(writer, String(value.value));
      return;
    case "number": {
      const text = isInfinite(value.value) ? undefined : toDecimal(value.value);
      if (text === undefined) throw new Unwritable("YAML text has no place for an infinite or overlong number");
      writePlain(writer, text);
      return;
    }
    case "string":
      writeString(writer, value.value, indent, place);
      return;
    case "unknown":
      throw new Unwritable("a value in it is not known");
    case "list":
    case "set":
    case "tuple":
      writeSequence(writer, value.items, indent, place);
      return;
    case "map":
      writeMapping(writer, value.entries, indent);
      return;
    case "object":
      writeMapping(writer, value.attributes, indent);
      return;
  }
}

function writePlain(writer: Writer, text: string): void {
  if (!writer.spaced) put(writer, " ");
  put(writer, text);
  writer.spaced = false;
  writer.indenting = false;
}

function writeSequence(writer: Writer, items: readonly Value[], outer: number, place: Place): void {
  if (items.length === 0) {
    writeIndicator(writer, "[]", { apart: true, indents: false });
    return;
  }
  // Inside a mapping the dashes stand below the key, not deeper.
  const indent = outer < 0 ? 0 : place === "value" && !writer.indenting ? outer : outer + INDENT;
  for (const item of items) {
    writeIndent(writer, indent);
    writeIndicator(writer, "-", { apart: true, indents: true });
    writeNode(writer, item, indent, "sequence");
  }
}

function writeMapping(writer: Writer, entries: ReadonlyMap<string, Value>, outer: number): void {
  if (entries.size === 0) {
    writeIndicator(writer, "{}", { apart: true, indents: false });
    return;
  }
  const indent = outer < 0 ? 0 : outer + INDENT;
  for (const [key, value] of entries) {
    writeIndent(writer, indent);
    if (!/[\r\n\u0085\u2028\u2029]/.test(key) && Buffer.byteLength(key) <= MAX_SIMPLE_KEY_BYTES) {
      writeNode(writer, string(key), indent, "simple-key");
      writeIndicator(writer, ":", { apart: false, indents: false });
    } else {
      writeIndicator(writer, "?", { apart: true, indents: true });
      writeNode(writer, string(key), indent, "key");
      writeIndent(writer, indent);
      writeIndicator(writer, ":", { apart: true, indents: true });
    }
    writeNode(writer, value, indent, "value");
  }
}

// What YAML 1.1 prints as it is: tabs, control characters and everything above U+FFFF are escaped.
const UNPRINTABLE = /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const SPACE_AT_LINE_END = / (?:[\n\u2028\u2029]|$)/;

function writeString(writer: Writer, text: string, outer: number, place: Place): void {
  const indent = outer < 0 ? INDENT : outer + INDENT;
  const asBlock =
    text.includes("\n") && place !== "simple-key" && !UNPRINTABLE.test(text) && !SPACE_AT_LINE_END.test(text);
  if (asBlock) writeLiteral(writer, text, indent);
  else writeQuoted(writer, text, indent, place);
}

function writeLiteral(writer: Writer, text: string, indent: number): void {
  const hint = /^[ \n\u2028\u2029]/.test(text) ? String(INDENT) : "";
  const chomp = !/[\n\u2028\u2029]$/.test(text) ? "-" : /^.$|[\n\u2028\u2029].$/s.test(text) ? "+" : "";
  writeIndicator(writer, `|${hint}${chomp}`, { apart: true, indents: false });
  putBreak(writer);
  writer.indenting = true;
  writer.spaced = true;
  for (const line of text.split(/(?<=[\n\u2028\u2029])/)) {
    const content = line.replace(/[\n\u2028\u2029]$/, "");
    if (content !== "") {
      writeIndent(writer, indent);
      put(writer, content);
      writer.indenting = false;
    }
    if (content !== line) {
      writer.pieces.push(line.slice(content.length));
      writer.column = 0;
      writer.indenting = true;
    }
  }
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\u0085": "N",
  "\u00a0": "_",
  "\u2028": "L",
  "\u2029": "P",
};

function escape(character: string): string {
  const named = NAMED_ESCAPES[character];
  if (named !== undefined) return `\\${named}`;
  const code = character.codePointAt(0)!;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

function writeQuoted(writer: Writer, text: string, indent: number, place: Place): void {
  writeIndicator(writer, '"', { apart: true, indents: false });
  const characters = Array.from(text);
  // Behind a byte order mark everything is escaped.
  const marked = text.startsWith("\ufeff");
  let afterSpace = false;
  for (const [i, character] of characters.entries()) {
    if (character !== " " || marked) {
      const escaped = marked || UNPRINTABLE.test(character) || /["\\\n\u2028\u2029]/.test(character);
      const shown = escaped ? escape(character) : character;
      writer.pieces.push(shown);
      writer.column += escaped ? shown.length : 1;
      afterSpace = false;
      continue;
    }
    const mayFold = place !== "simple-key" && !afterSpace && i > 0 && i < characters.length - 1;
    if (mayFold && writer.column > FOLD_AFTER_COLUMN) {
      writer.indenting = false;
      writeIndent(writer, indent);
      if (characters[i + 1] === " ") put(writer, "\\");
    } else put(writer, " ");
    afterSpace = true;
  }
  put(writer, '"');
  writer.spaced = false;
  writer.indenting = false;
}
