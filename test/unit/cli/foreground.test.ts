// What `run` does while it waits; the rest is in test/cli/vm.test.ts with real VMs.
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { EXIT } from "../../../src/cli/exitCodes.ts";
import { parseArguments } from "../../../src/cli/flags.ts";
import { runInForeground } from "../../../src/cli/foreground.ts";
import type { Terminal } from "../../../src/cli/terminal.ts";
import type { VerbContext } from "../../../src/cli/verb.ts";
import type { AllocationSummary } from "../../../src/client/status.ts";
import type { HostConnection } from "../../../src/host/connect.ts";

interface FakeTerminal {
  readonly terminal: Terminal;
  /** What was printed and said, in order. */
  readonly said: string[];
}

function fakeTerminal(outIsTerminal: boolean): FakeTerminal {
  const said: string[] = [];
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  streams.stdout.on("data", (data: Buffer) => said.push(data.toString()));
  const terminal: Terminal = {
    ...streams,
    ...{ environment: {}, cwd: "/", outIsTerminal, errIsTerminal: false, inIsTerminal: false },
    ...{ columns: undefined, color: "off", write: () => undefined, print: () => undefined },
    complain: ({ code }) => said.push(code),
    note: (text) => said.push(text),
    style: (_, text) => text,
    isFlushed: () => true,
  };
  return { terminal, said };
}

function contextOf(terminal: Terminal, signal: AbortSignal): VerbContext {
  const given = parseArguments([], {});
  if (!given.ok) throw new Error(given.error);
  return { arguments: given.value, terminal, signal, kill: new AbortController().signal };
}

const IDENTITY = { protocolVersion: 1, version: "1", pid: 1, dataDir: "/", startedAt: 0 };

test("an interrupt while the host has not answered yet is heard", async () => {
  const { terminal, said } = fakeTerminal(false);
  const interrupt = new AbortController();
  const host: HostConnection = {
    host: IDENTITY,
    request: () => Promise.reject(new Error("nothing is asked")),
    onNotification: () => ({ dispose: () => undefined }),
    onClose: () => ({ dispose: () => undefined }),
    dispose: () => undefined,
  };
  let refuse = (): void => undefined;
  const start = () => new Promise<undefined>((resolve) => (refuse = () => resolve(undefined)));
  const ended = runInForeground(contextOf(terminal, interrupt.signal), host, start, "text");
  interrupt.abort();
  expect(said).toEqual([expect.stringMatching(/^Stopping what is being started/)]);
  refuse();
  expect(await ended).toBeUndefined();
});

test.each([
  ["on a terminal, below the guest's unfinished line", true, ["login: ", "\r\n", "host-gone"]],
  ["in a pipe, without a byte that is not the guest's", false, ["login: ", "host-gone"]],
])("that the host has gone is said %s", async (_, outIsTerminal, expected) => {
  const { terminal, said } = fakeTerminal(outIsTerminal);
  const task = { name: "vm", state: "running", hasConsole: true, events: [] };
  const allocation = { id: "a", status: "running", tasks: [task] } as unknown as AllocationSummary;
  let hangUp = (): void => undefined;
  const answers: Record<string, unknown> = {
    "allocation/get": allocation,
    "console/attach": { consoleId: "c", history: Buffer.from("login: ").toString("base64") },
  };
  const host: HostConnection = {
    host: IDENTITY,
    request: (method) => Promise.resolve(answers[method] as never),
    onNotification: () => ({ dispose: () => undefined }),
    onClose: (handler) => {
      hangUp = handler;
      return { dispose: () => undefined };
    },
    dispose: () => undefined,
  };
  const context = contextOf(terminal, new AbortController().signal);
  const ended = runInForeground(context, host, () => Promise.resolve(allocation), "text");
  await vi.waitFor(() => expect(said).toEqual(["login: "]));
  hangUp();
  expect(await ended).toBe(EXIT.missing);
  expect(said).toEqual(expected);
});
