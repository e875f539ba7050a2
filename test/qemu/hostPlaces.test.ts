// Data directories that are too long, full, or not ours: one clear message each, and nothing left running.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { BANNER, buildHostFolder, HostWorld, jobText, problemOf, TestConsole } from "../support/hostWorld.ts";
import { removeFolder } from "../support/hostProgram.ts";

let built: { folder: string; program: string };
let world: HostWorld;
beforeAll(async () => {
  built = await buildHostFolder();
});
afterAll(() => removeFolder(built.folder));
beforeEach(() => {
  world = new HostWorld(built.program);
});
afterEach(() => world.cleanUp());

const isRoot = process.getuid?.() === 0;
const now = (id: string) => ({ id, now: true, purge: false });

test("a data directory too long for sockets: VMs run, and Nomad's own socket is refused with Nomad's words", async () => {
  world.dataDir = path.join(world.folder, "d".repeat(120), "data");
  const host = await world.connect();
  const { id } = await world.run(host, jobText());
  await world.running(host, id);
  const console = await TestConsole.attach(host, id);
  await console.until(BANNER);
  await host.request("allocation/stop", now(id));

  const second = await world.run(host, jobText({ tasks: [{ config: "graceful_shutdown = true" }] }));
  const ended = await world.ended(host, second.id);
  const failure = ended.tasks[0]?.events.find(({ type }) => type === "Driver Failure");
  expect(failure?.display).toMatch(
    /^socket path .*qm\.sock is longer than the maximum length allowed \(108\), try to reduce/,
  );
});

test("a temporary folder too long for sockets is passed over", async () => {
  const long = path.join(world.folder, "t".repeat(100));
  mkdirSync(long);
  world.environment["TMPDIR"] = long;
  const host = await world.connect();
  const { id } = await world.run(host, jobText());
  await world.running(host, id);
  await (await TestConsole.attach(host, id)).until(BANNER);
  await host.request("allocation/stop", now(id));
  expect(readdirSync(long)).toEqual([]);
});

test("a data directory that is a file is said to be none", async () => {
  world.dataDir = path.join(world.folder, "file");
  writeFileSync(world.dataDir, "");
  expect(await problemOf(world.connect())).toMatchObject({ code: "data-dir-not-writable", where: world.dataDir });
});

test.skipIf(!isRoot)(
  "a data directory that others own is said to be not writable (needs root to become somebody else)",
  () => {
    // Everybody may read the program.
    chmodSync(built.folder, 0o755);
    const place = mkdtempSync(path.join(os.tmpdir(), "nq-owned-"));
    try {
      const output = execFileSync(process.execPath, [built.program, "--data-dir", path.join(place, "data")], {
        uid: 65_534,
        gid: 65_534,
        cwd: "/",
        stdio: ["ignore", "pipe", "pipe", "pipe"],
        encoding: "utf8",
        env: {},
      });
      expect(output).toBe("");
    } catch (error) {
      const { output, status } = error as { output: (string | null)[]; status: number };
      expect(status).toBe(1);
      expect(JSON.parse(output[3] ?? "")).toMatchObject({
        outcome: "failed",
        problem: { code: "data-dir-not-writable", why: expect.stringContaining("EACCES") },
      });
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
);

test.skipIf(!isRoot || process.platform !== "linux")(
  "a full disk: the run is refused and leaves nothing; a VM that runs is not lost (needs root to mount a small file system)",
  async () => {
    mkdirSync(world.dataDir);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", world.dataDir]);
    world.beforeRemoval = () => void execFileSync("umount", ["-l", world.dataDir]);
    const host = await world.connect();
    const first = await world.run(host, jobText());
    await world.running(host, first.id);
    const console = await TestConsole.attach(host, first.id);
    await console.until(BANNER);
    fill(path.join(world.dataDir, "filler"));
    const problem = await problemOf(world.run(host, jobText()));
    expect(problem).toMatchObject({ code: "disk-full", what: "There is no space left to write" });
    expect((await host.request("allocation/list", {})).map(({ id }) => id)).toEqual([first.id]);

    await console.type("still here");
    rmSync(path.join(world.dataDir, "filler"));
    await console.type(" and now");
    await console.until("and now");
    const ended = await host.request("allocation/stop", now(first.id));
    expect(ended.tasks[0]?.exit).toMatchObject({ signal: 9 });
    expect(world.log(ended)).toContain("and now");

    // Enough for the allocation, too little for the image.
    fill(path.join(world.dataDir, "filler"), 700 * 1024);
    const third = await world.run(host, jobText());
    const failed = await world.ended(host, third.id);
    const download = failed.tasks[0]?.events.find(({ type }) => type === "Failed Artifact Download");
    expect(download?.display).toMatch(/There is no space left to write.*ENOSPC/s);
    world.expectErrors(/ENOSPC/);
  },
);

/** Fills a file system but for `leave` bytes. */
function fill(file: string, leave = 0): void {
  try {
    execFileSync("dd", ["if=/dev/zero", `of=${file}`, "bs=64k"], { stdio: "ignore" });
  } catch {
    // That it is full is what was wanted.
  }
  if (leave > 0) execFileSync("truncate", ["-s", `-${leave}`, file]);
}
