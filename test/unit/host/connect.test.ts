// Finding, starting, sharing and replacing the host process.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from "vscode-jsonrpc/node";
import { dataPaths } from "../../../src/base/paths.ts";
import { identifyProcess, livenessOf, ownIdentity } from "../../../src/base/processIdentity.ts";
import type { Result } from "../../../src/base/result.ts";
import { callAhead } from "../../../src/host/callAhead.ts";
import { connectHost, type ConnectOptions, type HostConnection } from "../../../src/host/connect.ts";
import { readHostNote, writeHostNote } from "../../../src/host/hostFile.ts";
import type { RunFileParams } from "../../../src/host/protocol.ts";
import { leaveRequest, watchRequests, withdrawRequest } from "../../../src/host/requestFiles.ts";
import { runFileParams } from "../../support/runFileParams.ts";
import { buildHostProgram, removeFolder, temporaryFolder } from "../../support/hostProgram.ts";

let programFolder: string;
let hostProgram: string;
let folder: string;
let dataDir: string;

beforeAll(async () => {
  programFolder = temporaryFolder("host");
  hostProgram = await buildHostProgram(programFolder);
});
afterAll(() => removeFolder(programFolder));
beforeEach(() => {
  folder = temporaryFolder("connect");
  dataDir = path.join(folder, "data");
});
afterEach(async () => {
  const connected = await connect("never");
  if (connected.ok) await stop(connected.value);
  removeFolder(folder);
});

function connect(
  start: "on-demand" | "never",
  env: NodeJS.ProcessEnv = process.env,
  ahead?: ConnectOptions["ahead"],
): Promise<Result<HostConnection>> {
  return connectHost({ dataDir, hostProgram, execPath: process.execPath, env, clientName: "test", start, ahead });
}

async function connected(env?: NodeJS.ProcessEnv): Promise<HostConnection> {
  const result = await connect("on-demand", env);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function closed(connection: HostConnection): Promise<void> {
  return new Promise((resolve) => connection.onClose(resolve));
}

async function stop(connection: HostConnection): Promise<void> {
  const end = closed(connection);
  await connection.request("host/stop", {});
  await end;
}

test("nobody is started when that was not asked for", async () => {
  const result = await connect("never");
  expect(result).toMatchObject({ ok: false, error: { code: "host-not-running" } });
  expect(existsSync(dataDir)).toBe(false);
});

test("a host is started on demand, from a copy of its program, in the data directory", async () => {
  const connection = await connected();
  expect(connection.host).toMatchObject({ dataDir, version: "0.0.0-test" });
  expect(connection.host.pid).not.toBe(process.pid);
  expect(readdirSync(dataPaths(dataDir).programsDir)).toEqual([expect.stringMatching(/^host-[0-9a-f]{12}\.cjs$/)]);
  if (process.platform === "linux") {
    const commandLine = readFileSync(`/proc/${connection.host.pid}/cmdline`, "utf8");
    expect(commandLine).not.toContain(programFolder);
    expect(readFileSync(`/proc/${connection.host.pid}/environ`, "utf8")).toContain("ELECTRON_RUN_AS_NODE=1");
  }
  connection.dispose();
});

test("a second client meets the same host, and hears when it leaves", async () => {
  const first = await connected();
  const second = await connected();
  expect(second.host.pid).toBe(first.host.pid);
  await expect(second.request("host/status", {})).resolves.toMatchObject({ clients: 2 });
  const both = Promise.all([closed(first), closed(second)]);
  await first.request("host/stop", {});
  await both;
  expect(readHostNote(dataPaths(dataDir).hostFile)).toBeUndefined();
});

test("clients that start at once share one host", async () => {
  const connections = await Promise.all([1, 2, 3, 4].map(() => connected()));
  expect(new Set(connections.map((connection) => connection.host.pid)).size).toBe(1);
  for (const connection of connections) connection.dispose();
});

test("a request on a closed connection says that the host has gone", async () => {
  const connection = await connected();
  await stop(connection);
  await expect(connection.request("host/status", {})).rejects.toMatchObject({ problem: { code: "host-gone" } });
});

test("a killed host's note, lock and socket are in nobody's way", async () => {
  const first = await connected();
  const end = closed(first);
  const identity = identifyProcess(first.host.pid);
  process.kill(first.host.pid, "SIGKILL");
  await end;
  // A dying process closes its sockets before it is gone.
  await vi.waitUntil(() => identity !== undefined && livenessOf(identity) === "gone");
  expect(readHostNote(dataPaths(dataDir).hostFile)).toBeDefined();
  expect(await connect("never")).toMatchObject({ ok: false, error: { code: "host-not-running" } });
  const second = await connected();
  expect(second.host.pid).not.toBe(first.host.pid);
  second.dispose();
});

test("SIGTERM makes it leave in order", async () => {
  const connection = await connected();
  const end = closed(connection);
  process.kill(connection.host.pid, "SIGTERM");
  await end;
  expect(existsSync(dataPaths(dataDir).lockFile)).toBe(false);
});

test("it leaves by itself when nobody needs it, and only then", async () => {
  const connection = await connected({ ...process.env, NOMAD_QEMU_IDLE_EXIT_MS: "1" });
  const identity = identifyProcess(connection.host.pid);
  if (identity === undefined) throw new Error("no host");
  await expect(connection.request("host/status", {})).resolves.toMatchObject({ clients: 1 });
  connection.dispose();
  await expect.poll(() => livenessOf(identity), { timeout: 8_000 }).toBe("gone");
  expect(existsSync(dataPaths(dataDir).hostFile)).toBe(false);
});

test("who only watches keeps no idle host", async () => {
  const worker = await connected({ ...process.env, NOMAD_QEMU_IDLE_EXIT_MS: "1" });
  const common = { dataDir, hostProgram, execPath: process.execPath, env: process.env, clientName: "window" };
  const watching = await connectHost({ ...common, start: "never", purpose: "watch" });
  if (!watching.ok) throw new Error(watching.error.what);
  const window = watching.value;
  await expect(window.request("host/status", {})).resolves.toMatchObject({ clients: 2 });
  const end = closed(window);
  worker.dispose();
  await end;
});

test("a host of another protocol version is asked to leave and replaced", async () => {
  mkdirSync(dataDir, { recursive: true });
  const endpoint = path.join(folder, "old.sock");
  const asked: string[] = [];
  const old = net.createServer((socket) => {
    const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    rpc.onRequest("host/initialize", () => ({ protocolVersion: 0, version: "0.0.1", pid: 1, dataDir, startedAt: 0 }));
    rpc.onRequest("host/stop", () => {
      asked.push("host/stop");
      old.close();
      setImmediate(() => socket.end());
      return null;
    });
    rpc.listen();
  });
  old.listen(endpoint);
  await once(old, "listening");
  writeHostNote(dataPaths(dataDir).hostFile, { endpoint, process: ownIdentity(), protocolVersion: 0 });

  expect(await connect("never")).toMatchObject({ ok: false, error: { code: "host-other-version" } });
  const common = { dataDir, hostProgram, execPath: process.execPath, env: process.env, clientName: "test" };
  const any = await connectHost({ ...common, start: "never", versions: "any" });
  expect(any).toMatchObject({ ok: true, value: { host: { protocolVersion: 0 } } });
  if (any.ok) any.value.dispose();
  const connection = await connected();
  expect(asked).toEqual(["host/stop"]);
  expect(connection.host.version).toBe("0.0.0-test");
  connection.dispose();
});

test("a data directory that cannot be written is named with the reason", async () => {
  writeFileSync(path.join(folder, "file"), "");
  dataDir = path.join(folder, "file", "data");
  expect(await connect("on-demand")).toMatchObject({
    ok: false,
    error: { code: "data-dir-not-writable", where: dataDir },
  });
});

test("a host program that breaks is reported with what it printed", async () => {
  const broken = path.join(folder, "broken.js");
  writeFileSync(broken, 'process.stderr.write("no such module\\n"); process.exitCode = 7;');
  const result = await connectHost({
    dataDir,
    hostProgram: broken,
    execPath: process.execPath,
    env: process.env,
    clientName: "test",
    start: "on-demand",
  });
  expect(result).toMatchObject({ ok: false, error: { code: "host-start-failed" } });
  if (!result.ok) expect(result.error.why).toMatch(/exit code 7.*no such module/s);
});

describe("a run that is asked for before the connection is made", () => {
  /** A run that the host refuses with the name of its file. */
  const run = (name: string): RunFileParams => runFileParams(name, "job {");
  const refusal = (name: string): object => ({
    kind: "refused",
    reasons: [expect.stringContaining(name)],
  });

  async function take(ahead: ConnectOptions["ahead"]): Promise<HostConnection> {
    const result = await connect("on-demand", process.env, ahead);
    if (!result.ok) throw new Error(result.error.what);
    return result.value;
  }

  test("has its answer on that connection, once; what follows is asked anew", async () => {
    (await connected()).dispose();
    const connection = await take(callAhead(dataDir, "test", run("first")));
    await expect(connection.request("host/status", {})).resolves.toMatchObject({ clients: 1, dataDir });
    await expect(connection.request("job/run", run("second"))).resolves.toMatchObject(refusal("first"));
    await expect(connection.request("job/run", run("third"))).resolves.toMatchObject(refusal("third"));
    expect(readdirSync(dataPaths(dataDir).requestsDir)).toEqual([]);
    connection.dispose();
  });

  test("begins without the connection", async () => {
    const other = await connected();
    const { requestsDir } = dataPaths(dataDir);
    leaveRequest(requestsDir, run("left"));
    await vi.waitFor(() => expect(readdirSync(requestsDir)).toEqual([]));
    other.dispose();
  });

  test("is not asked for when no host lives, or one of another version", () => {
    expect(callAhead(dataDir, "test", run("a"))).toBeUndefined();
    mkdirSync(dataDir, { recursive: true });
    writeHostNote(dataPaths(dataDir).hostFile, { endpoint: "/nowhere", process: ownIdentity(), protocolVersion: 0 });
    expect(callAhead(dataDir, "test", run("a"))).toBeUndefined();
  });

  test("is asked anew of the next host when nobody has taken it", async () => {
    (await connected()).dispose();
    const { hostFile, requestsDir } = dataPaths(dataDir);
    const note = readHostNote(hostFile);
    if (note === undefined) throw new Error("no note");
    process.kill(note.process.pid, "SIGSTOP");
    writeHostNote(hostFile, { ...note, endpoint: `${note.endpoint}-gone` });
    const ahead = callAhead(dataDir, "test", run("first"));
    expect(readdirSync(requestsDir)).toHaveLength(1);
    await expect(ahead?.introduced).rejects.toThrow("ENOENT");
    writeHostNote(hostFile, note);
    const taking = take(ahead);
    await vi.waitFor(() => expect(readdirSync(requestsDir)).toEqual([]));
    process.kill(note.process.pid, "SIGCONT");
    const connection = await taking;
    await expect(connection.request("job/run", run("second"))).resolves.toMatchObject(refusal("second"));
    connection.dispose();
  });

  test("is not asked for twice when a host took it along", async () => {
    (await connected()).dispose();
    const { hostFile, requestsDir } = dataPaths(dataDir);
    const note = readHostNote(hostFile);
    if (note === undefined) throw new Error("no note");
    writeHostNote(hostFile, { ...note, endpoint: `${note.endpoint}-gone` });
    const ahead = callAhead(dataDir, "test", run("first"));
    await vi.waitFor(() => expect(readdirSync(requestsDir)).toEqual([]));
    writeHostNote(hostFile, note);
    await expect(connect("on-demand", process.env, ahead)).resolves.toMatchObject({
      ok: false,
      error: { code: "host-gone", next: expect.stringContaining("nomad-qemu ps") as string },
    });
  });
});

describe("requests that are left for the host", () => {
  const begin = (params: unknown): Promise<number> => Promise.resolve((params as { n: number }).n * 2);

  test("of another host's time are not carried out", () => {
    mkdirSync(dataDir, { recursive: true });
    const name = leaveRequest(dataDir, { n: 1 });
    const requests = watchRequests(dataDir, begin);
    expect(readdirSync(dataDir)).toEqual([]);
    expect(() => requests.answer(name)).toThrow("There is no such request");
    requests.dispose();
  });

  test("are begun once, when they are seen or asked for, and only by their own names", async () => {
    mkdirSync(dataDir, { recursive: true });
    let begun = 0;
    const requests = watchRequests(dataDir, (params) => {
      begun++;
      return begin(params);
    });
    const name = leaveRequest(dataDir, { n: 21 });
    await expect(requests.answer(name)).resolves.toBe(42);
    await expect(requests.answer(name)).resolves.toBe(42);
    expect(withdrawRequest(dataDir, name)).toBe(false);
    expect(begun).toBe(1);
    writeFileSync(path.join(folder, "outside.json"), '{"n":1}');
    expect(() => requests.answer("../outside.json")).toThrow("There is no such request");
    writeFileSync(path.join(dataDir, "broken.json"), "{");
    expect(() => requests.answer("broken.json")).toThrow("There is no such request");
    requests.dispose();
  });

  test("can be taken back until then", () => {
    mkdirSync(dataDir, { recursive: true });
    const name = leaveRequest(dataDir, { n: 1 });
    expect(withdrawRequest(dataDir, name)).toBe(true);
    expect(withdrawRequest(dataDir, name)).toBe(false);
  });
});
