// Consoles: many look, all may type, and a guest never waits for anybody.
import { once } from "node:events";
import net from "node:net";
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from "vscode-jsonrpc/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { dataPaths } from "../../src/base/paths.ts";
import { readHostNote } from "../../src/host/hostFile.ts";
import { PROTOCOL_VERSION } from "../../src/host/protocol.ts";
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

/** A client that attaches to the console and then never reads again. */
async function attachAndStall(endpoint: string, id: string): Promise<net.Socket> {
  const socket = net.connect(endpoint);
  await once(socket, "connect");
  const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  rpc.listen();
  await rpc.sendRequest("host/initialize", { protocolVersion: PROTOCOL_VERSION, client: "stalled" });
  await rpc.sendRequest("console/attach", { id, task: "vm", historyBytes: 0 });
  socket.pause();
  return socket;
}

test("output that nobody reads, or that one client does not, holds nobody up: all of it is in the log", async () => {
  const host = await world.connect();
  const { id } = await world.run(host, jobText());
  await world.running(host, id);
  const console = await TestConsole.attach(host, id);
  await console.until(BANNER);
  const endpoint = readHostNote(dataPaths(world.dataDir).hostFile)?.endpoint ?? "";
  const stalled = await attachAndStall(endpoint, id);

  const lines = Array.from({ length: 150 }, (_, line) => `line ${String(line).padStart(3, "0")} ${"=".repeat(90)}\n`);
  await console.type(lines.join(""));
  await console.until(/line 149 =+/);
  // It goes on talking with nobody attached but the one that stands still.
  await console.type(KEYS.ticks);
  await host.request("console/detach", { consoleId: console.id });
  const summary = await host.request("allocation/get", { id });
  expect(summary.tasks[0]?.runState).toBe("running");
  await expect.poll(() => world.log(summary), { timeout: 20_000 }).toMatch(/t\r\nt\r\n$/);
  stalled.destroy();
  const ended = await host.request("allocation/stop", now(id));
  expect(world.log(ended).startsWith(console.text)).toBe(true);
});
