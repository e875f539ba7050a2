// One holder at a time, whoever dies when.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireFileLock } from "../../../src/base/fileLock.ts";
import { bootId, identifyProcess, livenessOf, ownIdentity } from "../../../src/base/processIdentity.ts";
import { removeFolder, temporaryFolder } from "../../support/hostProgram.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = temporaryFolder("lock");
  file = path.join(folder, "the.lock");
});
afterEach(() => removeFolder(folder));

const DEAD = JSON.stringify({ pid: process.pid, startTime: "1", bootId: bootId() });

test("a free lock is taken, a living holder's is refused with its name, a released one is free again", () => {
  const lock = acquireFileLock(file);
  expect(lock.ok).toBe(true);
  expect(acquireFileLock(file)).toEqual({ ok: false, error: { holder: ownIdentity() } });
  if (lock.ok) lock.value.release();
  expect(readdirSync(folder)).toEqual([]);
  expect(acquireFileLock(file).ok).toBe(true);
});

test.each([
  ["of a pid that was given to another process", DEAD],
  ["of another boot", JSON.stringify({ ...ownIdentity(), bootId: "earlier" })],
])("the lock %s is taken over and leaves nothing else behind", (_, content) => {
  writeFileSync(file, content);
  expect(acquireFileLock(file).ok).toBe(true);
  expect(readdirSync(folder)).toEqual(["the.lock"]);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(ownIdentity());
});

test("a file without content belongs to a writer that is on its way, for a while", () => {
  writeFileSync(file, "");
  expect(acquireFileLock(file)).toEqual({ ok: false, error: { holder: undefined } });
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(file, longAgo, longAgo);
  expect(acquireFileLock(file).ok).toBe(true);
});

test("a lock that somebody else took meanwhile is not released", () => {
  const lock = acquireFileLock(file);
  writeFileSync(file, DEAD);
  if (lock.ok) lock.value.release();
  expect(readFileSync(file, "utf8")).toBe(DEAD);
});

test("of many processes that want a dead one's lock exactly one gets it", async () => {
  writeFileSync(file, DEAD);
  const program = `
    import { acquireFileLock } from ${JSON.stringify(path.resolve("src/base/fileLock.ts"))};
    process.stdin.once("data", () => {
      process.stdout.write(acquireFileLock(${JSON.stringify(file)}).ok ? "won" : "lost");
      process.stdin.once("data", () => process.exit());
    });
    process.stdout.write("ready ");`;
  const racers = Array.from({ length: 6 }, () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
    let text = "";
    const seen = (wanted: RegExp): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (wanted.test(text)) resolve(text);
        };
        child.stdout.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          look();
        });
        child.once("close", () => reject(new Error(text)));
        look();
      });
    return { child, seen };
  });
  await Promise.all(racers.map((racer) => racer.seen(/ready/)));
  for (const { child } of racers) child.stdin.write("go");
  const results = await Promise.all(racers.map((racer) => racer.seen(/won|lost/)));
  expect(results.filter((text) => text.includes("won"))).toHaveLength(1);
  for (const { child } of racers) child.stdin.write("end");
});

test("a process is known by pid, start and boot; a zombie is gone", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error("no process");
  expect(livenessOf(identity)).toBe("alive");
  expect(livenessOf({ ...identity, startTime: "0" })).toBe("gone");
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
  expect(livenessOf(identity)).toBe("gone");
});
