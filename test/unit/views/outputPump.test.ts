import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createOutputPump } from "../../../src/views/outputPump.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

test("gathers what comes within one interval into one piece", async () => {
  const written: string[] = [];
  const pump = createOutputPump({ write: (text) => written.push(text) });
  await vi.advanceTimersByTimeAsync(100);
  for (const text of ["a", "b", "c"]) pump.push(bytes(text));
  await vi.advanceTimersByTimeAsync(17);
  expect(written).toEqual(["abc"]);
});

test("writes at most 60 times a second, however often it is fed", async () => {
  let writes = 0;
  const pump = createOutputPump({ write: () => writes++ });
  for (let ms = 0; ms < 1000; ms++) {
    pump.push(bytes("x"));
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(writes).toBeGreaterThan(30);
  expect(writes).toBeLessThanOrEqual(60);
});

test("puts a character together that was split between two reads", async () => {
  const written: string[] = [];
  const pump = createOutputPump({ write: (text) => written.push(text) });
  const euro = bytes("€");
  pump.push(euro.subarray(0, 1));
  pump.push(euro.subarray(1));
  await vi.advanceTimersByTimeAsync(20);
  expect(written.join("")).toBe("€");
});

test("hands on large output in bounded pieces, complete and in order", async () => {
  const written: string[] = [];
  const pump = createOutputPump({ write: (text) => written.push(text), pieceMax: 1000 });
  const text = Array.from({ length: 600 }, (_, index) => `line ${index}\n`).join("");
  pump.push(bytes(text));
  await vi.advanceTimersByTimeAsync(1000);
  expect(written.join("")).toBe(text);
  expect(Math.max(...written.map(({ length }) => length))).toBeLessThanOrEqual(1000);
});

test("drops the oldest text of a flood, says how much, and shows the newest", async () => {
  const written: string[] = [];
  const pump = createOutputPump({ write: (text) => written.push(text), waitingMax: 1000 });
  pump.push(bytes("a".repeat(5000)));
  pump.push(bytes("the end"));
  await vi.advanceTimersByTimeAsync(20);
  const shown = written.join("");
  expect(shown).toMatch(/\[… 4500 characters were faster than this terminal; the log has them …\]/);
  expect(shown.endsWith("the end")).toBe(true);
  expect(shown.length).toBeLessThan(1100);
});

test("flush writes everything at once and leaves nothing for later", async () => {
  const written: string[] = [];
  const pump = createOutputPump({ write: (text) => written.push(text), pieceMax: 10 });
  pump.push(bytes("0123456789abcdefghij"));
  pump.flush();
  expect(written.join("")).toBe("0123456789abcdefghij");
  const count = written.length;
  await vi.advanceTimersByTimeAsync(100);
  expect(written.length).toBe(count);
});

test("a disposed pump writes nothing more", async () => {
  const written: string[] = [];
  const pump = createOutputPump({ write: (text) => written.push(text) });
  pump.push(bytes("late"));
  pump.dispose();
  await vi.advanceTimersByTimeAsync(100);
  expect(written).toEqual([]);
});
