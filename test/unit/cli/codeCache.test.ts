// The cache of compiled code: it speeds a bundle up and never changes what the bundle does.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BUNDLE_WRAPPER } from "../../../src/cli/codeCache.ts";
import { removeFolder, temporaryFolder } from "../../support/hostProgram.ts";

const moduleUrl = (name: string): string =>
  pathToFileURL(path.resolve(import.meta.dirname, "../../../src/cli", name)).href;
/** Tells the answer of the bundle, and whether V8 took the cached code (`undefined` where there was none). */
const PROGRAM = `
import vm from "node:vm";
import { createRequire, syncBuiltinESMExports } from "node:module";
const { Script } = vm;
let rejected = "no script";
vm.Script = class extends Script { constructor(...a) { super(...a); rejected = this.cachedDataRejected; } };
syncBuiltinESMExports();
const { loadBundle } = await import(${JSON.stringify(moduleUrl("codeCache.ts"))});
const { keepCode } = await import(${JSON.stringify(moduleUrl("keepCode.ts"))});
const [file, folder, use] = process.argv.slice(1);
const { exports, cache } = loadBundle(file, { folder: folder === "" ? undefined : folder, name: "program-" + use, require: createRequire(file) });
if (cache !== undefined) keepCode(cache);
console.log(JSON.stringify({ answer: await exports.answer(), rejected: String(rejected) }));
`;

let folder: string;
let bundle: string;
let caches: string;

beforeEach(() => {
  folder = temporaryFolder("codeCache");
  bundle = path.join(folder, "program.js");
  caches = path.join(folder, "cache/code");
  write("42");
});
afterEach(() => {
  removeFolder(folder);
});

/** A bundle that gives `answer`, and something of a builtin and of its own place. */
function write(answer: string, time = 1000): void {
  writeFileSync(
    bundle,
    `${BUNDLE_WRAPPER.before}exports.answer = () => { const { sep } = require("node:path"); return [${answer}, sep.length, require("node:path").basename(__filename)]; };${BUNDLE_WRAPPER.after}`,
  );
  utimesSync(bundle, time, time);
}

function load(use = "parse", cacheFolder = caches): { answer: unknown; rejected: string } {
  const ran = spawnSync(
    process.execPath,
    ["--no-warnings", "--input-type=module", "-e", PROGRAM, bundle, cacheFolder, use],
    { encoding: "utf8" },
  );
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as { answer: unknown; rejected: string };
}

const cacheFile = (): string => path.join(caches, "program-parse.code");
const runsSeen = (): number | undefined => readFileSync(cacheFile()).at(-1);

test("the second run takes the first one's code, and the answer is the same", () => {
  const first = load();
  expect(first).toEqual({ answer: [42, 1, "program.js"], rejected: "undefined" });
  expect(load()).toEqual({ ...first, rejected: "false" });
  expect(readdirSync(caches)).toEqual(["program-parse.code"]);
});

test("runs are counted, and the cache is made again while it may still learn", () => {
  const counts = [1, 2, 3, 4].map(() => (load(), runsSeen()));
  expect(counts).toEqual([1, 2, 3, 4]);
});

test("a bundle that has changed is never run with the old code, even when it is as long", () => {
  load();
  write("43", 2000);
  expect(load()).toMatchObject({ answer: [43, 1, "program.js"], rejected: "undefined" });
  expect(load()).toMatchObject({ answer: [43, 1, "program.js"], rejected: "false" });
});

test("each use has a cache of its own", () => {
  load("parse");
  expect(load("lint").rejected).toBe("undefined");
  expect(readdirSync(caches)).toEqual(["program-lint.code", "program-parse.code"]);
});

test("a damaged cache is replaced", () => {
  load();
  const stored = readFileSync(cacheFile());
  writeFileSync(cacheFile(), Buffer.concat([Buffer.alloc(64), stored.subarray(64)]));
  expect(load()).toMatchObject({ answer: [42, 1, "program.js"], rejected: "true" });
  expect(load().rejected).toBe("false");
});

test.runIf(process.platform !== "win32")("code is not taken from a folder that others may write", () => {
  mkdirSync(caches, { recursive: true });
  load();
  chmodSync(caches, 0o777);
  expect(load()).toMatchObject({ answer: [42, 1, "program.js"], rejected: "undefined" });
});

test("without a folder, or with one that cannot be made, the program runs all the same", () => {
  expect(load("parse", "").answer).toEqual([42, 1, "program.js"]);
  writeFileSync(path.join(folder, "file"), "");
  expect(load("parse", path.join(folder, "file/below")).answer).toEqual([42, 1, "program.js"]);
});

test.runIf(process.platform === "linux")("a folder that cannot be made costs the cache and ends nothing else", () => {
  // Node's own recursive mkdir never ends here: every command would hang after its last word.
  expect(load("parse", "/proc/nope/code")).toEqual({ answer: [42, 1, "program.js"], rejected: "undefined" });
});
