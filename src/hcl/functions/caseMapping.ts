// Letter case as Go maps it: one code point to one code point, whatever stands around it. JavaScript maps whole strings
// ("ß" to "SS", a final "Σ" to "ς"), which HCL's functions never do.

export const upperCase = (text: string): string =>
  isAscii(text) ? text.toUpperCase() : mapCodePoints(text, (run) => run.toUpperCase(), upperCodePoint);
export const lowerCase = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : mapCodePoints(text, (run) => run.toLowerCase(), lowerCodePoint);

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

/** ASCII in long runs as JavaScript does it, everything else one by one. */
function mapCodePoints(text: string, ascii: (run: string) => string, other: (character: string) => string): string {
  return text.replace(/[\0-\x7f]+|[^\0-\x7f]/gu, (part) => (part <= "\x7f" ? ascii(part) : other(part)));
}

const isOne = (text: string): boolean => text.length === (text.codePointAt(0)! > 0xffff ? 2 : 1);

function upperCodePoint(character: string): string {
  const upper = character.toUpperCase();
  if (isOne(upper)) return upper;
  // Greek letters with iota subscript: their simple capitals keep the iota beside them, in one code point.
  const code = character.codePointAt(0)!;
  if (code >= 0x1f80 && code <= 0x1faf && (code & 8) === 0) return String.fromCodePoint(code + 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  return character;
}

function lowerCodePoint(character: string): string {
  if (character === "\u0130") return "i";
  const lower = character.toLowerCase();
  return isOne(lower) ? lower : character;
}

// Digraphs with a title case of their own: DŽ, Dž, dž and their like come in threes, the title case in the middle.
const DIGRAPHS: readonly (readonly [first: number, last: number])[] = [
  [0x01c4, 0x01c6],
  [0x01c7, 0x01c9],
  [0x01ca, 0x01cc],
  [0x01f1, 0x01f3],
];

function titleCodePoint(character: string): string {
  const code = character.codePointAt(0)!;
  for (const [first, last] of DIGRAPHS) if (code >= first && code <= last) return String.fromCodePoint(first + 1);
  // Georgian letters have capitals, but titles are not written with them.
  if (code >= 0x10d0 && code <= 0x10ff) return character;
  return upperCodePoint(character);
}

const GO_SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** What ends a word: in ASCII all but letters, digits and `_`; elsewhere only spaces. */
function isSeparator(character: string): boolean {
  if (character <= "\x7f") {
    const isLetter = (character >= "a" && character <= "z") || (character >= "A" && character <= "Z");
    return !isLetter && character !== "_" && (character < "0" || character > "9");
  }
  return !/^[\p{L}\p{Nd}]$/u.test(character) && GO_SPACE.test(character);
}

/** The first letter of every word in title case, the rest as it is. */
export function titleCase(text: string): string {
  let changed = "";
  let previous = " ";
  for (const character of text) {
    changed += isSeparator(previous) ? titleCodePoint(character) : character;
    previous = character;
  }
  return changed;
}

/** Without white space at both ends; what counts as white space is Go's choice (no U+FEFF). */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && GO_SPACE.test(text.charAt(start))) start++;
  while (end > start && GO_SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
