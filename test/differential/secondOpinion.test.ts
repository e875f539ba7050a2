// The second opinion before a run: HashiCorp's parser in a worker, from the bundle as it is shipped.
import { build } from "esbuild";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { patchHcl2Parser } from "../../scripts/hcl2ParserPatch.ts";
import { programs } from "../../scripts/programs.ts";
import { secondOpinion } from "../../src/hcl/secondOpinion.ts";

let folder = "";
let workerPath = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "second-opinion-"));
  const oracle = programs({ mode: "release" }).find(
    ({ entryPoints }) => entryPoints !== undefined && "syntax-oracle" in entryPoints,
  );
  await build({ ...oracle, outdir: folder });
  await writeFile(join(folder, "package.json"), '{ "type": "commonjs" }');
  workerPath = join(folder, "syntax-oracle.js");
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

/** A machine under load is slow; the product's own limit is 2 s. */
const timeoutMs = 60_000;

describe("HashiCorp's parser", () => {
  test("accepts what is HCL", async () => {
    expect(await secondOpinion('job "a" {\n  größe = "${x}"\n}\n', { workerPath, timeoutMs })).toEqual({
      verdict: "accepts",
    });
  });

  test("refuses what is not, with its label and the UTF-16 range", async () => {
    expect(await secondOpinion('ä = "😀" b\n', { workerPath, timeoutMs })).toMatchObject({
      verdict: "refuses",
      refusals: [{ summary: "Missing newline after argument", subject: { start: 9, end: 10 } }],
    });
  });

  test("that takes too long gives no answer", async () => {
    const text = `a = "${"x".repeat(20_000_000)}"\n`;
    expect(await secondOpinion(text, { workerPath, timeoutMs: 50 })).toMatchObject({ verdict: "no-answer" });
  });

  test("that breaks down gives no answer", async () => {
    const text = `a = ${"[".repeat(50_000)}\n`;
    expect(await secondOpinion(text, { workerPath, timeoutMs })).toMatchObject({ verdict: "no-answer" });
  });

  test("that is not there gives no answer", async () => {
    expect(await secondOpinion("a = 1\n", { workerPath: join(folder, "none.js"), timeoutMs })).toMatchObject({
      verdict: "no-answer",
    });
  });
});

test("the patch refuses another version of the package", () => {
  expect(() => patchHcl2Parser("module.exports = {}")).toThrow(/hcl2-parser is not the version/);
});

test("the bundle leaves the process alone", async () => {
  const { Worker } = await import("node:worker_threads");
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    const before = { limit: Error.stackTraceLimit, require: globalThis.require };
    require(workerData);
    parentPort.postMessage({
      limit: Error.stackTraceLimit === before.limit,
      require: globalThis.require === before.require,
    });`;
  const worker = new Worker(program, { eval: true, workerData: workerPath });
  const seen = await new Promise<unknown[]>((resolve, reject) => {
    const messages: unknown[] = [];
    worker.on("message", (message) => messages.push(message));
    worker.on("error", reject);
    worker.on("exit", () => resolve(messages));
  });
  expect(seen.at(-1)).toEqual({ limit: true, require: true });
});
