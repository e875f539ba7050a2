// The QMP client against peers that do not behave: what a real QEMU does is in test/qemu.
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectQmp, type QmpClient } from "../../../src/driver/qmp.ts";

const GREETING =
  '{"QMP":{"version":{"qemu":{"micro":22,"minor":2,"major":7},"package":""},"capabilities":["oob"]}}\r\n';

let folder: string;
let server: net.Server | undefined;
const peers: net.Socket[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "qmp-"));
});
afterEach(() => {
  server?.close();
  for (const peer of peers.splice(0)) peer.destroy();
  rmSync(folder, { recursive: true, force: true });
});

type Request = { readonly execute: string; readonly arguments: unknown; readonly id: number };

/** A peer that greets with `greeting` and answers each request by `answer`. */
async function peer(greeting: string, answer: (request: Request, socket: net.Socket) => void): Promise<string> {
  const file = path.join(folder, "q.sock");
  const listening = net.createServer((socket) => {
    peers.push(socket);
    socket.on("error", () => undefined);
    socket.write(greeting);
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      for (const line of text.split("\n").filter((part) => part !== "")) answer(JSON.parse(line) as Request, socket);
    });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(file, () => resolve()));
  return file;
}

const say = (socket: net.Socket, message: unknown): void => void socket.write(`${JSON.stringify(message)}\r\n`);
const accept = ({ id }: Request, socket: net.Socket): void => say(socket, { return: {}, id });

async function connected(file: string): Promise<QmpClient> {
  const client = await connectQmp(file);
  if (!client.ok) throw new Error(JSON.stringify(client.error));
  return client.value;
}

test("greets, negotiates, and knows QEMU's version", async () => {
  const requests: string[] = [];
  const file = await peer(GREETING, (request, socket) => {
    requests.push(request.execute);
    accept(request, socket);
  });
  expect((await connected(file)).version).toBe("7.2.22");
  expect(requests).toEqual(["qmp_capabilities"]);
});

test("matches replies by id, in whatever order and pieces they come", async () => {
  const waiting: Request[] = [];
  const file = await peer(GREETING, (request, socket) => {
    if (request.execute === "qmp_capabilities") accept(request, socket);
    else if (waiting.push(request) === 2) {
      const text = waiting
        .reverse()
        .map(({ execute, id }) => `${JSON.stringify({ return: execute, id })}\r\n`)
        .join("");
      socket.write(text.slice(0, 7), () => socket.write(text.slice(7)));
    }
  });
  const client = await connected(file);
  const replies = await Promise.all([client.execute("first"), client.execute("second")]);
  expect(replies).toEqual([
    { ok: true, value: "first" },
    { ok: true, value: "second" },
  ]);
});

test("survives lines that are no JSON, and errors that answer nobody", async () => {
  const file = await peer(`nonsense\r\n${GREETING}`, (request, socket) => {
    socket.write('{"error": {"class": "GenericError", "desc": "JSON parse error"}}\r\n[1]\r\n{broken\r\n\r\n');
    accept(request, socket);
  });
  const client = await connected(file);
  expect(await client.execute("query-status")).toEqual({ ok: true, value: {} });
});

test("passes QEMU's refusal on in its words", async () => {
  const file = await peer(GREETING, (request, socket) => {
    if (request.execute === "qmp_capabilities") accept(request, socket);
    else say(socket, { error: { class: "CommandNotFound", desc: "The command x has not been found" }, id: request.id });
  });
  const client = await connected(file);
  expect(await client.execute("x")).toMatchObject({
    ok: false,
    error: { code: "qmp-error", why: "The command x has not been found" },
  });
});

test("hands events to every listener until it leaves, with their time in ms", async () => {
  const file = await peer(GREETING, (request, socket) => {
    const timestamp = { seconds: 1000, microseconds: 250_000 };
    if (request.execute !== "qmp_capabilities") say(socket, { event: "RESET", data: { guest: true }, timestamp });
    accept(request, socket);
  });
  const client = await connected(file);
  const heard: unknown[] = [];
  const leave = client.onEvent((event) => heard.push(event));
  await client.execute("one");
  leave();
  await client.execute("two");
  expect(heard).toEqual([{ name: "RESET", data: { guest: true }, time: 1_000_250 }]);
});

test("a command without an answer ends in a timeout, and its late answer disturbs nobody", async () => {
  const late: Request[] = [];
  const file = await peer(GREETING, (request, socket) => {
    if (request.execute === "slow") late.push(request);
    else {
      for (const old of late.splice(0)) accept(old, socket);
      accept(request, socket);
    }
  });
  const client = await connected(file);
  expect(await client.execute("slow", {}, 20)).toMatchObject({ ok: false, error: { code: "qmp-timeout" } });
  expect(await client.execute("quick")).toMatchObject({ ok: true });
});

test("a peer that leaves fails what is pending and what comes after", async () => {
  const file = await peer(GREETING, (request, socket) => {
    if (request.execute === "qmp_capabilities") accept(request, socket);
    else socket.destroy();
  });
  const client = await connected(file);
  expect(await client.execute("quit")).toMatchObject({ ok: false, error: { code: "qmp-closed" } });
  await client.closed;
  expect(await client.execute("quit")).toMatchObject({ ok: false, error: { code: "qmp-closed" } });
});

test("tells a busy socket, one that leaves at once, and none at all apart", async () => {
  const silent = await peer("", () => undefined);
  expect(await connectQmp(silent, { greetingTimeoutMs: 20 })).toMatchObject({ ok: false, error: { code: "qmp-busy" } });
  peers.splice(0).forEach((socket) => socket.destroy());
  server?.close();
  expect(await connectQmp(path.join(folder, "none"))).toMatchObject({ ok: false, error: { code: "qmp-unreachable" } });
  const file = path.join(folder, "leaves");
  const leaving = net.createServer((socket) => socket.destroy());
  server = leaving;
  await new Promise<void>((resolve) => leaving.listen(file, () => resolve()));
  expect(await connectQmp(file)).toMatchObject({ ok: false, error: { code: "qmp-closed" } });
});
