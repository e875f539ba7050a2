// `ps`: allocations and their tasks on this machine.
import type { AllocationSummary } from "../../client/status.ts";
import { EXIT } from "../exitCodes.ts";
import { formatDuration, shortId } from "../format.ts";
import { withHost } from "../hostClient.ts";
import { tableLines } from "../table.ts";
import { flag, type Verb } from "../verb.ts";

export const ps: Verb = {
  operands: "",
  arity: [0, 0],
  flags: {
    all: { kind: "switch", aliases: ["a"], help: "dead allocations too" },
    format: flag.format(["text", "json", "jsonl"]),
    "data-dir": flag.dataDir,
  },
  examples: ["nomad-qemu ps", "nomad-qemu ps -all -format json"],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    const every = await withHost(context, (host) => host.request("allocation/list", {}));
    const shown = given.has("all")
      ? every
      : every.filter((allocation) => allocation.status === "running" || allocation.status === "pending");
    switch (given.value("format")) {
      case "json":
        terminal.print(JSON.stringify(shown, undefined, 2));
        break;
      case "jsonl":
        for (const allocation of shown) terminal.print(JSON.stringify(allocation));
        break;
      default:
        for (const line of allocationTable(shown, Date.now())) terminal.print(line);
        if (shown.length === 0) {
          const dead = every.length - shown.length;
          terminal.note(dead === 0 ? "No allocations." : `Nothing is running; ${dead} ended (nomad-qemu ps -all).`);
        }
    }
    return EXIT.ok;
  },
};

/** One row a task, under a heading; empty for no allocations. */
export function allocationTable(allocations: readonly AllocationSummary[], now: number): string[] {
  if (allocations.length === 0) return [];
  const rows = allocations.flatMap((allocation) =>
    allocation.tasks.map((task) => [
      shortId(allocation.id),
      allocation.name,
      task.name,
      task.failed ? "failed" : task.state,
      task.startedAt === undefined ? "-" : formatDuration((task.finishedAt ?? now) - task.startedAt),
      String(task.restarts),
      task.pid === undefined ? "-" : String(task.pid),
      allocation.ports.map((port) => `${port.label}=${port.hostPort}`).join(",") || "-",
    ]),
  );
  return tableLines([["ALLOC", "NAME", "TASK", "STATE", "UPTIME", "RESTARTS", "PID", "PORTS"], ...rows]);
}
