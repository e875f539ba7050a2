// The exponential function and the natural logarithm as Go computes them in float64 on x86-64, to the last digit.
import { add, fromFloat64, multiplyRounded, toFloat64 } from "../bigfloat.ts";

/** More than enough to multiply and add two float64 without rounding. */
const EXACT_BITS = 512;

/** `x × y + z`, rounded once, as the processor's instruction does. */
function fused(x: number, y: number, z: number): number {
  const [left, right, addend] = [fromFloat64(x), fromFloat64(y), fromFloat64(z)];
  const product = left && right && multiplyRounded(left, right, EXACT_BITS);
  const sum = product && addend && add(product, addend);
  return sum === undefined ? NaN : toFloat64(sum);
}

function roundHalfToEven(x: number): number {
  const near = Math.round(x);
  return Math.abs(near - x) === 0.5 && near % 2 !== 0 ? near - 1 : near;
}

const LN2_HIGH = 0.6931471805596629565;
const LN2_LOW = 0.28235290563031577122588448175013436e-12;
/** 1/8!, 1/7! and so on down to 1/3!, then 1/2! and 1. */
const TAYLOR = [1 / 40320, 1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1];

/** e^x for an x whose result is a normal number: a Taylor series near zero, squared four times. */
export function goExponential(x: number): number {
  const exponent = roundHalfToEven(x * Math.LOG2E);
  const rest = fused(-exponent, LN2_LOW, fused(-exponent, LN2_HIGH, x)) / 16;
  const series = TAYLOR.reduce((sum, coefficient) => fused(sum, rest, coefficient));
  // With r = e^t - 1 the square is r × (r + 2) + 1: the 1 is added only at the end.
  let less = rest * series;
  for (let squaring = 0; squaring < 3; squaring++) less *= less + 2;
  return fused(less + 2, less, 1) * 2 ** exponent;
}

const EXPONENT_BIAS = 1022;
const FRACTION_BITS = 0x000f_ffff_ffff_ffffn;
const HALF_BITS = 0x3fe0_0000_0000_0000n;
const LOG_LN2_HIGH = 6.9314718036912381649e-1;
const LOG_LN2_LOW = 1.90821492927058770002e-10;

/** The natural logarithm. Numbers too small to be normal come out wrong, as they do there. */
export function goLogarithm(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return x;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  view.setBigUint64(0, (bits & FRACTION_BITS) | HALF_BITS);
  let fraction = view.getFloat64(0);
  let exponent = Number(bits >> 52n) - EXPONENT_BIAS;
  if (fraction <= Math.SQRT1_2) {
    fraction *= 2;
    exponent--;
  }
  const f = fraction - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const odd =
    s2 *
    (6.66666666666673513e-1 +
      s4 * (2.857142874366239149e-1 + s4 * (1.818357216161805012e-1 + s4 * 1.479819860511658591e-1)));
  const even = s4 * (3.999999999940941908e-1 + s4 * (2.222219843214978396e-1 + s4 * 1.531383769920937332e-1));
  const halfSquare = 0.5 * f * f;
  const correction = s * (halfSquare + (odd + even)) + exponent * LOG_LN2_LOW;
  return exponent * LOG_LN2_HIGH - (halfSquare - correction - f);
}
