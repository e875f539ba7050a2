// Classes of characters, over UTF-16 code units, for everything that reads HCL text.

// Compiling a pattern with Unicode properties takes a quarter of a millisecond: it stands where it is used, for a text
// that has such characters.
const startsName = (character: string): boolean => /^\p{ID_Start}$/u.test(character);
const continuesName = (character: string): boolean => /^\p{ID_Continue}$/u.test(character);

/** The UTF-16 code units of a text. */
export function codeUnits(text: string): Uint16Array {
  const { buffer, byteOffset } = Buffer.from(text, "utf16le");
  return new Uint16Array(buffer, byteOffset, text.length);
}

const STARTS_NAME = 1;
export const CONTINUES_NAME = 2;
const IS_HEX_DIGIT = 4;
/** Inside quotes it stands for itself. */
export const IS_PLAIN = 8;

/** What each ASCII character may be: the sum of the names above. */
export const asciiClass = new Uint8Array(128)
  // Inside quotes all is plain but line ends, the quote, the signs of sequences, and the backslash.
  .fill(IS_PLAIN)
  .fill(0, 0x0a, 0x0b)
  .fill(0, 0x0d, 0x0e)
  .fill(0, 0x22, 0x23)
  .fill(0, 0x24, 0x26)
  .fill(IS_PLAIN | CONTINUES_NAME, 0x2d, 0x2e)
  .fill(IS_PLAIN | CONTINUES_NAME | IS_HEX_DIGIT, 0x30, 0x3a)
  .fill(IS_PLAIN | CONTINUES_NAME | STARTS_NAME | IS_HEX_DIGIT, 0x41, 0x47)
  .fill(IS_PLAIN | CONTINUES_NAME | STARTS_NAME, 0x47, 0x5b)
  .fill(0, 0x5c, 0x5d)
  .fill(IS_PLAIN | CONTINUES_NAME | STARTS_NAME, 0x5f, 0x60)
  .fill(IS_PLAIN | CONTINUES_NAME | STARTS_NAME | IS_HEX_DIGIT, 0x61, 0x67)
  .fill(IS_PLAIN | CONTINUES_NAME | STARTS_NAME, 0x67, 0x7b);

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isHexDigit(code: number): boolean {
  return code < 128 && (asciiClass[code]! & IS_HEX_DIGIT) !== 0;
}

/** Offset after the identifier that starts at `start`, or `start` when none does. */
export function identifierEnd(text: string, start: number): number {
  let at = start;
  for (let wanted = STARTS_NAME; ; wanted = CONTINUES_NAME) {
    const code = text.charCodeAt(at);
    if (code < 128) {
      if ((asciiClass[code]! & wanted) === 0) return at;
      at++;
    } else {
      if (Number.isNaN(code)) return at;
      const character = String.fromCodePoint(text.codePointAt(at)!);
      if (!(wanted === STARTS_NAME ? startsName(character) : continuesName(character))) return at;
      at += character.length;
    }
  }
}

/** Offset of the first code unit at or after `at` that inside quotes is more than plain text; those from 0x80 up count. */
export function plainTextEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (!(code < 128) || (asciiClass[code]! & IS_PLAIN) === 0) return at;
    at++;
  }
}

/** Unicode's White_Space, which is what Go's unicode.IsSpace and so HCL's trimming knows. (JavaScript's trim also takes U+FEFF and not U+0085.) */
export function isUnicodeSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Offset of the first code unit at or after `start` that is no space, at most `end`. */
export function skipUnicodeSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isUnicodeSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Offset after the last code unit before `end` that is no space, at least `start`. */
export function trimUnicodeSpaceEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isUnicodeSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

/** A lone surrogate: never in UTF-8, so it stands for a byte that is not UTF-8 (see decode.ts). */
export function isLoneSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0xd800 || code > 0xdfff) return false;
  const point = text.codePointAt(at)!;
  return point <= 0xffff;
}
