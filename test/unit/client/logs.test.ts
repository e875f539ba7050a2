// Rotation as Nomad's, and the copy from spool to log: every byte once, whoever dies.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLogRotator, type LogRotator, type RotationRules } from "../../../src/client/logs/rotator.ts";
import { openRunLogs } from "../../../src/client/logs/runLogs.ts";
import { HISTORY_MAX_BYTES, openSpoolPump, type SpoolPump } from "../../../src/client/logs/spoolPump.ts";
import { removeFolder, temporaryFolder } from "../../support/hostProgram.ts";

let folder: string;
let logsDir: string;
let spool: string;
beforeEach(() => {
  folder = temporaryFolder("logs");
  logsDir = path.join(folder, "logs");
  mkdirSync(logsDir);
  spool = path.join(folder, "spool");
  writeFileSync(spool, "");
});
afterEach(() => removeFolder(folder));

const MIB = 1024 * 1024;
const RULES: RotationRules = { maxFiles: 10, maxFileBytes: MIB };

/** Size and last byte of each log file. */
const files = (): [string, number][] =>
  readdirSync(logsDir)
    .sort()
    .map((name) => [name, statSync(path.join(logsDir, name)).size]);
const whole = (): Buffer =>
  Buffer.concat(
    readdirSync(logsDir)
      .sort((a, b) => Number(a.split(".").at(-1)) - Number(b.split(".").at(-1)))
      .map((name) => readFileSync(path.join(logsDir, name))),
  );

describe("rotation", () => {
  const rotator = (rules = RULES): LogRotator =>
    openLogRotator(logsDir, "vm.stdout", rules, { appended: () => undefined, beforeRotation: () => undefined });

  test("nothing is made before the first byte", () => {
    rotator().close();
    expect(files()).toEqual([]);
  });

  test("near the limit a file ends with a line", () => {
    const log = rotator();
    log.write(Buffer.from(`${"x".repeat(99)}\n`.repeat(10_400)));
    log.write(Buffer.from(`${"y".repeat(20_000)}\nrest`));
    log.close();
    expect(files()).toEqual([
      ["vm.stdout.0", 1_040_000],
      ["vm.stdout.1", 20_005],
    ]);
  });

  test("a line that ends before the limit is the last one", () => {
    const log = rotator();
    log.write(Buffer.alloc(MIB - 100, "x"));
    log.write(Buffer.from("short\nlong enough for the next file".padEnd(200, ".")));
    log.close();
    expect(files()).toEqual([
      ["vm.stdout.0", MIB - 100 + 6],
      ["vm.stdout.1", 194],
    ]);
  });

  test("data without a line's end that no file can hold is cut", () => {
    const log = rotator();
    log.write(Buffer.alloc(3 * MIB + 5, "x"));
    log.close();
    expect(files().map(([, size]) => size)).toEqual([MIB, MIB, MIB, 5]);
  });

  test("it goes on in the highest file, and the oldest go", () => {
    writeFileSync(path.join(logsDir, "vm.stdout.6"), "old");
    writeFileSync(path.join(logsDir, "vm.stdout.7"), "older\n");
    writeFileSync(path.join(logsDir, "vm.stdout.7.txt"), "not ours");
    const log = rotator({ maxFiles: 2, maxFileBytes: MIB });
    log.write(Buffer.from("new\n"));
    expect(readFileSync(path.join(logsDir, "vm.stdout.7"), "utf8")).toBe("older\nnew\n");
    log.write(Buffer.alloc(2 * MIB, "x"));
    log.close();
    expect(files().map(([name]) => name)).toEqual(["vm.stdout.7.txt", "vm.stdout.8", "vm.stdout.9"]);
  });
});

describe("the copy", () => {
  const open = (seen: Buffer[] = [], rules: RotationRules | "discard" = RULES): SpoolPump =>
    openSpoolPump({
      spool,
      logsDir,
      logName: "vm.stdout",
      logs: rules,
      baseFile: path.join(folder, "base.json"),
      onData: (data) => seen.push(Buffer.from(data)),
      onError: (error) => {
        throw error as Error;
      },
    });
  const text = (bytes: number, from = 0): Buffer =>
    Buffer.from(Array.from({ length: bytes }, (_, at) => ((from + at) * 7 + ((from + at) >> 8)) & 0xff));

  test("goes on where a dead one stopped, across rotations, however much it had copied", () => {
    const everything = text(5 * MIB);
    let written = 0;
    for (const step of [1, 70_000, 900_000, 0, MIB, 3 * MIB]) {
      appendFileSync(spool, everything.subarray(written, written + step));
      written += step;
      const pump = open();
      pump.pump();
      // Never closed: the process that had it is dead.
    }
    expect(whole().equals(everything.subarray(0, written))).toBe(true);
  });

  test("a death in the middle of an append loses nothing and repeats nothing", () => {
    appendFileSync(spool, "0123456789");
    open();
    appendFileSync(path.join(logsDir, "vm.stdout.0"), "0123");
    const seen: Buffer[] = [];
    open(seen).pump();
    expect(whole().toString()).toBe("0123456789");
    expect(Buffer.concat(seen).toString()).toBe("456789");
  });

  test("a death between the base of a rotation and its file loses nothing", () => {
    const everything = text(MIB + 10);
    appendFileSync(spool, everything);
    open().pump();
    rmSync(path.join(logsDir, "vm.stdout.1"));
    open().pump();
    expect(whole().equals(everything)).toBe(true);
  });

  test("the next run's spool is appended to the same log", () => {
    appendFileSync(spool, "first run\n");
    open().pump();
    spool = path.join(folder, "spool-2");
    appendFileSync(spool, "second run\n");
    open().pump();
    open().pump();
    expect(whole().toString()).toBe("first run\nsecond run\n");
  });

  test("without logs the spool is listened to all the same", () => {
    appendFileSync(spool, "hello");
    const seen: Buffer[] = [];
    const pump = open(seen, "discard");
    pump.pump();
    expect(Buffer.concat(seen).toString()).toBe("hello");
    expect(pump.history(3).toString()).toBe("llo");
    expect(files()).toEqual([]);
  });

  test.skipIf(process.platform !== "linux")("the spool's copied part gives its disk space back", async () => {
    appendFileSync(spool, Buffer.alloc(12 * MIB, "x"));
    const pump = open();
    while (pump.pump() === "more");
    await expect.poll(() => statSync(spool).blocks * 512, { timeout: 5_000 }).toBeLessThan(6 * MIB);
    expect(statSync(spool).size).toBe(12 * MIB);
    expect(pump.history(HISTORY_MAX_BYTES).equals(Buffer.alloc(MIB, "x"))).toBe(true);
    pump.close();
  });
});

describe("the streams of a run", () => {
  test("output is copied when it is printed, history and what follows meet without a gap", async () => {
    const stderr = path.join(folder, "stderr");
    writeFileSync(stderr, "warning\n");
    const live: string[] = [];
    const stream = (file: string, name: string) => ({
      spool: file,
      logsDir,
      logName: `vm.${name}`,
      logs: RULES,
      baseFile: path.join(folder, `${name}.json`),
    });
    const logs = openRunLogs({
      stdout: stream(spool, "stdout"),
      stderr: stream(stderr, "stderr"),
      onOutput: (data) => live.push(data.toString()),
      onError: (error) => {
        throw error as Error;
      },
    });
    const writer = spawn("sh", ["-c", 'for i in 1 2 3 4 5 6 7 8 9; do printf "line $i\\n"; sleep 0.01; done'], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    writer.stdout.on("data", (data: Buffer) => appendFileSync(spool, data));
    await expect.poll(() => live.join("")).toContain("line 3\n");
    const history = logs.history(1_000).toString();
    const after = live.length;
    await once(writer, "close");
    await logs.finish();
    expect(history + live.slice(after).join("")).toBe(readFileSync(spool, "utf8"));
    expect(readFileSync(path.join(logsDir, "vm.stdout.0"), "utf8")).toBe(readFileSync(spool, "utf8"));
    expect(readFileSync(path.join(logsDir, "vm.stderr.0"), "utf8")).toBe("warning\n");
  });
});
