// The client's side of the RPC, against the library that the host has on its side.
import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createMessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import { rpcClient, RpcError, type RpcClient } from "../../../src/host/rpcClient.ts";
import { removeFolder, temporaryFolder } from "../../support/hostProgram.ts";

let folder: string;
let server: net.Server;
let client: RpcClient;
let accepted: net.Socket;

beforeEach(async () => {
  folder = temporaryFolder("rpc");
  server = net.createServer();
  server.listen(path.join(folder, "socket"));
  await once(server, "listening");
  const connection = once(server, "connection") as Promise<[net.Socket]>;
  client = rpcClient(net.connect(path.join(folder, "socket")));
  [accepted] = await connection;
});
afterEach(() => {
  client.close();
  accepted.destroy();
  server.close();
  removeFolder(folder);
});

function host(): MessageConnection {
  const connection = createMessageConnection(new SocketMessageReader(accepted), new SocketMessageWriter(accepted));
  connection.listen();
  return connection;
}

/** A message in its frame. */
function frame(message: unknown): Buffer {
  const content = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${content.length}\r\n\r\n`), content]);
}

const closed = (): Promise<void> => new Promise((resolve) => client.onClose(resolve));

describe("against vscode-jsonrpc", () => {
  test("requests get their own answers, whatever their order", async () => {
    const answers: (() => void)[] = [];
    host().onRequest("double", ({ n }: { n: number }) => {
      return new Promise((resolve) => {
        answers.unshift(() => resolve(n * 2));
        if (answers.length === 3) for (const answer of answers) answer();
      });
    });
    const asked = [1, 2, 3].map((n) => client.request("double", { n }));
    await expect(Promise.all(asked)).resolves.toEqual([2, 4, 6]);
  });

  test("an error comes with its code and data", async () => {
    host().onRequest("fail", () => new ResponseError(7, "no", { why: "grün" }));
    const failed = client.request("fail", {});
    await expect(failed).rejects.toBeInstanceOf(RpcError);
    await expect(failed).rejects.toMatchObject({ code: 7, message: "no", data: { why: "grün" } });
  });

  test("a method that the host has not is an error, not the end", async () => {
    const connection = host();
    await expect(client.request("missing", {})).rejects.toMatchObject({ code: -32_601 });
    connection.onRequest("there", () => "yes");
    await expect(client.request("there", {})).resolves.toBe("yes");
  });

  test("notifications come in order, to everybody who asked for them, until they ask no more", async () => {
    const connection = host();
    const heard: string[] = [];
    const first = client.onNotification("news", ({ n }: { n: number }) => heard.push(`a${n}`));
    client.onNotification("news", ({ n }: { n: number }) => heard.push(`b${n}`));
    connection.onRequest("sync", () => null);
    await connection.sendNotification("news", { n: 1 });
    await connection.sendNotification("other", { n: 9 });
    await connection.sendNotification("news", { n: 2 });
    await client.request("sync", {});
    first.dispose();
    await connection.sendNotification("news", { n: 3 });
    await client.request("sync", {});
    expect(heard).toEqual(["a1", "b1", "a2", "b2", "b3"]);
  });

  test("what comes with an answer is not taken before who waits has heard the answer", async () => {
    accepted.once("data", () => {
      const news = (n: number): object => ({ jsonrpc: "2.0", method: "news", params: n });
      const answers = [1, 2].map((id) => ({ jsonrpc: "2.0", id, result: id }));
      accepted.end(Buffer.concat([answers[0]!, news(1), news(2), answers[1]!, news(3)].map(frame)));
    });
    const heard: number[] = [];
    const first = client.request("first", {});
    const second = client.request("second", {});
    await first;
    client.onNotification("news", (n: number) => heard.push(n));
    await second;
    await closed();
    expect(heard).toEqual([1, 2, 3]);
  });

  test("a message of two megabytes goes both ways", async () => {
    host().onRequest("echo", ({ text }: { text: string }) => text);
    const text = "ä".repeat(1_000_000);
    await expect(client.request("echo", { text })).resolves.toBe(text);
  });
});

describe("what comes in pieces", () => {
  test("is one message for each frame, wherever it is cut", async () => {
    const heard: unknown[] = [];
    client.onNotification("news", (params) => heard.push(params));
    const messages = ["ä", "", "€𝄞"].map((text) => ({ jsonrpc: "2.0", method: "news", params: { text } }));
    const bytes = Buffer.concat(messages.map(frame));
    for (const byte of bytes) {
      accepted.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    accepted.end();
    await closed();
    expect(heard).toEqual(messages.map(({ params }) => params));
  });

  test("may have other headers too", async () => {
    const content = '{"jsonrpc":"2.0","method":"news","params":1}';
    const heard = new Promise((resolve) => client.onNotification("news", resolve));
    accepted.write(`Content-Type: application/json\r\nContent-Length: ${content.length}\r\n\r\n${content}`);
    await expect(heard).resolves.toBe(1);
  });
});

describe("the end", () => {
  test.each([
    ["no frame", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["no end of the header", "x".repeat(5000)],
    ["no JSON", "Content-Length: 3\r\n\r\n{,}"],
    ["no message", "Content-Length: 4\r\n\r\nnull"],
    ["a length that is none", "Content-Length: -1\r\n\r\n"],
  ])("%s ends the connection, and says so to who waits", async (_, bytes) => {
    const waiting = client.request("any", {});
    accepted.write(bytes);
    await expect(waiting).rejects.toThrow("does not speak JSON-RPC");
    await expect(client.request("any", {})).rejects.toMatchObject({ code: -32_097 });
  });

  test("who hangs up leaves nobody waiting", async () => {
    const waiting = client.request("any", {});
    accepted.destroy();
    await expect(waiting).rejects.toMatchObject({ code: -32_097 });
    await closed();
  });

  test("closing it is heard once, and by who asks later", async () => {
    let heard = 0;
    client.onClose(() => heard++);
    const waiting = client.request("any", {});
    client.close();
    client.close();
    await expect(waiting).rejects.toThrow("the connection was closed");
    await closed();
    expect(heard).toBe(1);
  });

  test("a socket that nobody listens on is told with the system's reason", async () => {
    const nobody = rpcClient(net.connect(path.join(folder, "nobody")));
    await expect(nobody.request("any", {})).rejects.toThrow("ENOENT");
  });
});
