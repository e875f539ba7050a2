// Allocations through the host, with a real QEMU and the built-in guest.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BANNER, buildHostFolder, HostWorld, jobText, KEYS, TestConsole } from "../support/hostWorld.ts";
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

const types = (events: readonly { type: string }[]): string[] => events.map(({ type }) => type);

describe("one VM", () => {
  test("boots from the cache, echoes what is typed, and obeys its power button", async () => {
    const host = await world.connect();
    const { id } = await world.run(host, jobText({ tasks: [{ config: "graceful_shutdown = true" }] }));
    await world.running(host, id);
    const console = await TestConsole.attach(host, id);
    await console.until(BANNER);
    await console.type("hello");
    await console.until("hello");
    const ended = await host.request("allocation/stop", { id, now: false, purge: false });
    expect(ended).toMatchObject({
      status: "complete",
      description: "All tasks have completed",
      tasks: [
        { state: "dead", failed: false, exit: { exitCode: 0, signal: 0, reason: "guest-shutdown" }, pid: undefined },
      ],
    });
    expect(types(ended.tasks[0]?.events ?? [])).toEqual([
      "Received",
      "Task Setup",
      "Downloading Artifacts",
      "Started",
      "Killing",
      "Terminated",
      "Killed",
    ]);
    expect(world.log(ended)).toMatch(/TINY-READY.*hello.*TINY-OFF/s);
    expect(console.text).toBe(world.log(ended));
  });
});
