// Text as Go's `%q` prints it: Nomad quotes names and arguments in its messages this way.

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/** What Go's unicode.IsPrint accepts: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const LONE_SURROGATE = /^\p{Cs}$/u;

/** The text in double quotes, escaped as Go's strconv.Quote does; a lone surrogate becomes U+FFFD as in any Go string. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) {
    const named = NAMED_ESCAPES[character];
    if (named !== undefined) quoted += named;
    else if (PRINTABLE.test(character)) quoted += character;
    else if (LONE_SURROGATE.test(character)) quoted += "\ufffd";
    else quoted += escapeByNumber(character.codePointAt(0) ?? 0);
  }
  return `${quoted}"`;
}

function escapeByNumber(codePoint: number): string {
  const hex = codePoint.toString(16);
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex.padStart(2, "0")}`;
  return codePoint > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
