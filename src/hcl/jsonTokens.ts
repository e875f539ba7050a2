// The tokens of JSON, as generous as HCL's: what is wrong inside a token is found when it is read.
import type { Span } from "./source.ts";

export type JsonTokenKind =
  "{" | "}" | "[" | "]" | "," | ":" | "=" | "string" | "number" | "keyword" | "invalid" | "end";

export interface JsonToken {
  readonly kind: JsonTokenKind;
  readonly span: Span;
}

// In order: space, punctuation, numbers, words.
const TOKEN = /([ \t\r\n]+)|([{}[\],:=])|([-+.\d][-+.\deE]*)|([A-Za-z][A-Za-z_]*)/y;

/** The tokens of a text in order; the last one is `end`. HCL reads no further than to a character that begins no token. */
export function scanJson(text: string): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  let at = 0;
  while (at < text.length && tokens.at(-1)?.kind !== "invalid") {
    TOKEN.lastIndex = at;
    const quoted = text.charCodeAt(at) === QUOTE;
    const match = quoted ? null : TOKEN.exec(text);
    const end = quoted ? stringEnd(text, at) : match === null ? at + characterLength(text, at) : TOKEN.lastIndex;
    const kind = quoted ? "string" : kindOf(match);
    if (kind !== "space") tokens.push({ kind, span: { start: at, end } });
    at = end;
  }
  tokens.push({ kind: "end", span: { start: at, end: at } });
  return tokens;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** Behind the closing quote, or before the control character or the end that comes first. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < SPACE) return at;
    if (code === BACKSLASH && text.charCodeAt(at + 1) >= SPACE) at++;
  }
  return text.length;
}

const characterLength = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

function kindOf(match: RegExpExecArray | null): JsonTokenKind | "space" {
  if (match === null) return "invalid";
  if (match[1] !== undefined) return "space";
  if (match[2] !== undefined) return match[2] as JsonTokenKind;
  return match[3] === undefined ? "keyword" : "number";
}
