// What `run` does while it waits; the rest is in test/cli/vm.test.ts with real VMs.
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { EXIT } from "../../../src/cli/exitCodes.ts";
import { parseArguments } from "../../../src/cli/flags.ts";
import { runInForeground } from "../../../src/cli/foreground.ts";
import type { Terminal } from "../../../src/cli/terminal.ts";
import type { VerbContext } from "../../../src/cli/verb.ts";
import type { AllocationSummary, TaskEvent } from "../../../src/client/status.ts";
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
  const context = contextOf(terminal, interrupt.signal);
  const ended = runInForeground({ context, format: "text", host, start, reconnect: () => Promise.resolve(undefined) });
  interrupt.abort();
  expect(said).toEqual([expect.stringMatching(/^Stopping what is being started/)]);
  refuse();
  expect(await ended).toBeUndefined();
});

const vm = (state: "running" | "dead", events: readonly TaskEvent[]): AllocationSummary => {
  const status = state === "running" ? "running" : "complete";
  const exit = state === "dead" ? { exitCode: 0, signal: 0, reason: undefined, message: undefined } : undefined;
  const task = { name: "vm", state, failed: false, hasConsole: true, events, exit };
  return { id: "a", status, tasks: [task] } as unknown as AllocationSummary;
};
const event = (type: string): TaskEvent => ({ type, time: 0, display: type, details: {} });

/** A host that knows one allocation, whose console has printed so much. */
function fakeHost(allocation: AllocationSummary, printed: string, shown = printed) {
  const handlers = new Map<string, (params: never) => void>();
  let hangUp = (): void => undefined;
  const attachment = {
    consoleId: "c",
    history: Buffer.from(shown).toString("base64"),
    position: printed.length,
    startedAt: 7,
  };
  const answers: Record<string, unknown> = { "allocation/get": allocation, "console/attach": attachment };
  const host: HostConnection = {
    host: IDENTITY,
    request: (method) => Promise.resolve(answers[method] as never),
    onNotification: (name, handler) => {
      handlers.set(name, handler);
      return { dispose: () => undefined };
    },
    onClose: (handler) => {
      hangUp = handler;
      return { dispose: () => undefined };
    },
    dispose: () => undefined,
  };
  const print = (text: string, position: number): void => {
    const data = Buffer.from(text).toString("base64");
    handlers.get("console/data")?.({ consoleId: "c", data, position } as never);
  };
  const changed = (to: AllocationSummary): void => handlers.get("allocation/changed")?.(to as never);
  return { host, print, changed, hangUp: (): void => hangUp() };
}

test.each([
  ["on a terminal, below the guest's unfinished line", true, ["login: ", "\r\n", "host-gone"]],
  ["in a pipe, without a byte that is not the guest's", false, ["login: ", "host-gone"]],
])("that the host has gone for good is said %s", async (_, outIsTerminal, expected) => {
  const { terminal, said } = fakeTerminal(outIsTerminal);
  const { host, hangUp } = fakeHost(vm("running", []), "login: ");
  const ended = runInForeground({
    context: contextOf(terminal, new AbortController().signal),
    ...{ format: "text", host, start: () => Promise.resolve(vm("running", [])) },
    reconnect: () => Promise.resolve(undefined),
  });
  await vi.waitFor(() => expect(said).toEqual(["login: "]));
  hangUp();
  expect(await ended).toBe(EXIT.missing);
  expect(said).toEqual(expected);
});

test("after the host was killed its successor tells the rest: every byte and every event once", async () => {
  const { terminal, said } = fakeTerminal(false);
  const started = vm("running", [event("Started")]);
  const first = fakeHost(started, "abc");
  const next = fakeHost(vm("running", [event("Started"), event("Signaling")]), "abcdefgh");
  const ended = runInForeground({
    context: contextOf(terminal, new AbortController().signal),
    ...{ format: "text", host: first.host, start: () => Promise.resolve(started) },
    reconnect: () => Promise.resolve(next.host),
  });
  await vi.waitFor(() => expect(said.at(-1)).toBe("abc"));
  first.print("de", 5);
  await vi.waitFor(() => expect(said.at(-1)).toBe("de"));
  first.hangUp();
  await vi.waitFor(() => expect(said.at(-1)).toBe("fgh"));
  next.print("i", 9);
  next.changed(vm("dead", []));
  expect(await ended).toBe(EXIT.ok);
  expect(said.map((text) => text.replace(/^.*  vm  /, ""))).toEqual([
    ...["Started: Started", "abc", "de", expect.stringContaining("Following it with a new host.")],
    ...["Signaling: Signaling", "fgh", "i"],
  ]);
});

test("what a new host keeps no more is counted", async () => {
  const { terminal, said } = fakeTerminal(false);
  const started = vm("running", []);
  const first = fakeHost(started, "abc");
  const next = fakeHost(started, "abc------xyz", "xyz");
  const ended = runInForeground({
    context: contextOf(terminal, new AbortController().signal),
    ...{ format: "text", host: first.host, start: () => Promise.resolve(started) },
    reconnect: () => Promise.resolve(next.host),
  });
  await vi.waitFor(() => expect(said).toEqual(["abc"]));
  first.hangUp();
  await vi.waitFor(() => expect(said.at(-1)).toBe("\r\n[6 bytes left out]\r\nxyz"));
  next.changed(vm("dead", []));
  expect(await ended).toBe(EXIT.ok);
});

test("hosts that keep ending are not followed for ever", async () => {
  const { terminal, said } = fakeTerminal(false);
  const started = vm("running", []);
  let hosts = 0;
  const hopeless = (): HostConnection => {
    hosts++;
    const { host } = fakeHost(started, "");
    return {
      ...host,
      onClose: (handler) => {
        handler();
        return { dispose: () => undefined };
      },
    };
  };
  const code = await runInForeground({
    context: contextOf(terminal, new AbortController().signal),
    ...{ format: "text", host: hopeless(), start: () => Promise.resolve(started) },
    reconnect: () => Promise.resolve(hopeless()),
  });
  expect(code).toBe(EXIT.missing);
  expect(said.at(-1)).toBe("host-gone");
  expect(hosts).toBe(4);
});
