import { expect, test } from "vitest";
import { plainText } from "../../../src/views/plainText.ts";

test.each([
  ["\u001b[1;31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007text", "text"],
  ["\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link"],
  ["\u001b(Bdos\u001b7", "dos"],
  ["line\r\nnext\r\r\n", "line\nnext\n"],
  ["10%\r20%\r", "10%20%"],
  ["tab\tstays\u0000\u0008", "tab\tstays"],
  ["grün 日本 🎉", "grün 日本 🎉"],
])("%j reads %j", (output, text) => {
  expect(plainText(output)).toBe(text);
});
