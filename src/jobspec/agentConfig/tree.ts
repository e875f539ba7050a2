// The tree of an agent's configuration file (HCL 1 or JSON), with ranges; and the ways to look things up in it.
import type { Diagnostic, WithDiagnostics } from "../../hcl/diagnostic.ts";
import type { SourceText, Span } from "../../hcl/source.ts";
import { nextToken, type Token } from "./scanner.ts";

export type AgentNode =
  | { readonly kind: "object"; readonly items: readonly AgentItem[]; readonly span: Span }
  | { readonly kind: "list"; readonly items: readonly AgentNode[]; readonly span: Span }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  | { readonly kind: "number"; readonly value: number; readonly span: Span }
  | { readonly kind: "bool"; readonly value: boolean; readonly span: Span }
  /** JSON only: nothing is set. */
  | { readonly kind: "null"; readonly span: Span };

export type AgentObject = Extract<AgentNode, { kind: "object" }>;

export interface AgentKey {
  readonly text: string;
  readonly span: Span;
}

/** `a "b" { … }`, `a = …` or, in JSON, `"a": …`. */
export interface AgentItem {
  readonly keys: readonly [AgentKey, ...AgentKey[]];
  readonly value: AgentNode;
  readonly span: Span;
}

const MAX_DEPTH = 200;

interface Reader {
  readonly source: SourceText;
  readonly diagnostics: Diagnostic[];
  token: Token;
  depth: number;
  /** Nothing is reported after the first syntax error; what was read until then is kept. */
  failed: boolean;
}

/** Reads a file. Never throws; after a syntax error the tree holds what came before it. */
export function readAgentTree(source: SourceText): WithDiagnostics<AgentObject> {
  const reader: Reader = { source, diagnostics: [], token: nextToken(source, 0), depth: 0, failed: false };
  const isJson = reader.token.kind === "mark" && reader.token.text === "{";
  const value = isJson ? readObject(reader) : readItems(reader, 0);
  if (reader.token.kind !== "end") fail(reader, "Unexpected token", "The file should end here.");
  return { value, diagnostics: reader.diagnostics };
}

function fail(reader: Reader, summary: string, detail: string): void {
  if (!reader.failed) {
    const illegal = reader.token.kind === "illegal" ? reader.token.problem : undefined;
    reader.diagnostics.push({
      severity: "error",
      summary: illegal === undefined ? summary : "Illegal character",
      detail: illegal === undefined ? detail : `This cannot be read: ${illegal}. Nomad's agent would not start.`,
      subject: reader.token.span,
      source: reader.source,
    });
  }
  reader.failed = true;
  reader.token = { kind: "end", span: reader.token.span };
}

function advance(reader: Reader): Token {
  const { token } = reader;
  reader.token = nextToken(reader.source, token.span.end);
  return token;
}

const at = (reader: Reader, mark: string): boolean => reader.token.kind === "mark" && reader.token.text === mark;

function readObject(reader: Reader): AgentObject {
  const { start } = advance(reader).span;
  const { items } = readItems(reader, start);
  const { end } = reader.token.span;
  if (at(reader, "}")) advance(reader);
  else fail(reader, "Unclosed object", "The closing brace of this object is missing.");
  return { kind: "object", items, span: { start, end } };
}

function readItems(reader: Reader, start: number): AgentObject {
  const items: AgentItem[] = [];
  while (reader.token.kind === "name" || reader.token.kind === "string") {
    const item = readItem(reader);
    if (item !== undefined) items.push(item);
    if (at(reader, ",")) advance(reader);
  }
  if (!at(reader, "}") && reader.token.kind !== "end") {
    fail(reader, "Key expected", "A setting begins with its name; this is something else.");
  }
  return { kind: "object", items, span: { start, end: reader.token.span.end } };
}

function readItem(reader: Reader): AgentItem | undefined {
  const keys: AgentKey[] = [];
  while (reader.token.kind === "name" || reader.token.kind === "string") {
    keys.push({ text: reader.token.text, span: reader.token.span });
    advance(reader);
  }
  const [first, ...rest] = keys;
  if (first === undefined) return undefined;
  let value: AgentNode | undefined;
  if (at(reader, "{")) {
    value = nested(reader, readObject);
  } else if (at(reader, "=") || at(reader, ":")) {
    advance(reader);
    value = readValue(reader);
  } else {
    fail(reader, "Value expected", `After ${first.text} there must be "=" and a value, or a block in braces.`);
  }
  return value && { keys: [first, ...rest], value, span: { start: first.span.start, end: value.span.end } };
}

function nested<T>(reader: Reader, read: (reader: Reader) => T): T | undefined {
  if (reader.depth >= MAX_DEPTH) {
    fail(reader, "Nested too deeply", `Settings may be nested ${MAX_DEPTH} deep.`);
    return undefined;
  }
  reader.depth++;
  const result = read(reader);
  reader.depth--;
  return result;
}

function readValue(reader: Reader): AgentNode | undefined {
  const { token } = reader;
  if (at(reader, "{")) return nested(reader, readObject);
  if (at(reader, "[")) return nested(reader, readList);
  if (token.kind === "string") {
    advance(reader);
    return { kind: "string", value: token.text, span: token.span };
  }
  if (token.kind === "number") {
    advance(reader);
    return { kind: "number", value: token.value, span: token.span };
  }
  if (token.kind === "name" && (token.text === "true" || token.text === "false")) {
    advance(reader);
    return { kind: "bool", value: token.text === "true", span: token.span };
  }
  if (token.kind === "name" && token.text === "null" && reader.source.text.trimStart().startsWith("{")) {
    advance(reader);
    return { kind: "null", span: token.span };
  }
  const detail =
    "A value is a string in quotes, a number, true, false, a list or an object. An agent's configuration has no null, no variables and no functions.";
  fail(reader, "Unknown token", detail);
  return undefined;
}

function readList(reader: Reader): AgentNode {
  const { start } = advance(reader).span;
  const items: AgentNode[] = [];
  while (!at(reader, "]") && reader.token.kind !== "end") {
    const item = readValue(reader);
    if (item !== undefined) items.push(item);
    if (at(reader, ",")) advance(reader);
    else if (!at(reader, "]")) fail(reader, "Missing comma", "The elements of a list are separated by commas.");
  }
  const { end } = reader.token.span;
  if (at(reader, "]")) advance(reader);
  else fail(reader, "Unclosed list", "The closing bracket of this list is missing.");
  return { kind: "list", items, span: { start, end } };
}

/** The items of an object with this name (letter case does not count), in order. */
export function itemsNamed(object: AgentObject, name: string): AgentItem[] {
  return object.items.filter(({ keys: [key] }) => key.text.toLowerCase() === name);
}

/** The blocks of this name, in any of the ways to write them: `a {…}`, `a = {…}`, and JSON lists of objects. */
export function blocksNamed(object: AgentObject, name: string): AgentObject[] {
  return itemsNamed(object, name)
    .filter(({ keys }) => keys.length === 1)
    .flatMap(({ value }) => objectsIn(value));
}

/** Blocks with one label: `a "label" {…}`, `a = { label = {…} }`, `"a": [{"label": [{…}]}]`. */
export function labelledBlocks(object: AgentObject, name: string): { label: AgentKey; body: AgentObject }[] {
  return itemsNamed(object, name).flatMap(({ keys: [, label], value }) => {
    if (label !== undefined) return objectsIn(value).map((body) => ({ label, body }));
    return objectsIn(value).flatMap(({ items }) =>
      items.flatMap((item) => objectsIn(item.value).map((body) => ({ label: item.keys[0], body }))),
    );
  });
}

function objectsIn(node: AgentNode): AgentObject[] {
  if (node.kind === "object") return [node];
  return node.kind === "list" ? node.items.filter((item) => item.kind === "object") : [];
}
