// Numbers: precision of each value, rounding, printing.
import { describe, expect, test } from "vitest";
import * as big from "../../../src/hcl/bigfloat.ts";
import { parseBigFloat, toDecimal, toExponent, toFixed, toGeneral } from "../../../src/hcl/bigfloatText.ts";

const number = (text: string): big.BigFloat => {
  const parsed = parseBigFloat(text);
  if (parsed === undefined) throw new Error(`${text} is not a number`);
  return parsed;
};
const text = (value: big.BigFloat | undefined): string | undefined => value && toDecimal(value);

describe("parsing and printing", () => {
  test.each([
    ["0", "0"],
    ["-0", "-0"],
    ["007", "7"],
    ["1.50", "1.5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1e3", "1000"],
    ["1E-7", "0.0000001"],
    ["1p3", "8"],
    ["9007199254740993", "9007199254740993"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["0.1", "0.1"],
    ["1e30", "1000000000000000000000000000000"],
    ["inf", "+Inf"],
    ["-Inf", "-Inf"],
  ])("%s is printed as %s", (given, printed) => expect(text(number(given))).toBe(printed));

  test.each(["", " 1", "1 ", "0x5", "1_0", "NaN", "-", ".", "1e", "1e+", "1e9999999999", "--1"])(
    "%j is not a number",
    (given) => expect(parseBigFloat(given)).toBeUndefined(),
  );

  test("an exponent past any range is an infinity, and a text too long to print is not made", () => {
    expect(text(number("1e999999999"))).toBe("+Inf");
    expect(text(number("1e200000"))).toBeUndefined();
    expect(text(number("1e-400"))).toBe(`0.${"0".repeat(399)}1`);
  });

  test.each([
    ["2.5", 0, "2"],
    ["3.5", 0, "4"],
    ["3.14159", 2, "3.14"],
    ["0.004", 1, "0.0"],
    ["1e30", 1, "1000000000000000000000000000000.0"],
  ])("%s with %d digits after the point is %s", (given, digits, printed) =>
    expect(toFixed(number(given), digits)).toBe(printed),
  );

  test("exponent and general layouts", () => {
    expect(toExponent(number("12345.678"), 6)).toBe("1.234568e+04");
    expect(toGeneral(number("1e21"))).toBe("1e+21");
    expect(toGeneral(number("100000"))).toBe("100000");
    expect(toGeneral(number("0.00001"))).toBe("1e-05");
    expect(toGeneral(number("1234.5678"), 3)).toBe("1.23e+03");
  });
});

describe("arithmetic", () => {
  test("literals have 512 bits, counts 64, floats 53; a result has the larger precision", () => {
    expect(text(big.divide(number("1"), number("3")))).toMatch(/^0\.3{154}5$/);
    expect(text(big.divide(big.fromInteger(1), big.fromInteger(3)))).toBe("0.33333333333333333334");
    const root = big.fromFloat64(Math.SQRT2)!;
    expect(text(big.add(root, root))).toBe("2.8284271247461903");
  });

  test("a product keeps all of its bits up to 512", () => {
    const root = big.fromFloat64(Math.SQRT2)!;
    expect(text(big.multiply(root, root))).toBe("2.00000000000000027343234630647693");
  });

  test.each([
    ["11", "5.1", /^0\.8000.*024$/],
    ["-7", "3", /^-1$/],
    ["7", "-3", /^1$/],
    ["5", "0", /^5$/],
    ["1e200", "7", /^0$/],
  ])("the remainder of %s and %s", (left, right, wanted) =>
    expect(text(big.remainder(number(left), number(right)))).toMatch(wanted),
  );

  test("what has no value is undefined", () => {
    const infinite = big.infinity(false);
    expect(big.divide(number("0"), number("0"))).toBeUndefined();
    expect(big.subtract(infinite, infinite)).toBeUndefined();
    expect(big.multiply(infinite, number("0"))).toBeUndefined();
    expect(big.remainder(infinite, number("2"))).toBeUndefined();
    expect(text(big.divide(number("-1"), number("0")))).toBe("-Inf");
  });

  test("signs of zero", () => {
    expect(text(big.negate(number("0")))).toBe("-0");
    expect(text(big.add(number("-0"), number("0")))).toBe("0");
    expect(text(big.remainder(number("-0"), number("1")))).toBe("-0");
    expect(big.compare(number("-0"), number("0"))).toBe(0);
  });

  test("sums of numbers very far apart are rounded, not written out", () => {
    expect(text(big.subtract(big.add(number("1e90000"), number("1e-90000"))!, number("1e90000")))).toBe("0");
    expect(big.compare(big.add(number("1e999999"), number("-1"))!, number("1e999999"))).toBe(0);
    expect(big.compare(number("1e99999999"), number("1e-99999999"))).toBe(1);
  });
});

describe("conversion to other numbers", () => {
  test.each(["0.1", "1e308", "1e309", "5e-324", "2.4e-324", "2.5e-324", "-1.5", "9007199254740993"])(
    "the nearest float64 of %s",
    (given) => expect(big.toFloat64(number(given))).toBe(Number(given)),
  );

  test("64-bit integers", () => {
    expect(big.toInt64(number("9223372036854775807"))).toBe(9223372036854775807n);
    expect(big.toInt64(number("-9223372036854775808"))).toBe(-9223372036854775808n);
    expect(big.toInt64(number("9223372036854775808"))).toBeUndefined();
    expect(big.toInt64(number("1.5"))).toBeUndefined();
  });
});
