// Tokens of the older HCL 1, in which Nomad's agent still reads its configuration, and of JSON.
// Source: hashicorp/hcl v1, scanner and strconv (behaviour); unlike HCL 2 it has no expressions and allows quoted keys.
import type { SourceText, Span } from "../../hcl/source.ts";

export type Token =
  | { readonly kind: "name"; readonly text: string; readonly span: Span }
  | { readonly kind: "string"; readonly text: string; readonly span: Span }
  | { readonly kind: "number"; readonly value: number; readonly span: Span }
  | { readonly kind: "mark"; readonly text: "=" | ":" | "," | "{" | "}" | "[" | "]"; readonly span: Span }
  | { readonly kind: "end"; readonly span: Span }
  /** Something that is no token; `problem` says what. */
  | { readonly kind: "illegal"; readonly problem: string; readonly span: Span };

const SPACE_AND_COMMENTS = /(?:[ \t\r\n\u{feff}]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/uy;
const NAME = /[\p{L}_][\p{L}\p{Nd}_\-.]*/uy;
const NUMBER = /-?(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y;
const HEREDOC = /<<(-?)([\p{L}\p{Nd}]+)\r?\n/uy;
const MARK = /[=:,{}[\]]/y;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The token at or after an offset. */
export function nextToken({ text }: SourceText, offset: number): Token {
  const start = offset + (match(SPACE_AND_COMMENTS, text, offset)?.[0].length ?? 0);
  if (start >= text.length) return { kind: "end", span: { start, end: start } };
  const spanTo = (length: number): Span => ({ start, end: start + length });
  const name = match(NAME, text, start);
  if (name !== null) return { kind: "name", text: name[0], span: spanTo(name[0].length) };
  const number = match(NUMBER, text, start);
  if (number !== null) return { kind: "number", value: numberValue(number[0]), span: spanTo(number[0].length) };
  const mark = match(MARK, text, start);
  if (mark !== null) return { kind: "mark", text: mark[0] as "=", span: spanTo(1) };
  if (text[start] === '"') return stringToken(text, start);
  const heredoc = match(HEREDOC, text, start);
  if (heredoc !== null) return heredocToken(text, start, heredoc);
  if (text.startsWith("/*", start)) return { kind: "illegal", problem: "comment not terminated", span: spanTo(2) };
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  return { kind: "illegal", problem: "illegal character", span: spanTo(character.length) };
}

/** A leading 0 makes an octal number, as in Go. */
function numberValue(text: string): number {
  const octal = /^(-?)0([0-7]+)$/.exec(text);
  return octal === null ? Number(text) : parseInt(octal[2] ?? "0", 8) * (octal[1] === "-" ? -1 : 1);
}

/** A quoted string. Inside `${…}` quotes and newlines are part of it, and nothing is an escape. */
function stringToken(text: string, start: number): Token {
  let value = "";
  let depth = 0;
  for (let at = start + 1; at < text.length;) {
    const character = text.charAt(at);
    if (depth > 0 || text.startsWith("${", at)) {
      const opens = text.startsWith("${", at) || (depth > 0 && character === "{");
      const length = text.startsWith("${", at) ? 2 : 1;
      if (opens) depth++;
      else if (character === "}") depth--;
      value += text.slice(at, at + length);
      at += length;
    } else if (character === '"') {
      return { kind: "string", text: value, span: { start, end: at + 1 } };
    } else if (character === "\n") {
      return { kind: "illegal", problem: "literal not terminated", span: { start, end: at } };
    } else if (character === "\\") {
      const escape = readEscape(text, at);
      if (escape === undefined)
        return { kind: "illegal", problem: "illegal char escape", span: { start: at, end: at + 2 } };
      value += escape.value;
      at += escape.length;
    } else {
      value += character;
      at++;
    }
  }
  return { kind: "illegal", problem: "literal not terminated", span: { start, end: text.length } };
}

const ESCAPE = /\\(?:([abfnrtv\\"/])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function readEscape(text: string, at: number): { value: string; length: number } | undefined {
  const found = match(ESCAPE, text, at);
  if (found === null) return undefined;
  const [whole, simple = "", octal = "", ...hexadecimal] = found;
  const { length } = whole;
  if (simple !== "") return { value: SIMPLE_ESCAPES[simple] ?? simple, length };
  const point = octal === "" ? parseInt(hexadecimal.join(""), 16) : parseInt(octal, 8);
  return point > 0x10ffff ? undefined : { value: String.fromCodePoint(point), length };
}

/** `<<EOF` to a line that is EOF; with `<<-EOF` the closing word may be indented, and its indentation is taken off. */
function heredocToken(text: string, start: number, header: RegExpExecArray): Token {
  const [whole, dash, word = ""] = header;
  const lines: string[] = [];
  let at = start + whole.length;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end);
    if ((dash === "-" ? line.trim() : line.replace(/\r$/, "")) === word) {
      const indent = dash === "-" ? (/^[ \t]*/.exec(line)?.[0] ?? "") : "";
      const body = lines.every((each) => each.startsWith(indent))
        ? lines.map((each) => each.slice(indent.length))
        : lines;
      return { kind: "string", text: body.map((each) => `${each}\n`).join(""), span: { start, end } };
    }
    lines.push(line);
    at = end + 1;
  }
  return { kind: "illegal", problem: "heredoc not terminated", span: { start, end: text.length } };
}
