// The host dies at any moment: no VM does, and the next host takes every VM over as it is.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { dataPaths } from "../../src/base/paths.ts";
import { identifyProcess, livenessOf } from "../../src/base/processIdentity.ts";
import {
  BANNER,
  buildHostFolder,
  consoleSocketOf,
  HostWorld,
  jobText,
  KEYS,
  TestConsole,
  typeWithoutHost,
} from "../support/hostWorld.ts";
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

const graceful = (id: string) => ({ id, now: false, purge: false });
const started = (summary: { tasks: readonly { pid?: number | undefined }[] }): boolean =>
  summary.tasks.every(({ pid }) => pid !== undefined);

test("SIGKILL in the middle of a run: state, console, every byte printed meanwhile, and the reason of the end", async () => {
  const first = await world.connect();
  const { id } = await world.run(first, jobText({ tasks: [{ config: "graceful_shutdown = true" }] }));
  const before = await world.running(first, id);
  const console = await TestConsole.attach(first, id);
  await console.until(BANNER);
  await console.type("before ");
  await console.until("before ");
  const socket = consoleSocketOf(world.dataDir, id);
  await world.killHost(first);

  await typeWithoutHost(socket, "meanwhile ");
  const second = await world.connect();
  const [adopted] = await second.request("allocation/list", {});
  expect(adopted).toMatchObject({ id, status: "running", tasks: [{ pid: before.pid, state: "running", restarts: 0 }] });
  expect(adopted?.tasks[0]?.events).toEqual(before.events);
  const again = await TestConsole.attach(second, id);
  await again.until("meanwhile ");
  await again.type("after");
  await again.until("after");
  const ended = await second.request("allocation/stop", graceful(id));
  expect(ended.tasks[0]?.exit).toMatchObject({ exitCode: 0, reason: "guest-shutdown" });
  expect(world.log(ended)).toMatch(/before meanwhile after[^]*TINY-OFF/);
  expect(world.log(ended).split("meanwhile")).toHaveLength(2);
});

test("a guest that ends while no host lives: the next one has its last words and its reason", async () => {
  const first = await world.connect();
  const { id } = await world.run(first, jobText());
  const { pid } = await world.running(first, id);
  await (await TestConsole.attach(first, id)).until(BANNER);
  const vm = identifyProcess(pid ?? 0);
  const socket = consoleSocketOf(world.dataDir, id);
  await world.killHost(first);
  await typeWithoutHost(socket, `last words${KEYS.off}`);
  await expect.poll(() => vm !== undefined && livenessOf(vm), { timeout: 10_000 }).toBe("gone");
  const second = await world.connect();
  const ended = await world.ended(second, id);
  expect(ended).toMatchObject({ status: "complete", tasks: [{ exit: { exitCode: 0, reason: "guest-shutdown" } }] });
  expect(ended.tasks[0]?.events.at(-1)).toMatchObject({ type: "Terminated", display: "Exit Code: 0" });
  expect(world.log(ended)).toContain("last words");
});

test("a VM that was killed while no host lives is reaped with what can be known, and restarted by its policy", async () => {
  const first = await world.connect();
  const restart = 'attempts = 1\n interval = "1m"\n delay = "100ms"\n mode = "fail"';
  const { id } = await world.run(first, jobText({ type: "service", restart }));
  const { pid } = await world.running(first, id);
  await world.killHost(first);
  process.kill(pid ?? 0, "SIGKILL");
  const second = await world.connect();
  const again = await world.until(second, id, ({ tasks }) => tasks[0]?.restarts === 1 && started({ tasks }));
  expect(again.tasks[0]?.pid).not.toBe(pid);
  const terminated = again.tasks[0]?.events.find(({ type }) => type === "Terminated");
  expect(terminated?.display).toMatch(/^Exit Code: -1, Exit Message: "/);
  await second.request("allocation/stop", graceful(id));
});

test("two killed hosts in a row, several VMs, one of them stopped in between", async () => {
  const first = await world.connect();
  const ids: string[] = [];
  for (const name of ["a", "b", "c"]) ids.push((await world.run(first, jobText({ tasks: [{ name }] }))).id);
  for (const id of ids) await world.running(first, id);
  await world.killHost(first);
  const second = await world.connect();
  await second.request("allocation/stop", graceful(ids[1] ?? ""));
  await world.killHost(second);
  const third = await world.connect();
  const summaries = await third.request("allocation/list", {});
  expect(summaries.map(({ id, status, desired }) => [id, status, desired])).toEqual([
    [ids[0], "running", "run"],
    [ids[1], "complete", "stop"],
    [ids[2], "running", "run"],
  ]);
  for (const id of ids) await third.request("allocation/stop", { id, now: true, purge: false });
});

test("a host that is asked to leave leaves its VMs running", async () => {
  const first = await world.connect();
  const { id } = await world.run(first, jobText());
  const { pid } = await world.running(first, id);
  const closed = new Promise<void>((resolve) => first.onClose(resolve));
  await first.request("host/stop", {});
  await closed;
  const second = await world.connect();
  process.kill(second.host.pid, "SIGTERM");
  await new Promise<void>((resolve) => second.onClose(resolve));
  const third = await world.connect();
  expect(await third.request("allocation/get", { id })).toMatchObject({ status: "running", tasks: [{ pid }] });
  await third.request("allocation/stop", { id, now: true, purge: false });
});

test("a stop that a host died over is finished by the next, without being announced twice", async () => {
  const first = await world.connect();
  const body = 'kill_timeout = "2s"';
  const { id } = await world.run(first, jobText({ tasks: [{ config: "graceful_shutdown = true", body }] }));
  await world.running(first, id);
  const console = await TestConsole.attach(first, id);
  await console.until(BANNER);
  await console.type(KEYS.ignoreButton);
  const killing = new Promise<void>((resolve) => {
    first.onNotification("task/event", ({ event }) => {
      if (event.type === "Killing") resolve();
    });
  });
  first.request("allocation/stop", graceful(id)).catch(() => undefined);
  await killing;
  await world.killHost(first);
  const second = await world.connect();
  const ended = await world.ended(second, id);
  expect(ended.tasks[0]?.events.map(({ type }) => type).slice(-4)).toEqual([
    "Started",
    "Killing",
    "Terminated",
    "Killed",
  ]);
  expect(ended.tasks[0]?.exit).toMatchObject({ exitCode: 0, reason: "host-signal" });
});

test("a host that dies while a task is being prepared: the next one begins again", async () => {
  const first = await world.connect();
  const { id } = await world.run(first, jobText());
  await world.killHost(first);
  const second = await world.connect();
  await world.running(second, id);
  await (await TestConsole.attach(second, id)).until(BANNER);
  await second.request("allocation/stop", { id, now: true, purge: false });
});

test("the host's end by idleness waits for the VM, and comes after it", async () => {
  const patient = new HostWorld(built.program, { NOMAD_QEMU_IDLE_EXIT_MS: "50" });
  const host = await patient.connect();
  const identity = identifyProcess(host.host.pid);
  const { id } = await patient.run(host, jobText());
  await patient.running(host, id);
  const console = await TestConsole.attach(host, id);
  await console.until(BANNER);
  await console.type(KEYS.ticks);
  host.dispose();
  const summary = { allocDir: path.join(patient.dataDir, "alloc", id) } as Parameters<typeof patient.log>[0];
  const length = patient.log(summary).length;
  await expect.poll(() => patient.log(summary).length, { timeout: 10_000 }).toBeGreaterThan(length + 3);
  expect(identity !== undefined && livenessOf(identity)).toBe("alive");
  const again = await patient.connect();
  expect(again.host.pid).toBe(host.host.pid);
  await again.request("allocation/stop", { id, now: true, purge: false });
  again.dispose();
  await expect.poll(() => identity !== undefined && livenessOf(identity), { timeout: 10_000 }).toBe("gone");
  expect(existsSync(dataPaths(patient.dataDir).hostFile)).toBe(false);
  await patient.cleanUp();
});

test("a record that cannot be read is said to be so, and keeps nobody else", async () => {
  const first = await world.connect();
  const { id } = await world.run(first, jobText());
  await world.running(first, id);
  const broken = await world.run(first, jobText({ tasks: [{ config: 'args = ["--version"]' }] }));
  await world.ended(first, broken.id);
  await world.killHost(first);
  writeFileSync(path.join(dataPaths(world.dataDir).stateDir, broken.id, "state.json"), '{"ver');
  const second = await world.connect();
  expect((await second.request("allocation/list", {})).map((summary) => summary.id)).toEqual([id]);
  expect(world.hostLog()).toContain(`allocation ${broken.id} cannot be read`);
  await second.request("allocation/stop", { id, now: true, purge: false });
  world.expectErrors(/cannot be read/);
});

test.skipIf(process.platform !== "linux")(
  "SIGKILL at any moment of a start: there is one VM in the end, and it is known (processes are counted in /proc)",
  async () => {
    for (const delayMs of [0, 3, 6, 10, 20, 40, 70, 110]) {
      const first = await world.connect();
      const { id } = await world.run(first, jobText());
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await world.killHost(first);
      const second = await world.connect();
      const { pid } = await world.running(second, id);
      await (await TestConsole.attach(second, id)).until(BANNER);
      expect(processesOf(id), `killed after ${delayMs} ms`).toEqual([pid]);
      const ended = await second.request("allocation/stop", { id, now: true, purge: false });
      expect(ended.tasks[0]?.restarts).toBe(0);
      expect(processesOf(id)).toEqual([]);
    }
  },
);

/** Pids of the processes whose arguments name the allocation. */
function processesOf(id: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(id);
      } catch {
        return false;
      }
    })
    .map(Number);
}
