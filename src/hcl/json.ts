// HCL's JSON form: the tree of a JSON text with a range for every part, and HCL's messages about what is no JSON.
// What a property means, argument or block, is decided by whoever has a schema.
import type { Diagnostic, WithDiagnostics } from "./diagnostic.ts";
import { newlineLength } from "./scannerState.ts";
import { scanJson, type JsonToken, type JsonTokenKind } from "./jsonTokens.ts";
import type { SourceText, Span } from "./source.ts";

export type JsonNode =
  | {
      readonly kind: "object";
      /** In source order; a name may come more than once. */
      readonly members: readonly JsonMember[];
      readonly span: Span;
      readonly openSpan: Span;
      readonly closeSpan: Span;
    }
  | { readonly kind: "array"; readonly items: readonly JsonNode[]; readonly span: Span; readonly openSpan: Span }
  /** `value` with JSON's escapes resolved; templates in it are not looked at. */
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  /** The literal as written: float64 would lose digits. */
  | { readonly kind: "number"; readonly text: string; readonly span: Span }
  | { readonly kind: "bool"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "null"; readonly span: Span };

export interface JsonMember {
  readonly name: string;
  /** The name with its quotes. */
  readonly nameSpan: Span;
  readonly value: JsonNode;
}

/** Nested deeper than this is not read. */
const MAX_DEPTH = 300;

/** Whether HCL reads a text as JSON: its first character that is not a space (U+0020) is an opening brace. */
export function isJson(text: string): boolean {
  let at = 0;
  while (text.charCodeAt(at) === 0x20) at++;
  return text.charCodeAt(at) === 0x7b;
}

/**
 * Reads a JSON text whose root must be an object or an array. Never throws. What cannot be read is left out of the tree,
 * and reported with HCL's summaries at HCL's places (HCL 2.20, package json).
 */
export function parseJson(source: SourceText): WithDiagnostics<JsonNode> {
  const reader: Reader = { source, tokens: scanJson(source.text), next: 0, depth: 0, diagnostics: [] };
  const root = readValue(reader);
  if (reader.diagnostics.length === 0 && peek(reader).kind !== "end") {
    report(
      reader,
      "Extraneous data after value",
      "The JSON value ends before this place. Remove what follows.",
      peek(reader).span,
    );
  }
  if (root?.kind === "object" || root?.kind === "array") return { value: root, diagnostics: reader.diagnostics };
  const first = reader.tokens[0]?.span ?? NOTHING;
  report(
    reader,
    "Root value must be object",
    "A file in JSON is one object, or an array of objects.",
    root?.span ?? first,
  );
  return {
    value: { kind: "object", members: [], span: first, openSpan: first, closeSpan: first },
    diagnostics: reader.diagnostics,
  };
}

const NOTHING: Span = { start: 0, end: 0 };

interface Reader {
  readonly source: SourceText;
  readonly tokens: readonly JsonToken[];
  next: number;
  depth: number;
  readonly diagnostics: Diagnostic[];
}

const peek = ({ tokens, next }: Reader): JsonToken => tokens[Math.min(next, tokens.length - 1)]!;

function read(reader: Reader): JsonToken {
  const token = peek(reader);
  reader.next++;
  return token;
}

function report(
  reader: Reader,
  summary: string,
  detail: string,
  subject: Span,
  more: Pick<Diagnostic, "pastLine"> = {},
): void {
  reader.diagnostics.push({ severity: "error", summary, detail, subject, source: reader.source, ...more });
}

const VALUE = "A value is an object in { }, an array in [ ], a string in double quotes, a number, true, false or null.";

/** One value; undefined when there is none (reported then). */
function readValue(reader: Reader): JsonNode | undefined {
  const token = peek(reader);
  switch (token.kind) {
    case "{":
    case "[":
      return readNested(reader, token.kind);
    case "number":
      return readNumber(reader);
    case "string":
      return readString(reader);
    case "keyword":
      return readKeyword(reader);
    case "}":
      report(reader, "Missing JSON value", VALUE, token.span);
      return undefined;
    case "]":
      report(reader, "Missing array element value", VALUE, token.span);
      return undefined;
    case "end":
      report(reader, "Missing value", `The text ends where a value is expected. ${VALUE}`, token.span);
      return undefined;
    case ",":
    case ":":
    case "=":
    case "invalid":
      report(reader, "Invalid start of value", VALUE, token.span);
      return undefined;
  }
}

function readNested(reader: Reader, kind: "{" | "["): JsonNode | undefined {
  if (reader.depth >= MAX_DEPTH) {
    report(reader, "Nesting too deep", `Values may be nested at most ${MAX_DEPTH} levels deep.`, peek(reader).span);
    reader.next = reader.tokens.length - 1;
    return undefined;
  }
  reader.depth++;
  const node = kind === "{" ? readObject(reader) : readArray(reader);
  reader.depth--;
  return node;
}

/** Reads on to the bracket that closes the value being read, from a token on that does not fit. */
function skipTo(reader: Reader, from: JsonToken, open: "{" | "[", close: "}" | "]"): void {
  let depth = 1;
  for (let token = from; ; token = read(reader)) {
    if (token.kind === open) depth++;
    else if (token.kind === close && --depth <= 1) return;
    else if (token.kind === "end") return;
  }
}

function readObject(reader: Reader): JsonNode | undefined {
  const open = read(reader);
  const members: JsonMember[] = [];
  while (peek(reader).kind !== "}") {
    const name = readValue(reader);
    if (name?.kind !== "string") {
      report(
        reader,
        "Invalid object property name",
        "The name of a property is a string in double quotes.",
        startOf(name) ?? peek(reader).span,
      );
      return undefined;
    }
    if (!readColon(reader)) return undefined;
    const value = readValue(reader);
    // A value that cannot be read is reported; the object goes on behind it.
    if (value !== undefined) members.push({ name: name.value, nameSpan: name.span, value });
    const after = afterMember(reader, open);
    if (after === "wrong") return undefined;
    if (after === "end") break;
  }
  const close = read(reader);
  const span = { start: open.span.start, end: close.span.end };
  return { kind: "object", members, span, openSpan: open.span, closeSpan: close.span };
}

function startOf(node: JsonNode | undefined): Span | undefined {
  return node?.kind === "object" || node?.kind === "array" ? node.openSpan : node?.span;
}

function readColon(reader: Reader): boolean {
  const colon = read(reader);
  if (colon.kind === ":") return true;
  skipTo(reader, colon, "{", "}");
  if (colon.kind === "}" || colon.kind === ",") {
    report(reader, "Missing object value", 'A property has a value, behind a colon: "name": value.', colon.span);
  } else {
    const detail = 'Between the name of a property and its value stands a colon: "name": value.';
    report(reader, "Missing property value colon", detail, colon.span);
  }
  return false;
}

type After = "next" | "end" | "wrong";

function afterMember(reader: Reader, open: JsonToken): After {
  const token = peek(reader);
  switch (token.kind) {
    case ",":
      return afterComma(reader, "}", "object");
    case "}":
      return "end";
    case "end":
      report(reader, "Unclosed object", "This object has no closing brace.", open.span);
      return "wrong";
    case "]":
      read(reader);
      report(reader, "Mismatched braces", "An object is closed with a brace, not with a bracket.", peek(reader).span);
      return "wrong";
    default:
      skipTo(reader, read(reader), "{", "}");
      report(reader, "Missing attribute seperator comma", "Between two properties stands a comma.", peek(reader).span);
      return "wrong";
  }
}

function afterComma(reader: Reader, close: JsonTokenKind, what: "object" | "array"): After {
  const comma = read(reader);
  if (peek(reader).kind !== close) return "next";
  const detail = `JSON has no comma behind the last ${what === "object" ? "property of an object" : "element of an array"}. Remove it.`;
  report(reader, `Trailing comma in ${what}`, detail, comma.span);
  return "wrong";
}

function readArray(reader: Reader): JsonNode | undefined {
  const open = read(reader);
  const items: JsonNode[] = [];
  while (peek(reader).kind !== "]") {
    const item = readValue(reader);
    if (item !== undefined) items.push(item);
    const after = afterItem(reader, open);
    if (after === "wrong") return undefined;
    if (after === "end") break;
  }
  const close = read(reader);
  return { kind: "array", items, span: { start: open.span.start, end: close.span.end }, openSpan: open.span };
}

function afterItem(reader: Reader, open: JsonToken): After {
  const token = peek(reader);
  if (token.kind === ",") return afterComma(reader, "]", "array");
  if (token.kind === "]") return "end";
  skipTo(reader, read(reader), "[", "]");
  const here = peek(reader).span;
  if (token.kind === ":") report(reader, "Invalid array value", "An array has values without names.", here);
  else if (token.kind === "end") report(reader, "Unclosed object", "This array has no closing bracket.", open.span);
  else if (token.kind === "}")
    report(reader, "Mismatched brackets", "An array is closed with a bracket, not with a brace.", here);
  else report(reader, "Missing attribute seperator comma", "Between two elements stands a comma.", here);
  return "wrong";
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function readNumber(reader: Reader): JsonNode | undefined {
  const { span } = read(reader);
  const text = reader.source.slice(span);
  if (NUMBER.test(text)) return { kind: "number", text, span };
  report(
    reader,
    "Invalid JSON number",
    "JSON has plain decimal numbers, such as 5, -1.5 or 1e9, without leading zeros.",
    span,
  );
  return undefined;
}

function readKeyword(reader: Reader): JsonNode | undefined {
  const { span } = read(reader);
  const word = reader.source.slice(span);
  if (word === "true" || word === "false") return { kind: "bool", value: word === "true", span };
  if (word === "null") return { kind: "null", span };
  const detail = `${JSON.stringify(word)} is no value in JSON, which knows true, false and null. Put text in double quotes.`;
  report(reader, "Invalid JSON keyword", detail, span);
  return undefined;
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function readString(reader: Reader): JsonNode | undefined {
  const { span } = read(reader);
  const text = reader.source.slice(span);
  const wrong = wrongEscape(text);
  const value = wrong === undefined && text.length > 1 && text.endsWith('"') ? parsed(text) : undefined;
  if (value !== undefined) return { kind: "string", value, span };
  const at = span.start + (wrong ?? text.length);
  const summary = "Invalid JSON string";
  const detail =
    wrong === undefined
      ? "The string has no closing quote on its line."
      : 'A backslash stands before one of " \\ / b f n r t, or before u and four hexadecimal digits.';
  const { text: all } = reader.source;
  if (at < all.length && newlineLength(all, at) === 0) report(reader, summary, detail, { start: at, end: at + 1 });
  else report(reader, summary, detail, { start: at, end: at }, { pastLine: true });
  return undefined;
}

function parsed(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

/** How far Go's reader gets in a string with a wrong escape: behind the character that it cannot use. */
function wrongEscape(text: string): number | undefined {
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", at)) {
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) {
      let end = at + 1;
      if (text.charAt(end) === "u")
        do end++;
        while (/[0-9a-fA-F]/.test(text.charAt(end)));
      return end + 1;
    }
    at = ESCAPE.lastIndex;
  }
  return undefined;
}
