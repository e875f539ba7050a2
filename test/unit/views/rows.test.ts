import { describe, expect, test } from "vitest";
import type { AllocationSummary, TaskStatus } from "../../../src/client/status.ts";
import { address, allocationRow, inOrder, portRow, taskRow } from "../../../src/views/rows.ts";
import { allocationTooltip, portTooltip, taskTooltip } from "../../../src/views/tooltips.ts";

const NOW = 1_000_000_000;

function task(changes: Partial<TaskStatus> = {}): TaskStatus {
  return {
    ...{ name: "vm", driver: "qemu", state: "running", failed: false, restarts: 0, startedAt: NOW - 5 * 60_000 },
    ...{ finishedAt: undefined, events: [], exit: undefined, pid: 42, commandLine: undefined },
    ...{ runState: "running", hasConsole: true, ...changes },
  };
}

function allocation(changes: Partial<AllocationSummary> = {}): AllocationSummary {
  return {
    ...{ id: "0123456789abcdef", name: "web.vm[0]", jobId: "web", group: "vm", jobFile: "/jobs/web.nomad.hcl" },
    ...{
      desired: "run",
      status: "running",
      description: "Tasks are running",
      createdAt: NOW,
      allocDir: "/data/alloc/0",
    },
    ...{ tasks: [task()], ports: [], ...changes },
  };
}

const event = (type: string, display = "") => ({ type, time: NOW, display, details: {} });
const exit = (changes: object) => ({ exitCode: 0, signal: 0, reason: undefined, message: undefined, ...changes });

describe("a task's row", () => {
  test.each<[string, Partial<TaskStatus>, Partial<AllocationSummary>, string, string]>([
    ["running", {}, {}, "5 min", "task.running.console"],
    ["running without a console", { hasConsole: false }, {}, "5 min", "task.running"],
    ["restarted", { restarts: 2 }, {}, "5 min · 2 restarts", "task.running.console"],
    ["paused", { runState: "paused" }, {}, "paused · 5 min", "task.paused.console"],
    ["in an unusual state", { runState: "io-error" }, {}, "io-error · 5 min", "task.running.console"],
    ["stopping", {}, { desired: "stop" }, "stopping · 5 min", "task.stopping.console"],
    [
      "starting",
      { state: "pending", events: [event("Downloading Artifacts")], hasConsole: false },
      { status: "pending" },
      "Downloading Artifacts",
      "task.pending",
    ],
    [
      "switched off",
      { state: "dead", exit: exit({ reason: "guest-shutdown" }), hasConsole: false },
      { status: "complete" },
      "switched off by the guest",
      "task.complete",
    ],
    [
      "failed",
      { state: "dead", failed: true, exit: exit({ exitCode: 1 }), hasConsole: false },
      { status: "failed" },
      "exit code 1",
      "task.failed",
    ],
    [
      "killed",
      { state: "dead", failed: true, exit: exit({ exitCode: 137, signal: 9 }), hasConsole: false },
      { status: "failed" },
      "signal 9",
      "task.failed",
    ],
    [
      "never started",
      { state: "dead", failed: true, exit: undefined, events: [event("Driver Failure")], hasConsole: false },
      { status: "failed" },
      "Driver Failure",
      "task.failed",
    ],
  ])("%s", (_name, ofTask, ofAllocation, description, contextValue) => {
    const whole = allocation({ tasks: [task(ofTask)], ...ofAllocation });
    const row = taskRow(whole.tasks[0]!, whole, NOW);
    expect(row.description).toBe(description);
    expect(row.contextValue).toBe(contextValue);
    expect(row.accessibleLabel).toBe(`task vm, ${description}`);
  });

  test("reads the same for a minute, so that it is not drawn again and again", () => {
    const whole = allocation();
    expect(taskRow(task(), whole, NOW + 10_000)).toEqual(taskRow(task(), whole, NOW + 50_000));
  });
});

describe("an allocation's row", () => {
  test.each<[Partial<AllocationSummary>, string, string]>([
    [{}, "01234567", "allocation.running.file"],
    [{ jobFile: undefined }, "01234567", "allocation.running"],
    [{ desired: "stop" }, "01234567 · stopping", "allocation.stopping.file"],
    [{ status: "pending" }, "01234567 · starting", "allocation.pending.file"],
    [{ status: "complete", desired: "stop" }, "01234567 · ended", "allocation.complete.file"],
    [{ status: "failed" }, "01234567 · failed", "allocation.failed.file"],
  ])("%j", (changes, description, contextValue) => {
    const row = allocationRow(allocation(changes));
    expect(row).toMatchObject({ label: "web.vm", description, contextValue });
  });

  test("living ones stand first, then the newest", () => {
    const made = [
      allocation({ id: "old-dead", status: "complete", createdAt: 1 }),
      allocation({ id: "old-alive", createdAt: 2 }),
      allocation({ id: "new-dead", status: "failed", createdAt: 9 }),
      allocation({ id: "new-alive", createdAt: 8 }),
    ];
    expect(inOrder(made).map(({ id }) => id)).toEqual(["new-alive", "old-alive", "new-dead", "old-dead"]);
  });
});

test.each([
  ["127.0.0.1", "127.0.0.1:2222"],
  ["0.0.0.0", "127.0.0.1:2222"],
  ["", "127.0.0.1:2222"],
  ["10.0.0.5", "10.0.0.5:2222"],
  ["::1", "[::1]:2222"],
])("a port on %s is reached at %s", (hostIp, text) => {
  const port = { label: "ssh", hostIp, hostPort: 2222, guestPort: 22 };
  expect(address(port)).toBe(text);
  expect(portRow(port).description).toBe(`${text} → 22`);
});

test("a port's tooltip has the address that a narrow side bar cuts off", () => {
  const shown = portTooltip({ label: "ssh", hostIp: "0.0.0.0", hostPort: 2222, guestPort: 22 });
  expect(shown).toContain("| Address | `127.0.0.1:2222` |");
  expect(shown).toContain("| In the guest | 22 |");
});

test("the lines of a message stay apart in a tooltip", () => {
  const shown = taskTooltip(
    task({ state: "dead", failed: true, exit: exit({ message: "no such device\n  Try it." }) }),
  );
  expect(shown).toContain("| Why | `no such device` |\n|  | `Try it.` |");
});

test("text from a guest or a job file does not become Markdown in a tooltip", () => {
  const evil = "[x](command:evil) <b> | `q` $(bug)";
  const shown = taskTooltip(task({ events: [event("Terminated", evil)] }));
  expect(shown).not.toContain("[x](command");
  expect(shown).not.toContain("<b>");
  expect(allocationTooltip(allocation({ jobId: "a|b`c" }))).toContain("`` a\\|b`c ``");
});
