// Go's rules for texts and numbers where they differ from JavaScript's; Nomad's verdicts depend on them.

const SPACE = "[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

/** strings.TrimSpace: Unicode's white space, which unlike JavaScript's has U+0085 and not U+FEFF. */
export const trimSpace = (text: string): string => text.replace(OUTER_SPACE, "");

/** Go's order of strings (by UTF-8 bytes, that is by code points): negative, 0, positive. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    // Surrogates stand for code points above every single unit, so they sort last.
    const aHigh = a >= 0xd800 && a <= 0xdfff;
    const bHigh = b >= 0xd800 && b <= 0xdfff;
    if (aHigh !== bHigh) return aHigh ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
}

/** strconv.ParseInt(text, 10, 64), or undefined where it fails. */
export function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;

/** strconv.ParseFloat(text, 64), or undefined where it fails (out of range fails too). */
export function parseFloat64(text: string): number | undefined {
  const infinity = INFINITY.exec(text);
  if (infinity !== null) return infinity[1] === "-" ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  const plain = withoutUnderscores(text);
  if (plain === undefined) return undefined;
  const value = DECIMAL.test(plain) ? Number(plain) : parseHexFloat(plain);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Go lets underscores separate digits; anywhere else they make the number invalid. */
function withoutUnderscores(text: string): string | undefined {
  if (!text.includes("_")) return text;
  return /(?:^|[^0-9a-fA-F])_|_(?:$|[^0-9a-fA-F])/.test(text.replace(/^([+-]?)0[xX]_/, "$10x"))
    ? undefined
    : text.replaceAll("_", "");
}

function parseHexFloat(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  const mantissa = Number(`0x0${whole}${fraction}`);
  const value = mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

/** strconv.Quote: the `%q` of Go's error texts. */
export function quote(text: string): string {
  let result = '"';
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const short = SHORT_ESCAPES[character];
    if (short !== undefined) result += short;
    else if (point < 0x20 || point === 0x7f) result += `\\x${point.toString(16).padStart(2, "0")}`;
    else if (PRINTABLE.test(character)) result += character;
    else if (point < 0x10000) result += `\\u${point.toString(16).padStart(4, "0")}`;
    else result += `\\U${point.toString(16).padStart(8, "0")}`;
  }
  return `${result}"`;
}

/** unicode.IsPrint: letters, marks, numbers, punctuation, symbols, and the plain space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};
