// The tooltips of the tree, as Markdown text; made only when the mouse rests on a row.
import type { AllocationSummary, PortStatus, TaskStatus } from "../client/status.ts";
import { address, allocationCondition, exitText } from "./rows.ts";

const EVENTS_SHOWN = 6;

export function allocationTooltip(allocation: AllocationSummary): string {
  return table([
    ["Allocation", `\`${allocation.id}\``],
    ["Job", code(allocation.jobId)],
    ["Group", code(allocation.group)],
    ["Status", `${allocationCondition(allocation)}${parenthesis(allocation.description)}`],
    ["Created", time(allocation.createdAt)],
    ["Job file", allocation.jobFile === undefined ? "standard input" : code(allocation.jobFile)],
    ["Folder", code(allocation.allocDir)],
  ]);
}

export function taskTooltip(task: TaskStatus): string {
  const facts = table([
    ["Task", code(task.name)],
    ["State", `${task.state}${task.runState === task.state ? "" : parenthesis(task.runState ?? "")}`],
    ["Started", task.startedAt === undefined ? "" : time(task.startedAt)],
    ["Ended", task.finishedAt === undefined ? "" : `${time(task.finishedAt)}, ${exitText(task)}`],
    ["Process", task.pid === undefined || task.state === "dead" ? "" : String(task.pid)],
    ...lines("Why", task.exit?.message ?? ""),
  ]);
  const events = task.events
    .slice(-EVENTS_SHOWN)
    .map((event) => `- ${clock(event.time)} **${escape(event.type)}** ${escape(event.display)}`);
  return events.length === 0 ? facts : `${facts}\n\n${events.join("\n")}`;
}

/** A narrow side bar cuts the address off. */
export function portTooltip(port: PortStatus): string {
  return table([
    ["Port", code(port.label)],
    ["Address", code(address(port))],
    ["In the guest", port.guestPort === undefined ? "" : String(port.guestPort)],
  ]);
}

/** A row a line, the name beside the first: run together, the lines of a message read as one sentence. */
function lines(name: string, text: string): [string, string][] {
  return text.split("\n").map((line, index) => [index === 0 ? name : "", code(line.trim())]);
}

function table(rows: readonly (readonly [string, string])[]): string {
  const shown = rows.filter(([, value]) => value !== "");
  return ["| | |", "|---|---|", ...shown.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}

function parenthesis(text: string): string {
  return text === "" ? "" : ` (${escape(text)})`;
}

/** Text from a guest or a job file must not become Markdown. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~$]/g, "\\$&").replace(/\s+/g, " ");
}

function code(text: string): string {
  if (text === "") return "";
  const flat = text.replace(/\s+/g, " ").replaceAll("|", "\\|");
  return flat.includes("`") ? `\`\` ${flat} \`\`` : `\`${flat}\``;
}

function time(ms: number): string {
  return new Date(ms).toLocaleString();
}

function clock(ms: number): string {
  return new Date(ms).toLocaleTimeString();
}
