// `status`: one allocation with its tasks, ports and events.
import type { AllocationSummary, TaskStatus } from "../../client/status.ts";
import { EXIT } from "../exitCodes.ts";
import { formatDuration, formatTime, shellQuote } from "../format.ts";
import { withHost } from "../hostClient.ts";
import { tableLines } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { flag, type Verb } from "../verb.ts";

export const status: Verb = {
  operands: "ALLOC",
  arity: [1, 1],
  flags: {
    verbose: { kind: "switch", help: "the QEMU command line too" },
    format: flag.format(["text", "json"]),
    "data-dir": flag.dataDir,
  },
  examples: ["nomad-qemu status 3f2a", "nomad-qemu status -verbose 3f2a"],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    const allocation = await withHost(context, (host) =>
      host.request("allocation/get", { id: given.operands[0] ?? "" }),
    );
    if (given.value("format") === "json") terminal.print(JSON.stringify(allocation, undefined, 2));
    else printAllocation(terminal, allocation, given.has("verbose") ? "verbose" : "brief");
    return EXIT.ok;
  },
};

function printAllocation(terminal: Terminal, allocation: AllocationSummary, detail: "brief" | "verbose"): void {
  const style = allocation.status === "failed" ? "error" : allocation.status === "running" ? "good" : ("bold" as const);
  const rows = [
    ["ID", allocation.id],
    ["Name", allocation.name],
    ["Job file", allocation.jobFile ?? "standard input"],
    ["Status", `${terminal.style(style, allocation.status)} (${allocation.description})`],
    ["Created", formatTime(allocation.createdAt)],
    ["Directory", allocation.allocDir],
    ...allocation.ports.map((port) => [
      `Port ${port.label}`,
      `${port.hostIp}:${port.hostPort}${port.guestPort === undefined ? "" : ` -> guest ${port.guestPort}`}`,
    ]),
  ];
  for (const line of tableLines(rows)) terminal.print(line);
  for (const task of allocation.tasks) printTask(terminal, task, detail);
}

function printTask(terminal: Terminal, task: TaskStatus, detail: "brief" | "verbose"): void {
  terminal.print("");
  const now = Date.now();
  const facts = [
    task.failed ? terminal.style("error", "failed") : task.state,
    ...(task.startedAt === undefined ? [] : [formatDuration((task.finishedAt ?? now) - task.startedAt)]),
    ...(task.pid === undefined ? [] : [`pid ${task.pid}`]),
    ...(task.runState === undefined || task.runState === "running" ? [] : [`QEMU says ${task.runState}`]),
    ...(task.exit === undefined ? [] : [exitText(task.exit)]),
    ...(task.restarts === 0 ? [] : [`${task.restarts} restarts`]),
  ];
  terminal.print(`${terminal.style("bold", `Task ${task.name}`)}  ${facts.join(", ")}`);
  const events = task.events.map((event) => [`  ${formatTime(event.time)}`, event.type, event.display.trimEnd()]);
  for (const line of tableLines(events)) terminal.print(line);
  if (detail === "verbose" && task.commandLine !== undefined) {
    terminal.print(`  As Nomad runs it:       ${shellQuote(task.commandLine.nomad)}`);
    terminal.print(`  Added on this machine:  ${shellQuote(task.commandLine.local)}`);
  }
}

/** Why a VM ended, in a few words. */
export function exitText(exit: NonNullable<TaskStatus["exit"]>): string {
  const code = exit.signal > 0 ? `signal ${exit.signal}` : `exit code ${exit.exitCode}`;
  const because = [exit.reason, exit.message].filter((text) => text !== undefined && text !== "").join("; ");
  return because === "" ? code : `${code} (${because})`;
}
