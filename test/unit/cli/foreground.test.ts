// What `run` does while it waits; the rest is in test/cli/vm.test.ts with real VMs.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { parseArguments } from "../../../src/cli/flags.ts";
import { runInForeground } from "../../../src/cli/foreground.ts";
import type { Terminal } from "../../../src/cli/terminal.ts";
import type { HostConnection } from "../../../src/host/connect.ts";

test("an interrupt while the host has not answered yet is heard", async () => {
  const notes: string[] = [];
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const terminal: Terminal = {
    ...streams,
    ...{ environment: {}, cwd: "/", outIsTerminal: false, errIsTerminal: false, inIsTerminal: false },
    ...{ columns: undefined, color: "off", write: () => undefined, print: () => undefined, complain: () => undefined },
    note: (text) => notes.push(text),
    style: (_, text) => text,
    isFlushed: () => true,
  };
  const given = parseArguments([], {});
  if (!given.ok) throw new Error(given.error);
  const interrupt = new AbortController();
  const host: HostConnection = {
    host: { protocolVersion: 1, version: "1", pid: 1, dataDir: "/", startedAt: 0 },
    request: () => Promise.reject(new Error("nothing is asked")),
    onNotification: () => ({ dispose: () => undefined }),
    onClose: () => ({ dispose: () => undefined }),
    dispose: () => undefined,
  };
  let refuse = (): void => undefined;
  const start = () => new Promise<undefined>((resolve) => (refuse = () => resolve(undefined)));
  const context = { arguments: given.value, terminal, signal: interrupt.signal, kill: new AbortController().signal };
  const ended = runInForeground(context, host, start, "text");
  interrupt.abort();
  expect(notes).toEqual([expect.stringMatching(/^Stopping what is being started/)]);
  refuse();
  expect(await ended).toBeUndefined();
});
