import { describe, expect, test } from "vitest";
import { cronProblem } from "../../../src/jobspec/cron.ts";
import { formatGoDuration } from "../../../src/base/goDuration.ts";
import { compareText, parseFloat64, parseInt64, quote, trimSpace } from "../../../src/jobspec/goText.ts";

describe("durations are printed as Go prints them", () => {
  test.each([
    [0, "0s"],
    [1, "1ns"],
    [1_100, "1.1µs"],
    [2_200_000, "2.2ms"],
    [500_000_000, "500ms"],
    [1_000_000_000, "1s"],
    [3_300_000_000, "3.3s"],
    [60_000_000_000, "1m0s"],
    [245_000_000_000, "4m5s"],
    [245_001_000_000, "4m5.001s"],
    [3_600_000_000_000, "1h0m0s"],
    [90_061_000_000_001, "25h1m1.000000001s"],
    [-1_500_000_000, "-1.5s"],
    [-3_600_000_000_000, "-1h0m0s"],
  ])("%d ns is %s", (nanoseconds, expected) => {
    expect(formatGoDuration(nanoseconds)).toBe(expected);
  });
});

describe("texts", () => {
  test.each([
    ["plain", '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["\t\n\r\u0007\b\f\v", '"\\t\\n\\r\\a\\b\\f\\v"'],
    ["\u0000\u001f\u007f", '"\\x00\\x1f\\x7f"'],
    ["é日😀", '"é日😀"'],
    ["\u00a0\u200b\ufeff", '"\\u00a0\\u200b\\ufeff"'],
    ["\u{e0001}", '"\\U000e0001"'],
  ])("%j is quoted as %s", (text, expected) => {
    expect(quote(text)).toBe(expected);
  });

  test.each([
    [" a\t", "a"],
    ["\u0085a\u3000", "a"],
    ["\ufeffa", "\ufeffa"],
    ["", ""],
  ])("%j is trimmed to %j", (text, expected) => {
    expect(trimSpace(text)).toBe(expected);
  });

  test("are ordered by code points", () => {
    expect(["\u{10000}", "\uffff", "b", "a", "", "ab"].sort(compareText)).toEqual([
      "",
      "a",
      "ab",
      "b",
      "\uffff",
      "\u{10000}",
    ]);
  });
});

describe("numbers", () => {
  test.each([
    ["0", 0n],
    ["-5", -5n],
    ["+5", 5n],
    ["007", 7n],
    ["9223372036854775807", 9223372036854775807n],
    ["9223372036854775808", undefined],
    ["-9223372036854775808", -9223372036854775808n],
    ["1_000", undefined],
    ["0x10", undefined],
    ["1.0", undefined],
    ["", undefined],
    [" 1", undefined],
    ["-", undefined],
  ])("%j is the integer %s", (text, expected) => {
    expect(parseInt64(text)).toBe(expected);
  });

  test.each([
    ["1.5", 1.5],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["-1E-2", -0.01],
    ["inf", Infinity],
    ["-Infinity", -Infinity],
    ["NaN", NaN],
    ["0x1p-2", 0.25],
    ["0x1.8p1", 3],
    ["0X.8P1", 1],
    ["1_000.5", 1000.5],
    ["_1", undefined],
    ["1__0", undefined],
    ["1_", undefined],
    ["0x10", undefined],
    ["0xp1", undefined],
    ["1e400", undefined],
    ["e3", undefined],
    [".", undefined],
    ["", undefined],
    ["1 ", undefined],
  ])("%j is the float %s", (text, expected) => {
    expect(parseFloat64(text)).toBe(expected);
  });
});

describe("cron expressions", () => {
  test.each([
    "* * * * *",
    "*/5 * * * *",
    "0 */5 * * * *",
    "0 0 0 1 1 * 2030",
    "0 0 * JAN-MAR MON,WED",
    "0 0 * january,Dec sunday-Saturday",
    "0 0 L * *",
    "0 0 LW * *",
    "0 0 15W * *",
    "0 0 * * 5#3",
    "0 0 * * fril",
    "0 0-23/2 ? * ?",
    "5/15 0 1,15 * 7",
    "0,,30 * * * *",
    "@daily",
    "@hourly",
    "@weekly @x",
    "0 1 2 3 4 5 2030 8 9",
  ])("%s is accepted", (expression) => {
    expect(cronProblem(expression)).toBeUndefined();
  });

  test.each([
    ["", "missing field(s)"],
    ["foo", "missing field(s)"],
    ["* * * *", "missing field(s)"],
    ["@every 5m", "missing field(s)"],
    ["@reboot", "missing field(s)"],
    ["61 * * * *", "syntax error in minute field: '61'"],
    ["* 24 * * *", "syntax error in hour field: '24'"],
    ["* * 0 * *", "syntax error in day-of-month field: '0'"],
    ["* * * 13 *", "syntax error in month field: '13'"],
    ["* * * foo *", "syntax error in month field: 'foo'"],
    ["* * * * 8", "syntax error in day-of-week field: '8'"],
    ["* * * * 5#6", "syntax error in day-of-week field: '5#6'"],
    ["* * * * * 1969", "syntax error in year field: '1969'"],
    ["60 * * * * * *", "syntax error in second field: '60'"],
    ["1,X * * * *", "syntax error in minute field: 'X'"],
    ["*/0 * * * *", "invalid interval */0"],
    ["*/60 * * * *", "invalid interval */60"],
    ["*/24 */24 * * *", "invalid interval */24"],
    [", * * * *", "minute field: missing directive"],
    ["L * * * *", "syntax error in minute field: 'L'"],
    ["* * * * 15W", "syntax error in day-of-week field: '15W'"],
  ])("%s is refused: %s", (expression, problem) => {
    expect(cronProblem(expression)).toBe(problem);
  });
});
