// Binary floating point with a precision per value: the numbers of HCL. Behaves as Go's math/big.Float in
// round-half-to-even mode, which is what HCL computes with; text forms are in bigfloatText.ts.

/** A number: `mantissa × 2^exponent`, or an infinity. Immutable. */
export interface BigFloat {
  readonly form: "finite" | "infinite";
  /** The sign; zero has one too. */
  readonly negative: boolean;
  /** Odd, or 0n for zero; meaningless for an infinity. */
  readonly mantissa: bigint;
  readonly exponent: number;
  /** Bits of mantissa that operations on this value keep. */
  readonly precision: number;
}

/** The precision of literals and of text converted to a number. */
export const LITERAL_PRECISION_BITS = 512;
const INT64_PRECISION_BITS = 64;
const FLOAT64_PRECISION_BITS = 53;
/** Go keeps exponents in 32 bits; what goes past them becomes an infinity or zero. */
const EXPONENT_LIMIT = 2 ** 31 - 1;

/** Number of bits of a non-negative integer; 0 for 0. */
export function bitLength(value: bigint): number {
  if (value <= 0xffffffffn) return 32 - Math.clz32(Number(value));
  const hex = value.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28;
}

function trailingZeros(value: bigint): number {
  let zeros = 0;
  let rest = value;
  while ((rest & 0xffffffffn) === 0n) {
    rest >>= 32n;
    zeros += 32;
  }
  const low = Number(rest & 0xffffffffn);
  return zeros + 31 - Math.clz32(low & -low);
}

export const infinity = (negative: boolean): BigFloat => ({
  form: "infinite",
  negative,
  mantissa: 0n,
  exponent: 0,
  precision: LITERAL_PRECISION_BITS,
});

/**
 * Rounds `mantissa × 2^exponent` to `precision` bits, half to even.
 * `mantissa` is not negative. A caller that cut bits off below it sets the lowest bit (a sticky bit) instead.
 */
export function rounded(negative: boolean, mantissa: bigint, exponent: number, precision: number): BigFloat {
  if (mantissa === 0n) return { form: "finite", negative, mantissa, exponent: 0, precision };
  let kept = mantissa;
  let scale = exponent;
  const excess = bitLength(mantissa) - precision;
  if (excess > 0) {
    const drop = BigInt(excess);
    kept = mantissa >> drop;
    scale += excess;
    const rest = mantissa & ((1n << drop) - 1n);
    const half = 1n << (drop - 1n);
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n;
  }
  if ((kept & 1n) === 0n) {
    const zeros = trailingZeros(kept);
    kept >>= BigInt(zeros);
    scale += zeros;
  }
  const top = scale + bitLength(kept);
  if (top > EXPONENT_LIMIT) return { ...infinity(negative), precision };
  if (top < -EXPONENT_LIMIT) return { form: "finite", negative, mantissa: 0n, exponent: 0, precision };
  return { form: "finite", negative, mantissa: kept, exponent: scale, precision };
}

/** An integer as HCL's functions return counts: 64 bits of precision, or as many as it needs. */
export function fromInteger(value: number | bigint): BigFloat {
  const integer = BigInt(value);
  const size = integer < 0n ? -integer : integer;
  const precision = size <= 0xffffffffffffffffn ? INT64_PRECISION_BITS : bitLength(size);
  return rounded(integer < 0n, size, 0, precision);
}

/** An integer with the precision of a literal. */
export function fromLiteralInteger(value: number): BigFloat {
  return rounded(value < 0, BigInt(Math.abs(value)), 0, LITERAL_PRECISION_BITS);
}

/** A float64 with its own 53 bits of precision; `undefined` for NaN, which HCL's numbers do not have. */
export function fromFloat64(value: number): BigFloat | undefined {
  if (Number.isNaN(value)) return undefined;
  if (!Number.isFinite(value)) return { ...infinity(value < 0), precision: FLOAT64_PRECISION_BITS };
  const negative = value < 0 || Object.is(value, -0);
  let mantissa = Math.abs(value);
  let exponent = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  return rounded(negative, BigInt(mantissa), exponent, FLOAT64_PRECISION_BITS);
}

export const isZero = (x: BigFloat): boolean => x.form === "finite" && x.mantissa === 0n;
export const isInfinite = (x: BigFloat): boolean => x.form === "infinite";
/** True for whole numbers; false for infinities. */
export const isInteger = (x: BigFloat): boolean => x.form === "finite" && x.exponent >= 0;
/** -1, 0 or 1. */
export const sign = (x: BigFloat): number => (isZero(x) ? 0 : x.negative ? -1 : 1);

export const negate = (x: BigFloat): BigFloat => ({ ...x, negative: !x.negative });
export const absolute = (x: BigFloat): BigFloat => (x.negative ? { ...x, negative: false } : x);

/** -1, 0 or 1; zeros of both signs are equal. */
export function compare(x: BigFloat, y: BigFloat): number {
  const left = sign(x);
  const right = sign(y);
  if (left !== right) return left < right ? -1 : 1;
  if (left === 0) return 0;
  if (x.form === "infinite" || y.form === "infinite") {
    if (x.form === y.form) return 0;
    return (x.form === "infinite" ? 1 : -1) * left;
  }
  return left * compareMagnitude(x, y);
}

function compareMagnitude(x: BigFloat, y: BigFloat): number {
  const xTop = x.exponent + bitLength(x.mantissa);
  const yTop = y.exponent + bitLength(y.mantissa);
  if (xTop !== yTop) return xTop < yTop ? -1 : 1;
  const base = Math.min(x.exponent, y.exponent);
  const left = x.mantissa << BigInt(x.exponent - base);
  const right = y.mantissa << BigInt(y.exponent - base);
  return left < right ? -1 : left > right ? 1 : 0;
}

const widest = (x: BigFloat, y: BigFloat): number => Math.max(x.precision, y.precision);

/** The sum, with the larger precision of the two; `undefined` for infinities of opposite signs. */
export function add(x: BigFloat, y: BigFloat): BigFloat | undefined {
  return addRounded(x, y, widest(x, y));
}

/** The difference, with the larger precision of the two; `undefined` for infinities of one sign. */
export function subtract(x: BigFloat, y: BigFloat): BigFloat | undefined {
  return addRounded(x, negate(y), widest(x, y));
}

function addRounded(x: BigFloat, y: BigFloat, precision: number): BigFloat | undefined {
  if (x.form === "infinite" || y.form === "infinite") {
    if (x.form === y.form && x.negative !== y.negative) return undefined;
    return { ...(x.form === "infinite" ? x : y), precision };
  }
  if (isZero(x) && isZero(y)) {
    return { form: "finite", negative: x.negative && y.negative, mantissa: 0n, exponent: 0, precision };
  }
  if (isZero(x)) return rounded(y.negative, y.mantissa, y.exponent, precision);
  if (isZero(y)) return rounded(x.negative, x.mantissa, x.exponent, precision);
  const [high, low] = compareMagnitude(x, y) >= 0 ? [x, y] : [y, x];
  // An addend far below the other's last kept bit only decides the rounding: a sticky bit stands for it.
  const reach = high.exponent - (precision + 3);
  const lowTop = low.exponent + bitLength(low.mantissa);
  const sticky = lowTop < Math.min(reach, high.exponent + bitLength(high.mantissa) - precision - 3);
  const base = sticky
    ? Math.min(reach, high.exponent + bitLength(high.mantissa) - precision - 3)
    : Math.min(x.exponent, y.exponent);
  const big = high.mantissa << BigInt(high.exponent - base);
  const small = sticky ? 1n : low.mantissa << BigInt(low.exponent - base);
  const total = high.negative === low.negative ? big + small : big - small;
  return rounded(total === 0n ? false : high.negative, total, base, precision);
}

/** The product rounded to `precision`; `undefined` for zero times infinity. */
export function multiplyRounded(x: BigFloat, y: BigFloat, precision: number): BigFloat | undefined {
  const negative = x.negative !== y.negative;
  if (x.form === "infinite" || y.form === "infinite") {
    if (isZero(x) || isZero(y)) return undefined;
    return { ...infinity(negative), precision };
  }
  return rounded(negative, x.mantissa * y.mantissa, x.exponent + y.exponent, precision);
}

/**
 * The product as HCL multiplies: computed with 512 bits, then kept with the larger precision of the two or with as
 * many bits as it needs. `undefined` for zero times infinity.
 */
export function multiply(x: BigFloat, y: BigFloat): BigFloat | undefined {
  const product = multiplyRounded(x, y, LITERAL_PRECISION_BITS);
  return product && { ...product, precision: Math.max(widest(x, y), bitLength(product.mantissa)) };
}

/** The quotient rounded to `precision`; `undefined` for 0/0 and ∞/∞; x/0 is an infinity. */
export function divideRounded(x: BigFloat, y: BigFloat, precision: number): BigFloat | undefined {
  const negative = x.negative !== y.negative;
  if (x.form === "infinite") return y.form === "infinite" ? undefined : { ...infinity(negative), precision };
  if (y.form === "infinite") return { form: "finite", negative, mantissa: 0n, exponent: 0, precision };
  if (isZero(y)) return isZero(x) ? undefined : { ...infinity(negative), precision };
  if (isZero(x)) return { form: "finite", negative, mantissa: 0n, exponent: 0, precision };
  const shift = Math.max(0, precision + 2 + bitLength(y.mantissa) - bitLength(x.mantissa));
  const dividend = x.mantissa << BigInt(shift);
  let quotient = dividend / y.mantissa;
  let exponent = x.exponent - y.exponent - shift;
  if (quotient * y.mantissa !== dividend) {
    quotient = (quotient << 1n) | 1n;
    exponent--;
  }
  return rounded(negative, quotient, exponent, precision);
}

/** The quotient with the larger precision of the two; `undefined` for 0/0 and ∞/∞. */
export function divide(x: BigFloat, y: BigFloat): BigFloat | undefined {
  return divideRounded(x, y, widest(x, y));
}

/**
 * The remainder with the sign of the dividend, for fractions too; `x % 0` is x. `undefined` with an infinity: there
 * the original crashes.
 */
export function remainder(x: BigFloat, y: BigFloat): BigFloat | undefined {
  if (isInfinite(x) || isInfinite(y)) return undefined;
  if (isZero(y)) return x;
  const quotient = divide(x, y);
  if (quotient === undefined) return undefined;
  // All further steps keep the dividend's precision. The whole part is an integer: never a negative zero.
  const { precision } = x;
  const cut = truncate(quotient);
  const whole = rounded(cut.negative && !isZero(cut), cut.mantissa, cut.exponent, precision);
  const multiple = multiplyRounded(y, whole, precision);
  return multiple && addRounded(x, negate(multiple), precision);
}

/** Cuts the fraction off. */
export function truncate(x: BigFloat): BigFloat {
  if (x.form === "infinite" || x.exponent >= 0) return x;
  return rounded(x.negative, x.mantissa >> BigInt(-x.exponent), 0, x.precision);
}

/** |x| as an integer; x must be a whole number. */
function magnitude(x: BigFloat): bigint {
  return x.mantissa << BigInt(x.exponent);
}

/** A whole number as a bigint; `undefined` for fractions, infinities and more than a million bits. */
export function toBigInt(x: BigFloat): bigint | undefined {
  if (!isInteger(x) || x.exponent > 1_000_000) return undefined;
  return x.negative ? -magnitude(x) : magnitude(x);
}

/** A whole number within 64 bits, signed; `undefined` for anything else. */
export function toInt64(x: BigFloat): bigint | undefined {
  if (!isInteger(x) || x.exponent + bitLength(x.mantissa) > 64) return undefined;
  const value = x.negative ? -magnitude(x) : magnitude(x);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** The nearest float64, half to even; infinities for what is too large. */
export function toFloat64(x: BigFloat): number {
  const direction = x.negative ? -1 : 1;
  if (x.form === "infinite") return direction * Infinity;
  if (x.mantissa === 0n) return direction * 0;
  const top = x.exponent + bitLength(x.mantissa);
  if (top > 1024) return direction * Infinity;
  // Below 2^-1022 a float64 has fewer bits, down to none at all.
  const bits = Math.min(FLOAT64_PRECISION_BITS, top + 1074);
  if (bits < 0) return direction * 0;
  if (bits === 0) return direction * (x.mantissa === 1n ? 0 : Number.MIN_VALUE);
  const near = rounded(false, x.mantissa, x.exponent, bits);
  const half = Math.trunc(near.exponent / 2);
  return direction * Number(near.mantissa) * 2 ** half * 2 ** (near.exponent - half);
}
