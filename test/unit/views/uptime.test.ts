import { expect, test } from "vitest";
import { coarseDuration } from "../../../src/views/uptime.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [-5000, "< 1 min"],
  [0, "< 1 min"],
  [MINUTE - 1, "< 1 min"],
  [MINUTE, "1 min"],
  [59 * MINUTE, "59 min"],
  [HOUR, "1 h"],
  [47 * HOUR, "47 h"],
  [2 * DAY, "2 days"],
  [10 * DAY + HOUR, "10 days"],
])("%i ms read as %s", (ms, text) => {
  expect(coarseDuration(ms).text).toBe(text);
});

test("the text stays the same until the time it names, and then changes", () => {
  for (const ms of [1, 61_001, HOUR + 7, 3 * DAY + 5]) {
    const { text, changesInMs } = coarseDuration(ms);
    expect(coarseDuration(ms + changesInMs - 1).text).toBe(text);
    expect(coarseDuration(ms + changesInMs).text).not.toBe(text);
  }
});
