import { expect, test } from "vitest";
import { parseDuration } from "../../../src/hcl/functions/goDurationText.ts";

test.each([
  ["0", 0n],
  ["-0", 0n],
  ["+0", 0n],
  ["10m", 600_000_000_000n],
  ["1h30m", 5_400_000_000_000n],
  ["-1.5s", -1_500_000_000n],
  [".5ms", 500_000n],
  ["5.s", 5_000_000_000n],
  ["1\u00b5s1\u03bcs1us", 3_000n],
  ["0.1ns", 0n],
  ["9223372036854775807ns", 2n ** 63n - 1n],
  ["-9223372036854775808ns", -(2n ** 63n)],
])("%s is %s nanoseconds", (text, nanoseconds) => {
  expect(parseDuration(text)).toBe(nanoseconds);
});

test.each(["", "+", "-", "00", "1", ".s", "1..5s", "s", "1 s", "1S", "--1s", "1toString", "9223372036854775808ns"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
