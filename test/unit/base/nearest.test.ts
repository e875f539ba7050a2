import { expect, test } from "vitest";
import { nearest } from "../../../src/base/nearest.ts";

test.each([
  ["statsu", "status"],
  ["consol", "console"],
  ["runn", "run"],
  ["rnu", "run"],
  ["xyzzy", undefined],
  ["x", undefined],
])("%s suggests %s", (word, expected) => {
  expect(nearest(word, ["run", "status", "console", "h"])).toBe(expected);
});
