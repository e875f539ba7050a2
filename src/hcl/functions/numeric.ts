// Numeric functions.
import { ok } from "../../base/result.ts";
import {
  absolute,
  type BigFloat,
  compare,
  fromFloat64,
  infinity,
  isInfinite,
  isInteger,
  isZero,
  rounded,
  sign,
  toFloat64,
  truncate,
} from "../bigfloat.ts";
import { shown } from "../convert.ts";
import { DYNAMIC, integer, NUMBER, number, typeOf, type Value } from "../value.ts";
import { argumentError, callError, type EagerFunction, type FunctionResult } from "./definition.ts";
import { goLogarithm } from "./goExponential.ts";
import { goPower } from "./goMath.ts";
import { numberOf, parameter, textOf, wholeNumber } from "./support.ts";

const numeric = { kind: "eager", category: "numeric", returnType: NUMBER } as const;
const oneNumber = [parameter("num", NUMBER, "The number.")];

/** The whole number next to x in the direction of `step`. */
function roundTowards(x: BigFloat, step: 1n | -1n): BigFloat {
  if (isInfinite(x)) return x;
  // The result is rounded to the given number's precision, and an integer has no negative zero.
  if (isInteger(x)) return isZero(x) ? absolute(x) : x;
  const whole = truncate(x);
  const size = whole.mantissa << BigInt(whole.exponent);
  const away = x.negative === (step === -1n) ? 1n : 0n;
  return rounded(x.negative && size + away !== 0n, size + away, 0, x.precision);
}

/** A float64 argument; numbers too large for one are an error. */
function floatOf(value: Value | undefined): number | undefined {
  const exact = numberOf(value);
  const near = toFloat64(exact);
  return Number.isFinite(near) || isInfinite(exact) ? near : undefined;
}

function floatResult(result: number | undefined): FunctionResult {
  if (result === undefined) return callError("a number is too large to compute with");
  const exact = fromFloat64(result);
  return exact === undefined ? callError("there is no real result") : ok(number(exact));
}

function extreme(args: readonly Value[], wanted: 1 | -1): FunctionResult {
  if (args.length === 0) return callError("at least one number is needed");
  let best = infinity(wanted === 1);
  for (const arg of args) if (compare(numberOf(arg), best) === wanted) best = numberOf(arg);
  return ok(number(best));
}

/** The value of a digit: 0-9, then letters; above base 36 the small ones come first and the capitals are others. */
function digitValue(character: string, base: number): number {
  const code = character.charCodeAt(0);
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 122) return code - 87;
  if (code >= 65 && code <= 90) return base > 36 ? code - 29 : code - 55;
  return Infinity;
}

function parseInteger(text: string, base: number): bigint | undefined {
  const digits = text.replace(/^[+-]/, "");
  if (digits === "" || digits.length > 10_000) return undefined;
  let value = 0n;
  for (const character of digits) {
    const digit = digitValue(character, base);
    if (digit >= base) return undefined;
    value = value * BigInt(base) + BigInt(digit);
  }
  return text.startsWith("-") ? -value : value;
}

export const numericFunctions = (): readonly EagerFunction[] => [
  {
    ...numeric,
    name: "abs",
    description: "The number without its sign.",
    parameters: oneNumber,
    implementation: ([num]) => ok(number(absolute(numberOf(num)))),
  },
  {
    ...numeric,
    name: "ceil",
    description: "The smallest whole number that is not below the given one.",
    parameters: oneNumber,
    implementation: ([num]) => ok(number(roundTowards(numberOf(num), 1n))),
  },
  {
    ...numeric,
    name: "floor",
    description: "The largest whole number that is not above the given one.",
    parameters: oneNumber,
    implementation: ([num]) => ok(number(roundTowards(numberOf(num), -1n))),
  },
  {
    ...numeric,
    name: "log",
    description: "The logarithm of a number in the given base, in 64-bit floating point.",
    parameters: [parameter("num", NUMBER, "The number."), parameter("base", NUMBER, "The base of the logarithm.")],
    implementation: ([num, base]) => {
      const x = floatOf(num);
      const b = floatOf(base);
      return floatResult(x === undefined || b === undefined ? undefined : goLogarithm(x) / goLogarithm(b));
    },
  },
  {
    ...numeric,
    name: "max",
    description: "The largest of the given numbers. Expand a list with `...`.",
    parameters: [],
    variadic: parameter("numbers", NUMBER, "The numbers to choose from.", "dynamic"),
    implementation: (args) => extreme(args, 1),
  },
  {
    ...numeric,
    name: "min",
    description: "The smallest of the given numbers. Expand a list with `...`.",
    parameters: [],
    variadic: parameter("numbers", NUMBER, "The numbers to choose from.", "dynamic"),
    implementation: (args) => extreme(args, -1),
  },
  {
    ...numeric,
    name: "parseint",
    description: "Reads a string as a whole number in the given base, 2 to 62, without any prefix such as 0x.",
    parameters: [
      parameter("number", DYNAMIC, "The digits, with an optional sign."),
      parameter("base", NUMBER, "The base, 2 to 62; above 36 small letters and capitals are different digits."),
    ],
    resultType: ([given]) =>
      given?.kind === "string" || (given?.kind === "unknown" && given.type.kind === "string")
        ? ok(NUMBER)
        : argumentError(0, `a string is needed, not a ${given ? typeOf(given).kind : "missing value"}`),
    implementation: ([given, baseValue]) => {
      const base = wholeNumber(baseValue, 1);
      if (!base.ok) return base;
      if (base.value < 2 || base.value > 62) return argumentError(1, "the base must be between 2 and 62");
      const text = textOf(given);
      const parsed = parseInteger(text, base.value);
      return parsed === undefined
        ? argumentError(0, `${shown(text)} is not a whole number in base ${base.value}`)
        : ok(integer(parsed));
    },
  },
  {
    ...numeric,
    name: "pow",
    description: "A number to a power, in 64-bit floating point.",
    parameters: [parameter("num", NUMBER, "The base."), parameter("power", NUMBER, "The exponent.")],
    implementation: ([num, power]) => {
      const x = floatOf(num);
      const y = floatOf(power);
      return floatResult(x === undefined || y === undefined ? undefined : goPower(x, y));
    },
  },
  {
    ...numeric,
    name: "signum",
    description: "-1, 0 or 1: the sign of a whole number.",
    parameters: oneNumber,
    implementation: ([num]) => {
      const whole = wholeNumber(num);
      return whole.ok ? ok(integer(sign(numberOf(num)))) : whole;
    },
  },
];
