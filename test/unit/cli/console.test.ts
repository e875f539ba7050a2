import { describe, expect, test } from "vitest";
import { escapeFilter } from "../../../src/cli/escape.ts";
import { formatDuration, shellQuote } from "../../../src/cli/format.ts";
import { tableLines } from "../../../src/cli/table.ts";

/** Feeds chunks and shows what reaches the guest, and whether the user left. */
function type(...chunks: string[]): { guest: string; left: boolean } {
  const filter = escapeFilter();
  let guest = "";
  for (const chunk of chunks) {
    const { forward, leave } = filter.feed(Buffer.from(chunk));
    guest += forward.toString();
    if (leave) return { guest, left: true };
  }
  return { guest, left: false };
}

describe("leaving a console", () => {
  test.each([
    [["~."], { guest: "", left: true }],
    [["ls\r~."], { guest: "ls\r", left: true }],
    [["ls\r", "~", "."], { guest: "ls\r", left: true }],
    [["a~."], { guest: "a~.", left: false }],
    [["~~."], { guest: "~.", left: false }],
    [["~x"], { guest: "~x", left: false }],
    [["\u0003"], { guest: "\u0003", left: false }],
  ])("%j", (chunks, expected) => {
    expect(type(...chunks)).toEqual(expected);
  });
});

test.each([
  [0, "0s"],
  [59_999, "59s"],
  [61_000, "1m01s"],
  [3_600_000, "1h00m"],
  [90_000_000, "1d1h"],
])("%d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("a command line can be pasted into a shell", () => {
  expect(shellQuote(["/usr/bin/qemu", "-drive", "file=a b,if=ide", "it's", ""])).toBe(
    "/usr/bin/qemu -drive 'file=a b,if=ide' 'it'\\''s' ''",
  );
});

test("columns are as wide as their widest cell, and lines end without blanks", () => {
  expect(
    tableLines([
      ["A", "LONG", ""],
      ["wide", "x", ""],
    ]),
  ).toEqual(["A     LONG", "wide  x"]);
});
