// Output that is written at once, and what becomes of it when it cannot be.
import { afterEach, expect, test, vi } from "vitest";
import { output } from "../../../src/cli/output.ts";

const writeSync = vi.hoisted(() => vi.fn<(descriptor: number, bytes: Buffer, from: number) => number>());
vi.mock("node:fs", async (original) => ({ ...(await original<object>()), writeSync }));

const streamed: string[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  streamed.length = 0;
});

/** A descriptor that takes so many bytes, two at a time, and then would keep us waiting (or fails otherwise). */
function takes(bytes: number, code = "EAGAIN"): string[] {
  const written: string[] = [];
  let left = bytes;
  writeSync.mockImplementation((_, buffer, from) => {
    if (left === 0) throw Object.assign(new Error(code), { code });
    const length = Math.min(2, left, buffer.length - from);
    left -= length;
    written.push(buffer.toString("utf8", from, from + length));
    return length;
  });
  vi.spyOn(process.stdout, "write").mockImplementation((data) => streamed.push(String(data)) > 0);
  return written;
}

test("text is written at once, however little the system takes at a time", () => {
  const written = takes(100);
  const out = output(1);
  out.write("hello\n");
  expect(written.join("")).toBe("hello\n");
  expect(out.isFlushed()).toBe(true);
});

test("what a full pipe does not take goes through the stream, and what follows after it", () => {
  const written = takes(4);
  const out = output(1);
  out.write("hello\n");
  out.write("world\n");
  expect(written.join("")).toBe("hell");
  expect(streamed).toEqual(["o\n", "world\n"]);
  expect(out.isFlushed()).toBe(false);
});

test.each([
  ["EPIPE", 0],
  ["ENOSPC", 1],
])("%s ends the process with %d", (error, code) => {
  takes(0, error);
  const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
  output(1).write("hello\n");
  // The process would have ended with the first.
  expect(exit.mock.calls[0]).toEqual([code]);
});

test("nobody has to listen to complaints", () => {
  takes(0, "EPIPE");
  const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
  output(2).write("hello\n");
  expect(exit).not.toHaveBeenCalled();
});
