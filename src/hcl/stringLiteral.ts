// The text that a literal token stands for: escapes in quotes, doubled signs in every template.
import { isHexDigit } from "./characters.ts";
import { report, type Cursor } from "./cursor.ts";
import type { Span } from "./source.ts";

const SUMMARY = "Invalid escape sequence";

/** The text of a token inside quotes. A wrong escape is reported and kept as written. */
export function decodeQuoted(cursor: Cursor, span: Span): string {
  const raw = cursor.source.text.slice(span.start, span.end);
  return raw.includes("\\") ? decodeEscapes(cursor, span, raw) : decodeSigns(raw);
}

function decodeEscapes(cursor: Cursor, span: Span, raw: string): string {
  let result = "";
  let plain = 0;
  for (let at = raw.indexOf("\\"); at >= 0; at = raw.indexOf("\\", plain)) {
    result += raw.slice(plain, at);
    const escape = readEscape(raw, at);
    if (typeof escape.value === "string") {
      result += escape.value;
    } else {
      result += raw.slice(at, escape.end);
      report(cursor, SUMMARY, escape.value.problem, { start: span.start + at, end: span.start + escape.end });
    }
    plain = escape.end;
  }
  return result + raw.slice(plain);
}

/** The text of a token outside quotes, where only `$${` and `%%{` stand for something else. */
export function decodeSigns(raw: string): string {
  const first = raw.charCodeAt(0);
  if (first !== 0x24 && first !== 0x25) return raw;
  return raw.startsWith("$${") || raw.startsWith("%%{") ? raw.slice(1) : raw;
}

interface Escape {
  readonly value: string | { readonly problem: string };
  readonly end: number;
}

function readEscape(raw: string, at: number): Escape {
  const selector = raw.charCodeAt(at + 1);
  const simple = simpleEscape(selector);
  if (simple !== undefined) return { value: simple, end: at + 2 };
  if (selector === 0x75) return readCodePoint(raw, at, 4);
  if (selector === 0x55) return readCodePoint(raw, at, 8);
  const symbol = String.fromCodePoint(raw.codePointAt(at + 1) ?? 0x5c);
  return {
    value: {
      problem: `"\\${symbol}" means nothing. A backslash goes before n, r, t, ", \\, uNNNN or UNNNNNNNN; to have a backslash itself, write "\\\\".`,
    },
    end: at + 1 + symbol.length,
  };
}

function simpleEscape(selector: number): string | undefined {
  switch (selector) {
    case 0x6e:
      return "\n";
    case 0x72:
      return "\r";
    case 0x74:
      return "\t";
    case 0x22:
      return '"';
    case 0x5c:
      return "\\";
    default:
      return undefined;
  }
}

function readCodePoint(raw: string, at: number, digits: 4 | 8): Escape {
  let end = at + 2;
  while (end < at + 2 + digits && isHexDigit(raw.charCodeAt(end))) end++;
  if (end < at + 2 + digits) {
    const escape = digits === 4 ? "\\u" : "\\U";
    return { value: { problem: `After "${escape}" exactly ${digits} hexadecimal digits are needed.` }, end };
  }
  const point = Number.parseInt(raw.slice(at + 2, end), 16);
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
    const problem = `There is no character ${raw.slice(at + 2, end)}. Write a character beyond FFFF with one "\\U" and eight digits, never as a pair.`;
    return { value: { problem }, end };
  }
  return { value: String.fromCodePoint(point), end };
}
