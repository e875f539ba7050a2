// What an attachment through the next host brings: every byte once.
import { expect, test } from "vitest";
import { unseenOutput, type ConsoleMark } from "../../../src/host/consoleMark.ts";

const attachment = (history: string, position: number, startedAt = 1) => ({
  ...{ consoleId: "c", history: Buffer.from(history).toString("base64"), position, startedAt },
});

test.each<[string, ReturnType<typeof attachment>, ConsoleMark | undefined, string]>([
  ["nothing was seen", attachment("abc", 3), undefined, "abc"],
  ["nothing was seen of a long output", attachment("xyz", 1_000), undefined, "xyz"],
  ["some was seen", attachment("abcdef", 6), { startedAt: 1, position: 4 }, "ef"],
  ["all was seen", attachment("abcdef", 6), { startedAt: 1, position: 6 }, ""],
  ["some of what is kept was seen", attachment("ghi", 9), { startedAt: 1, position: 7 }, "hi"],
  ["exactly the rest is kept", attachment("ghi", 9), { startedAt: 1, position: 6 }, "ghi"],
  [
    "more was printed than is kept",
    attachment("xyz", 20),
    { startedAt: 1, position: 4 },
    "\r\n[13 bytes left out]\r\nxyz",
  ],
  ["another process prints now", attachment("abcdef", 6, 2), { startedAt: 1, position: 4 }, "abcdef"],
])("%s", (_, attached, seen, expected) => {
  expect(unseenOutput(attached, seen).toString()).toBe(expected);
});
