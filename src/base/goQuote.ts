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
function isPrintable(character: string): boolean {
  if (character <= "\x7e") return character >= " ";
  // Made for a text that needs it: compiling a pattern with Unicode properties takes half a millisecond.
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}

const isLoneSurrogate = (character: string): boolean =>
  character.length === 1 && character >= "\ud800" && character <= "\udfff";

/** The text in double quotes, escaped as Go's strconv.Quote does; a lone surrogate becomes U+FFFD as in any Go string. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) {
    const named = NAMED_ESCAPES[character];
    if (named !== undefined) quoted += named;
    else if (isPrintable(character)) quoted += character;
    else if (isLoneSurrogate(character)) quoted += "\ufffd";
    else quoted += escapeByNumber(character.codePointAt(0) ?? 0);
  }
  return `${quoted}"`;
}

function escapeByNumber(codePoint: number): string {
  const hex = codePoint.toString(16);
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex.padStart(2, "0")}`;
  return codePoint > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
