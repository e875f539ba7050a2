// Kept answers about a program: until it changes, and no failures.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fail, ok, type Result } from "../../../src/base/result.ts";
import { createProbeCache } from "../../../src/driver/probeCache.ts";

let folder: string;
let program: string;
let probes: number;
const probe = (): Promise<Result<number>> => Promise.resolve(ok(++probes));
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "probes-"));
  program = path.join(folder, "program");
  writeFileSync(program, "1");
  probes = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("an answer is kept in memory, for two that ask at once too, and on disk for the next process", async () => {
  const kept = path.join(folder, "kept");
  const cache = createProbeCache(kept);
  const answers = await Promise.all([cache.get("a", program, "", probe), cache.get("a", program, "", probe)]);
  expect(answers).toEqual([ok(1), ok(1)]);
  expect(await createProbeCache(kept).get("a", program, "", probe)).toEqual(ok(1));
  expect(await createProbeCache(undefined).get("a", program, "", probe)).toEqual(ok(2));
});

test("another question, other circumstances, and a replaced program are probed again", async () => {
  const cache = createProbeCache(undefined);
  await cache.get("a", program, "", probe);
  await cache.get("b", program, "", probe);
  await cache.get("a", program, "x", probe);
  expect(probes).toBe(3);
  utimesSync(program, 1, 1);
  await cache.get("a", program, "", probe);
  expect(probes).toBe(4);
});

test("failures are not kept, nor is what was called off, and a broken file is no answer", async () => {
  const kept = path.join(folder, "kept");
  const cache = createProbeCache(kept);
  const failing = (): Promise<Result<number>> => Promise.resolve(fail({ code: "x", what: "x" }));
  expect(await cache.get("a", program, "", failing)).toMatchObject({ ok: false });
  await expect(cache.get("a", program, "", () => Promise.reject(new Error("aborted")))).rejects.toThrow("aborted");
  expect(await cache.get("a", program, "", probe)).toEqual(ok(1));
  expect(await createProbeCache(path.join(program, "no-folder")).get("a", program, "", probe)).toEqual(ok(2));
});
