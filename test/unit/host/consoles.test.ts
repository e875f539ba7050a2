// A console's client that does not keep up misses the middle, is told so, and gets the end.
import { expect, test, vi } from "vitest";
import type { TaskConsole } from "../../../src/client/taskConsole.ts";
import { createConsoles } from "../../../src/host/consoles.ts";
import type { Client } from "../../../src/host/server.ts";

const MIB = 1024 * 1024;

function setup() {
  const printed: Buffer[] = [];
  const listeners = new Set<(data: Buffer) => void>();
  const console: TaskConsole = {
    history: (bytes) => Buffer.concat(printed).subarray(-bytes),
    position: () => Buffer.concat(printed).length,
    onOutput: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClosed: () => () => undefined,
    write: () => Promise.resolve({ ok: true, value: undefined }),
  };
  const print = (data: Buffer): void => {
    printed.push(data);
    for (const listener of listeners) listener(data);
  };
  const received: string[] = [];
  const state = { backlog: 0 };
  const client: Client = {
    id: 1,
    purpose: "work",
    name: "slow",
    notify: (_, params) => {
      if ("data" in params) received.push(Buffer.from(params.data, "base64").toString());
    },
    afterReply: () => undefined,
    backlog: () => state.backlog,
  };
  return { task: { name: "vm", console, handle: undefined }, client, print, received, state, listeners };
}

test("a slow client misses the middle and nobody waits for it", () => {
  vi.useFakeTimers();
  try {
    const { task, client, print, received, state, listeners } = setup();
    const consoles = createConsoles();
    const { consoleId } = consoles.attach(task, 0, client);
    print(Buffer.from("first"));
    state.backlog = 2 * MIB;
    print(Buffer.alloc(100_000, "m"));
    print(Buffer.from("end"));
    vi.advanceTimersByTime(1_000);
    expect(received).toEqual(["first"]);
    state.backlog = 0;
    vi.advanceTimersByTime(1_000);
    expect(received[1]).toBe(`\r\n[${100_003 - 65_536} bytes left out]\r\n`);
    expect(received[2]).toHaveLength(65_536);
    expect(received[2]).toMatch(/mend$/);
    print(Buffer.from("live again"));
    expect(received.at(-1)).toBe("live again");
    consoles.detach(consoleId, client);
    expect(listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("what was skipped by little is sent whole", () => {
  vi.useFakeTimers();
  try {
    const { task, client, print, received, state } = setup();
    createConsoles().attach(task, 0, client);
    state.backlog = 2 * MIB;
    print(Buffer.from("a little"));
    state.backlog = 0;
    vi.advanceTimersByTime(200);
    expect(received).toEqual(["a little"]);
  } finally {
    vi.useRealTimers();
  }
});
