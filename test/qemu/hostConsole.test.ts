// Consoles: many look, all may type, and a guest never waits for anybody.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { BANNER, buildHostFolder, HostWorld, jobText, KEYS, problemOf, TestConsole } from "../support/hostWorld.ts";
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

const now = (id: string) => ({ id, now: true, purge: false });

test("two clients see the same console from its beginning, and both may type", async () => {
  const first = await world.connect();
  const second = await world.connect();
  const { id } = await world.run(first, jobText());
  await world.running(first, id);
  const one = await TestConsole.attach(first, id);
  await one.until(BANNER);
  await one.type("abc");
  await one.until("abc");
  const two = await TestConsole.attach(second, id);
  expect(two.text).toBe(one.text);
  await two.type("xyz");
  await Promise.all([one.until("xyz"), two.until("xyz")]);
  expect(two.text).toBe(one.text);

  const short = await first.request("console/attach", { id, task: "vm", historyBytes: 2 });
  expect(Buffer.from(short.history, "base64").toString()).toBe("yz");
  await first.request("console/detach", { consoleId: short.consoleId });
  expect(await problemOf(first.request("console/write", { consoleId: short.consoleId, data: "" }))).toMatchObject({
    code: "console-closed",
  });

  const closed = Promise.all(
    [first, second].map((host) => new Promise((resolve) => host.onNotification("console/closed", resolve))),
  );
  await first.request("allocation/stop", now(id));
  expect(await closed).toEqual([
    { consoleId: one.id, reason: "The VM has ended" },
    { consoleId: two.id, reason: "The VM has ended" },
  ]);
});

test("a task that decides about its own serial ports has no console here", async () => {
  const host = await world.connect();
  const { id } = await world.run(host, jobText({ tasks: [{ config: 'args = ["-serial", "null"]' }] }));
  expect((await world.running(host, id)).hasConsole).toBe(false);
  const attach = host.request("console/attach", { id, task: undefined, historyBytes: 0 });
  expect(await problemOf(attach)).toMatchObject({ code: "no-console" });
  await host.request("allocation/stop", now(id));
});

test("a guest that floods its console fills rotated logs, with nobody attached and with a client that does not read", async () => {
  const host = await world.connect();
  const body = "logs {\n max_files = 3\n max_file_size = 1\n }";
  const { id } = await world.run(host, jobText({ tasks: [{ body }] }));
  await world.running(host, id);
  const console = await TestConsole.attach(host, id);
  await console.until(BANNER);
  await console.type(KEYS.ticks);
  await console.until(/(tick[^]*){50}/i);
  const seen = console.text.length;
  await host.request("console/detach", { consoleId: console.id });
  const summary = await host.request("allocation/get", { id });
  // The guest goes on without a reader: the log grows.
  await expect.poll(() => world.log(summary).length, { timeout: 20_000 }).toBeGreaterThan(seen + 2_000);
  expect(summary.tasks[0]?.runState).toBe("running");
  const ended = await host.request("allocation/stop", now(id));
  expect(world.log(ended).slice(0, seen)).toBe(console.text.slice(0, seen));
});
