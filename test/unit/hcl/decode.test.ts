// Bytes become text, and bytes that are no text are found at their place.
import { expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../../../src/hcl/decode.ts";
import { parseSource } from "../../../src/hcl/parser.ts";
import { SourceText } from "../../../src/hcl/source.ts";

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part]))));

test.each(["", "a", "é😀", "\ufeffa", "a\r\nb\u0000"])("%j comes through", (text) => {
  expect(decodeUtf8(Buffer.from(text))).toBe(text);
  expect(Buffer.from(encodeUtf8(text)).toString()).toBe(text);
});

test.each<[string, Uint8Array, string]>([
  ["a byte of Latin-1", bytes("a", 0xe9, "b"), "a\udce9b"],
  ["a cut sequence", bytes(0xf0, 0x9f, "b"), "\udcf0\udc9fb"],
  ["a surrogate", bytes(0xed, 0xa0, 0x80), "\udced\udca0\udc80"],
  ["an overlong form", bytes(0xc0, 0x80), "\udcc0\udc80"],
  ["valid text around", bytes("é", 0xff, "😀"), "é\udcff😀"],
])("%s is kept byte by byte", (_, input, expected) => {
  expect(decodeUtf8(input)).toBe(expected);
  expect(Buffer.from(encodeUtf8(expected))).toEqual(Buffer.from(input));
});

test("the parser reports them once for bytes side by side, and not in comments", () => {
  const summaries = (input: Uint8Array): string[] =>
    parseSource(new SourceText("x", decodeUtf8(input)), "strict").diagnostics.map(({ summary }) => summary);
  expect(summaries(bytes('a = "', 0xf0, 0x9f, '"\n'))).toContain("Invalid character encoding");
  expect(
    summaries(bytes('a = "', 0xf0, 0x9f, '"\n')).filter((summary) => summary === "Invalid character encoding"),
  ).toHaveLength(1);
  expect(summaries(bytes("# ", 0xe9, "\na = 1\n"))).toEqual([]);
});
