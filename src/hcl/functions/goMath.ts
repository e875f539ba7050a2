// Powers as Go computes them in float64. JavaScript's own power function rounds differently in the last digits.

import { goExponential, goLogarithm } from "./goExponential.ts";

/** Splits x into a fraction in [0.5, 1) and a power of two. x is finite and not zero. */
function splitBinary(x: number): readonly [fraction: number, exponent: number] {
  let fraction = x;
  let exponent = 0;
  if (Math.abs(fraction) < 2 ** -1022) {
    fraction *= 2 ** 52;
    exponent = -52;
  }
  const power = Math.floor(Math.log2(Math.abs(fraction))) + 1;
  fraction = scale(fraction, -power);
  exponent += power;
  // log2 may be off by one at powers of two.
  if (Math.abs(fraction) >= 1) return [fraction / 2, exponent + 1];
  if (Math.abs(fraction) < 0.5) return [fraction * 2, exponent - 1];
  return [fraction, exponent];
}

/** x × 2^exponent, in steps that do not overflow on the way. */
function scale(x: number, exponent: number): number {
  let result = x;
  let rest = Math.max(-3000, Math.min(3000, exponent));
  while (rest > 1000) {
    result *= 2 ** 1000;
    rest -= 1000;
  }
  while (rest < -1000) {
    result *= 2 ** -1000;
    rest += 1000;
  }
  return result * 2 ** rest;
}

/** The cases where zero, one, infinity or a root decide; `undefined` for all others. */
function specialPower(base: number, power: number): number | undefined {
  if (power === 0 || base === 1) return 1;
  if (power === 1) return base;
  if (base === 0 || !Number.isFinite(base) || !Number.isFinite(power)) {
    return base === -1 ? 1 : base ** power;
  }
  if (power === 0.5) return Math.sqrt(base);
  if (power === -0.5) return 1 / Math.sqrt(base);
  return undefined;
}

/**
 * base^power with Go's method: the fraction of the power by exp and log, the whole part by repeated squaring of the
 * mantissa, with the exponent kept apart. NaN for a negative base with a fractional power.
 */
export function goPower(base: number, power: number): number {
  const special = specialPower(base, power);
  if (special !== undefined) return special;
  let whole = Math.trunc(Math.abs(power));
  let fraction = Math.abs(power) - whole;
  if (fraction !== 0 && base < 0) return NaN;
  if (whole >= 2 ** 63) {
    if (base === -1) return 1;
    return Math.abs(base) < 1 === power > 0 ? 0 : Infinity;
  }
  let result = 1;
  let exponent = 0;
  if (fraction !== 0) {
    if (fraction > 0.5) {
      fraction--;
      whole++;
    }
    result = goExponential(fraction * goLogarithm(base));
  }
  let [square, squareExponent] = splitBinary(base);
  for (let rest = BigInt(whole); rest !== 0n; rest >>= 1n) {
    if (Math.abs(squareExponent) > 4096) {
      exponent += squareExponent;
      break;
    }
    if ((rest & 1n) === 1n) {
      result *= square;
      exponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent--;
    }
  }
  return power < 0 ? scale(1 / result, -exponent) : scale(result, exponent);
}
