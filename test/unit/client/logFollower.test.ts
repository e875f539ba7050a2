import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { followLog, readLog, tailPosition } from "../../../src/client/logFollower.ts";

let allocDir = "";
const file = (index: number): string => path.join(allocDir, "alloc/logs", `vm.stdout.${index}`);

beforeEach(async () => {
  allocDir = await mkdtemp(path.join(os.tmpdir(), "nomad-qemu-logs-"));
  await mkdir(path.join(allocDir, "alloc/logs"), { recursive: true });
});
afterEach(() => rm(allocDir, { recursive: true }));

async function contents(from = { index: 0, offset: 0 }): Promise<string> {
  let text = "";
  await readLog(allocDir, "vm", "stdout", from, (data) => (text += data.toString()));
  return text;
}

test("rotated files are one text, in numeric order", async () => {
  await writeFile(file(9), "nine\n");
  await writeFile(file(10), "ten\n");
  await writeFile(path.join(allocDir, "alloc/logs/vm.stderr.0"), "other stream\n");
  await writeFile(path.join(allocDir, "alloc/logs/vm.stdout.fifo"), "no log file\n");
  expect(await contents()).toBe("nine\nten\n");
});

test("a task that never printed has an empty log", async () => {
  expect(await contents()).toBe("");
});

test.each([
  [0, ""],
  [1, "d\n"],
  [2, "c\nd\n"],
  [3, "b\nc\nd\n"],
  [99, "a\nb\nc\nd\n"],
])("the last %d lines, across a rotation", async (lines, expected) => {
  await writeFile(file(0), "a\nb\n");
  await writeFile(file(1), "c\nd\n");
  expect(await contents(await tailPosition(allocDir, "vm", "stdout", { lines }))).toBe(expected);
});

test("a line without its newline counts as a line", async () => {
  await writeFile(file(0), "a\nb");
  expect(await contents(await tailPosition(allocDir, "vm", "stdout", { lines: 1 }))).toBe("b");
});

test("the last bytes, across a rotation", async () => {
  await writeFile(file(0), "abc");
  await writeFile(file(1), "def");
  expect(await contents(await tailPosition(allocDir, "vm", "stdout", { bytes: 4 }))).toBe("cdef");
});

test("following sees what is appended and what comes after a rotation, and ends when told", async () => {
  await writeFile(file(0), "one ");
  const ended = new AbortController();
  let text = "";
  let woken: () => void = () => undefined;
  const until = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) await new Promise<void>((resolve) => (woken = resolve));
  };
  const following = followLog(
    allocDir,
    "vm",
    "stdout",
    { index: 0, offset: 0 },
    (data) => {
      text += data.toString();
      woken();
    },
    ended.signal,
  );
  await until("one ");
  await appendFile(file(0), "two ");
  await until("two ");
  await writeFile(file(1), "three");
  await until("three");
  ended.abort();
  expect(await following).toEqual({ index: 1, offset: 5 });
  expect(text).toBe("one two three");
});
