// The window's link to the host as a state machine; the real host is met in test/qemu and test/editor.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { dataPaths } from "../../../src/base/paths.ts";
import { fail, ok, type Result } from "../../../src/base/result.ts";
import type { HostConnection } from "../../../src/host/connect.ts";
import { createHostLink, type HostLink, type LinkState, type Start } from "../../../src/views/hostLink.ts";

let dataDir: string;
let link: HostLink;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), "nq-link-"));
});
afterEach(() => {
  link.dispose();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A host that lives or not, with connections that can be cut. */
function host(alive: boolean) {
  const world = {
    alive,
    attempts: [] as Start[],
    refuse: undefined as string | undefined,
    /** Cuts the last connection. */
    hangUp: (): void => undefined,
    connect: async (start: Start): Promise<Result<HostConnection>> => {
      world.attempts.push(start);
      await Promise.resolve();
      if (world.refuse !== undefined) return fail({ code: world.refuse, what: "refused" });
      if (!world.alive && start === "never") return fail({ code: "host-not-running", what: "none" });
      world.alive = true;
      const handlers = new Set<() => void>();
      world.hangUp = () => {
        for (const handler of handlers) handler();
      };
      return ok({
        host: { protocolVersion: 1, version: "1", pid: 1, dataDir, startedAt: 0 },
        request: () => Promise.reject(new Error("not part of this test")),
        onNotification: () => ({ dispose: () => undefined }),
        onClose: (handler) => {
          handlers.add(handler);
          return { dispose: () => handlers.delete(handler) };
        },
        dispose: () => world.hangUp(),
      });
    },
  };
  return world;
}

function linkTo(world: ReturnType<typeof host>): LinkState["kind"][] {
  const seen: LinkState["kind"][] = [];
  link = createHostLink({ dataDir, connect: world.connect, log: silentLogger, retryDelaysMs: [0, 0, 0] });
  link.onDidChangeState(({ kind }) => seen.push(kind));
  return seen;
}

/** Resolves when the link enters a state (at once when it is in it). */
async function until(kind: LinkState["kind"]): Promise<void> {
  if (link.state().kind === kind) return;
  await new Promise<void>((resolve) => {
    const listening = link.onDidChangeState((state) => {
      if (state.kind !== kind) return;
      listening.dispose();
      resolve();
    });
  });
}

function leaveAllocation(task: "running" | "dead" = "running"): void {
  const folder = path.join(dataPaths(dataDir).stateDir, "5b0c1d2e-0000-0000-0000-000000000000");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "spec.json"), "{}");
  writeFileSync(path.join(folder, "state.json"), JSON.stringify({ tasks: { vm: { state: task } } }));
}

test("looking starts nothing where there is nothing", async () => {
  const world = host(false);
  const seen = linkTo(world);
  await link.look();
  expect(world.attempts).toEqual(["never"]);
  expect(link.state().kind).toBe("idle");
  expect(seen).toEqual([]);
});

test("looking finds a host that lives", async () => {
  linkTo(host(true));
  await link.look();
  expect(link.state().kind).toBe("ready");
});

test("looking starts a host where allocations are left to be taken over", async () => {
  const world = host(false);
  linkTo(world);
  leaveAllocation();
  await link.look();
  expect(world.attempts).toEqual(["never", "on-demand"]);
  expect(link.state().kind).toBe("ready");
});

test("callers share one connection, made once", async () => {
  const world = host(false);
  linkTo(world);
  const [first, second] = await Promise.all([link.open(), link.open(), link.look()]);
  expect(first).toEqual(second);
  expect(world.attempts).toEqual(["on-demand"]);
  await link.open();
  expect(world.attempts).toEqual(["on-demand"]);
});

test("a run that comes while somebody only looks still gets a host", async () => {
  const world = host(false);
  linkTo(world);
  const [, opened] = await Promise.all([link.look(), link.open()]);
  expect(opened.ok).toBe(true);
});

test("comes back when the host dies and leaves allocations, without passing through idle", async () => {
  const world = host(true);
  const seen = linkTo(world);
  leaveAllocation();
  await link.look();
  world.alive = false;
  world.hangUp();
  expect(link.state().kind).toBe("connecting");
  await until("ready");
  expect(seen).not.toContain("idle");
});

test("is idle when the host leaves and there is nothing it would be needed for", async () => {
  const world = host(true);
  linkTo(world);
  await link.look();
  world.alive = false;
  world.hangUp();
  await until("idle");
  expect(world.attempts.filter((start) => start === "on-demand")).toEqual([]);
});

test("stays as it is when the host leaves while nothing runs, and is back with the next host", async () => {
  const world = host(true);
  const seen = linkTo(world);
  leaveAllocation("dead");
  await link.look();
  world.alive = false;
  world.hangUp();
  expect(link.state().kind).toBe("asleep");
  const before = world.attempts.length;
  await link.look();
  expect(world.attempts.slice(before)).toEqual(["never"]);
  expect(link.state().kind).toBe("asleep");
  world.alive = true;
  await link.look();
  expect(seen).toEqual(["ready", "asleep", "ready"]);
});

test("a sleeping link wakes for what lives: another host may have come and died meanwhile", async () => {
  const world = host(true);
  linkTo(world);
  leaveAllocation("dead");
  await link.look();
  world.alive = false;
  world.hangUp();
  leaveAllocation("running");
  await link.look();
  expect(link.state().kind).toBe("ready");
});

test("a window whose host is asleep gets one for what it wants to do", async () => {
  const world = host(true);
  linkTo(world);
  leaveAllocation("dead");
  await link.look();
  world.alive = false;
  world.hangUp();
  expect((await link.open()).ok).toBe(true);
  expect(world.attempts.at(-1)).toBe("on-demand");
});

test("says why when the host cannot be reached, and recovers when it can", async () => {
  const world = host(false);
  world.refuse = "host-unreachable";
  linkTo(world);
  expect((await link.open()).ok).toBe(false);
  expect(link.state()).toMatchObject({ kind: "unreachable", problem: { code: "host-unreachable" } });
  world.refuse = undefined;
  await link.open();
  expect(link.state().kind).toBe("ready");
});

test("a closed window stays closed", async () => {
  const world = host(true);
  const seen = linkTo(world);
  await link.look();
  link.dispose();
  expect((await link.open()).ok).toBe(false);
  world.hangUp();
  await Promise.resolve();
  expect(seen).toEqual(["ready"]);
});
