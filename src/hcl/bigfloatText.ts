// Text forms of HCL's numbers: parsing, the shortest decimal that reads back as the same number, and the %e, %f and
// %g layouts. The rules are those of Go's math/big.Float, so that every digit agrees.
import {
  type BigFloat,
  bitLength,
  divideRounded,
  infinity,
  LITERAL_PRECISION_BITS,
  multiplyRounded,
  rounded,
} from "./bigfloat.ts";

/** Longest text that is printed for one number; longer ones are treated as too large to print. */
export const MAX_NUMBER_DIGITS = 100_000;
const MAX_BITS = Math.floor(MAX_NUMBER_DIGITS * Math.log2(10));

const NUMBER = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:([eEpP])([+-]?\d+))?$/;
const INFINITE = /^([+-]?)[iI]nf$/;

/**
 * Reads a whole text as a decimal number with 512 bits: digits, a point, an exponent (`e` decimal, `p` binary), or
 * `inf`. `undefined` when the text is not a number or its exponent is out of any range.
 */
export function parseBigFloat(text: string): BigFloat | undefined {
  const plain = plainInteger(text);
  if (plain !== undefined) return rounded(false, BigInt(plain), 0, LITERAL_PRECISION_BITS);
  const infinite = INFINITE.exec(text);
  if (infinite) return infinity(infinite[1] === "-");
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const negative = match[1] === "-";
  const fraction = match[3] ?? match[4] ?? "";
  const digits = (match[2] ?? "") + fraction;
  if (digits.length > MAX_NUMBER_DIGITS) return undefined;
  const mantissa = BigInt(digits);
  if (mantissa === 0n) return rounded(negative, 0n, 0, LITERAL_PRECISION_BITS);
  const written = match[6] === undefined ? 0 : Number(match[6]);
  if (Math.abs(written) > 2 ** 31) return undefined;
  const decimal = (match[5]?.toLowerCase() === "p" ? 0 : written) - fraction.length;
  const binary = decimal + (match[5]?.toLowerCase() === "p" ? written : 0);
  if (Math.abs(binary + bitLength(mantissa)) > 2 ** 31 - 1) return undefined;
  return scaledByFive(negative, mantissa, binary, decimal);
}

/** The number that a few digits write: most numbers are no more than that. */
export function plainInteger(text: string): number | undefined {
  if (text.length === 0 || text.length > 15) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** `mantissa × 2^binary × 5^decimal`. Powers of five are rounded to 64 bits more than the result, as Go does. */
function scaledByFive(negative: boolean, mantissa: bigint, binary: number, decimal: number): BigFloat {
  if (decimal === 0) return rounded(negative, mantissa, binary, LITERAL_PRECISION_BITS);
  // All digits take part: the mantissa is not rounded before it is scaled.
  const exact = rounded(negative, mantissa, binary, Math.max(bitLength(mantissa), 1));
  const power = powerOfFive(Math.abs(decimal), LITERAL_PRECISION_BITS + 64);
  const scaled =
    decimal < 0
      ? divideRounded(exact, power, LITERAL_PRECISION_BITS)
      : multiplyRounded(exact, power, LITERAL_PRECISION_BITS);
  return scaled ?? infinity(negative);
}

const LARGEST_EXACT_POWER = 27;

function powerOfFive(exponent: number, precision: number): BigFloat {
  if (exponent <= LARGEST_EXACT_POWER) return rounded(false, 5n ** BigInt(exponent), 0, precision);
  let result = rounded(false, 5n ** BigInt(LARGEST_EXACT_POWER), 0, precision);
  let square = rounded(false, 5n, 0, precision + 64);
  for (let rest = exponent - LARGEST_EXACT_POWER; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiplyRounded(result, square, precision) ?? infinity(false);
    square = multiplyRounded(square, square, precision + 64) ?? infinity(false);
  }
  return result;
}

/** Decimal digits without leading or trailing zeros, and where the point stands: 0.`digits` × 10^`point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const fives = new Map<number, bigint>();
function fiveTo(exponent: number): bigint {
  let power = fives.get(exponent);
  if (power === undefined) {
    power = 5n ** BigInt(exponent);
    if (exponent <= 2048) fives.set(exponent, power);
  }
  return power;
}

/** The exact decimal expansion of `mantissa × 2^exponent`. */
function exactDecimal(mantissa: bigint, exponent: number): Decimal {
  const all = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * fiveTo(-exponent)).toString();
  const point = exponent >= 0 ? all.length : all.length + exponent;
  let end = all.length;
  while (end > 0 && all.charCodeAt(end - 1) === 48) end--;
  return { digits: all.slice(0, end), point: end === 0 ? 0 : point };
}

function roundDown(decimal: Decimal, count: number): Decimal {
  let end = count;
  while (end > 0 && decimal.digits.charCodeAt(end - 1) === 48) end--;
  return end === 0 ? { digits: "", point: 0 } : { digits: decimal.digits.slice(0, end), point: decimal.point };
}

function roundUp(decimal: Decimal, count: number): Decimal {
  let end = count;
  while (end > 0 && decimal.digits.charCodeAt(end - 1) === 57) end--;
  if (end === 0) return { digits: "1", point: decimal.point + 1 };
  const last = decimal.digits.charCodeAt(end - 1) + 1;
  return { digits: decimal.digits.slice(0, end - 1) + String.fromCharCode(last), point: decimal.point };
}

/** Rounds to `count` digits, half to even. */
function roundTo(decimal: Decimal, count: number): Decimal {
  if (count < 0) return { digits: "", point: 0 };
  if (count >= decimal.digits.length) return decimal;
  const next = decimal.digits.charCodeAt(count);
  const exactHalf = next === 53 && count + 1 === decimal.digits.length;
  const up = exactHalf ? count > 0 && (decimal.digits.charCodeAt(count - 1) & 1) === 1 : next >= 53;
  return up ? roundUp(decimal, count) : roundDown(decimal, count);
}

/** Cuts digits off as long as the result still lies within half a unit in the last place of x. */
function shortestDecimal(x: BigFloat): Decimal {
  if (x.mantissa === 0n) return { digits: "", point: 0 };
  const shift = x.precision + 1 - bitLength(x.mantissa);
  const mantissa = x.mantissa << BigInt(shift);
  const exponent = x.exponent - shift;
  const exact = exactDecimal(mantissa, exponent);
  const lower = exactDecimal(mantissa - 1n, exponent).digits;
  const upper = exactDecimal(mantissa + 1n, exponent).digits;
  // The bounds themselves read back as x only when x's last bit is even.
  const inclusive = (mantissa & 2n) === 0n;
  for (let i = 0; i < exact.digits.length; i++) {
    const digit = exact.digits.charCodeAt(i);
    const below = i < lower.length ? lower.charCodeAt(i) : 48;
    const above = i < upper.length ? upper.charCodeAt(i) : 48;
    const downWorks = below !== digit || (inclusive && i + 1 === lower.length);
    const upWorks = digit !== above && (inclusive || digit + 1 < above || i + 1 < upper.length);
    if (downWorks && upWorks) return roundTo(exact, i + 1);
    if (downWorks) return roundDown(exact, i + 1);
    if (upWorks) return roundUp(exact, i + 1);
  }
  return exact;
}

const isTooLong = (x: BigFloat): boolean => x.exponent > MAX_BITS || x.exponent < -MAX_BITS;

function layoutFixed(decimal: Decimal, fractionDigits: number): string {
  const { digits, point } = decimal;
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (fractionDigits === 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, fractionDigits).padEnd(fractionDigits, "0")}`;
}

function layoutExponent(decimal: Decimal, fractionDigits: number): string {
  const first = decimal.digits === "" ? "0" : decimal.digits.charAt(0);
  const fraction = decimal.digits.slice(1, 1 + fractionDigits).padEnd(fractionDigits, "0");
  const exponent = decimal.digits === "" ? 0 : decimal.point - 1;
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${first}${fractionDigits > 0 ? `.${fraction}` : ""}e${exponent < 0 ? "-" : "+"}${power}`;
}

const signOf = (x: BigFloat): string => (x.negative ? "-" : "");

/**
 * The shortest decimal without exponent that reads back as x at x's precision: how HCL turns numbers into strings.
 * Infinities are `+Inf` and `-Inf`. `undefined` when the text would be longer than MAX_NUMBER_DIGITS.
 */
export function toDecimal(x: BigFloat): string | undefined {
  if (x.form === "infinite") return x.negative ? "-Inf" : "+Inf";
  if (x.exponent >= 0 && x.exponent + bitLength(x.mantissa) <= Math.min(53, x.precision)) {
    return signOf(x) + String(Number(x.mantissa) * 2 ** x.exponent);
  }
  if (isTooLong(x)) return undefined;
  const decimal = shortestDecimal(x);
  return signOf(x) + layoutFixed(decimal, Math.max(decimal.digits.length - decimal.point, 0));
}

/** As C's `%.{fractionDigits}f`. `undefined` when it would be too long. */
export function toFixed(x: BigFloat, fractionDigits: number): string | undefined {
  if (x.form === "infinite") return toDecimal(x);
  if (isTooLong(x) || fractionDigits > MAX_NUMBER_DIGITS) return undefined;
  const exact = exactDecimal(x.mantissa, x.exponent);
  return signOf(x) + layoutFixed(roundTo(exact, exact.point + fractionDigits), fractionDigits);
}

/** As C's `%.{fractionDigits}e`. `undefined` when it would be too long. */
export function toExponent(x: BigFloat, fractionDigits: number): string | undefined {
  if (x.form === "infinite") return toDecimal(x);
  if (isTooLong(x) || fractionDigits > MAX_NUMBER_DIGITS) return undefined;
  return signOf(x) + layoutExponent(roundTo(exactDecimal(x.mantissa, x.exponent), fractionDigits + 1), fractionDigits);
}

/**
 * As C's `%.{significant}g`; without a count of significant digits the shortest that reads back, with an exponent
 * from 10^21 up. `undefined` when it would be too long.
 */
export function toGeneral(x: BigFloat, significant?: number): string | undefined {
  if (x.form === "infinite") return toDecimal(x);
  if (isTooLong(x)) return undefined;
  const wanted = significant === 0 ? 1 : significant;
  const decimal = wanted === undefined ? shortestDecimal(x) : roundTo(exactDecimal(x.mantissa, x.exponent), wanted);
  const count = decimal.digits.length;
  const precision = wanted ?? count;
  let limit = precision;
  if (limit > count && count >= decimal.point) limit = count;
  if (wanted === undefined) limit = 6;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= limit) {
    return signOf(x) + layoutExponent(decimal, Math.max(Math.min(precision, count) - 1, 0));
  }
  const shown = precision > decimal.point ? count : precision;
  return signOf(x) + layoutFixed(decimal, Math.max(shown - decimal.point, 0));
}
