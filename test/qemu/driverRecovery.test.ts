// The process that started a VM is killed at some moment; another one finds the VM, or finds out how it ended.
import { spawn, type ChildProcess } from "node:child_process";
import { renameSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recoverTask, stopTask, waitTask } from "../../src/driver/driver.ts";
import type { Recovered } from "../../src/driver/recoverTask.ts";
import type { TaskHandle, TaskHandleState } from "../../src/driver/taskHandle.ts";
import { TestVm, TestWorld, type VmOptions } from "../support/vm.ts";

const BANNER = "TINY-READY";
const PROGRAM = path.resolve(import.meta.dirname, "../support/startAndWait.ts");

let world: TestWorld;
let starter: ChildProcess | undefined;
beforeEach(() => {
  world = new TestWorld();
});
afterEach(() => {
  starter?.kill("SIGKILL");
  const left = world.running();
  world.cleanUp();
  expect(left, "VMs that a test has left running").toEqual([]);
});

/**
 * Starts a VM in another process and kills that process with SIGKILL when it has printed a line that `enough` accepts.
 * Returns the states that it had reported by then.
 */
async function startAndKill(
  options: VmOptions,
  enough: (line: string, lines: number) => boolean,
): Promise<TaskHandleState[]> {
  const spec = await world.spec(options);
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(spec)], { stdio: ["ignore", "pipe", "inherit"] });
  starter = child;
  const states: TaskHandleState[] = [];
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("{")) states.push(JSON.parse(line) as TaskHandleState);
    if (enough(line, ++lines)) break;
  }
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  for (const state of states) world.adopt(state);
  return states;
}

const whenAnswering = (line: string): boolean => line === "answering";

async function recovered(state: TaskHandleState | undefined): Promise<Recovered> {
  if (state === undefined) throw new Error("no state was reported");
  const found = await recoverTask(state);
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  return found.value;
}

async function runningHandle(state: TaskHandleState | undefined): Promise<TaskHandle> {
  const found = await recovered(state);
  if (found.kind !== "running") throw new Error(`the VM is ${found.kind}`);
  world.adopt(found.handle.state);
  return found.handle;
}

const stopFast = { mode: "graceful", timeoutMs: 10_000, signal: "" } as const;

describe("a VM whose starter was killed", () => {
  test("runs on, answers, echoes, and is stopped gracefully", async () => {
    const states = await startAndKill({ config: { gracefulShutdown: true } }, whenAnswering);
    const vm = new TestVm(await runningHandle(states.at(-1)));
    expect(vm.handle.runState).toBe("running");
    await vm.until(BANNER);
    await vm.type("still there");
    await vm.until("still there");
    expect(await stopTask(vm.handle, stopFast)).toMatchObject({
      ok: true,
      value: { exitCode: 0, signal: 0, reason: "guest-shutdown" },
    });
  });

  test("is found by its pid file when the starter had no time to write its number down", async () => {
    const states = await startAndKill({}, whenAnswering);
    const [first] = states;
    expect(first?.process).toBeUndefined();
    const handle = await runningHandle(first);
    expect(handle.state.process).toEqual(states.at(-1)?.process);
    await stopTask(handle, { ...stopFast, mode: "now" });
  });

  test("was never started when the starter died before that", async () => {
    const spec = await world.spec();
    let state: TaskHandleState | undefined;
    // The starter's last act: the state is written down, and then nothing happens.
    const { startTask } = await import("../../src/driver/startTask.ts");
    await startTask({
      ...spec,
      emulatorPaths: { x86_64: "/nowhere/qemu-system-x86_64" },
      onState: (reported) => (state ??= reported),
    });
    expect(await recovered(state)).toEqual({ kind: "never-started" });
  });

  test("is recovered twice in a row without noticing", async () => {
    const states = await startAndKill({}, whenAnswering);
    const first = await runningHandle(states.at(-1));
    first.release();
    const second = await runningHandle(states.at(-1));
    expect(second.runState).toBe("running");
    await stopTask(second, stopFast);
    expect(await waitTask(first)).toMatchObject({ reason: "host-signal" });
  });

  test("is recovered although its sockets are gone", async () => {
    const states = await startAndKill({}, whenAnswering);
    const state = states.at(-1);
    renameSync(path.join(world.root, "run1"), path.join(world.root, "hidden"));
    const handle = await runningHandle(state);
    expect(handle.runState).toBeUndefined();
    expect(await stopTask(handle, stopFast)).toMatchObject({ ok: true, value: { reason: "host-signal" } });
  });
});

describe("a VM that ended while nobody watched", () => {
  test("has left the reason in its log", async () => {
    const states = await startAndKill({}, whenAnswering);
    const vm = new TestVm(await runningHandle(states.at(-1)));
    vm.handle.release();
    await vm.until(BANNER);
    await vm.type("\x04");
    await waitTask(vm.handle);
    expect(await recovered(states.at(-1))).toMatchObject({
      kind: "ended",
      exit: { exitCode: 0, signal: 0, reason: "guest-shutdown" },
    });
  });

  test("is told apart from a crash", async () => {
    const states = await startAndKill({}, whenAnswering);
    const state = states.at(-1);
    const handle = await runningHandle(state);
    process.kill(state?.process?.pid ?? 0, "SIGKILL");
    expect(await waitTask(handle)).toMatchObject({ exitCode: -1, signal: 0, reason: undefined });
    const found = await recovered(state);
    expect(found).toMatchObject({ kind: "ended", exit: { exitCode: -1, reason: undefined } });
  });

  test("is not mistaken for the process that has its number now", async () => {
    const states = await startAndKill({}, whenAnswering);
    const state = states.at(-1);
    const handle = await runningHandle(state);
    await stopTask(handle, stopFast);
    if (state?.process === undefined) throw new Error("no process was reported");
    const reused = { ...state, process: { ...state.process, pid: process.pid } };
    expect(await recovered(reused)).toMatchObject({ kind: "ended", exit: { reason: "host-signal" } });
  });

  test("is not mistaken for another VM at its sockets", async () => {
    const states = await startAndKill({}, whenAnswering);
    const state = states.at(-1);
    if (state === undefined) throw new Error("no state was reported");
    const other = { ...state, endpoints: { ...state.endpoints, identity: "nomad-qemu-another" } };
    expect(await recoverTask(other)).toMatchObject({ ok: false, error: { code: "not-our-vm" } });
    await stopTask(await runningHandle(state), stopFast);
  });
});
