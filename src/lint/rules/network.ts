// Ports: what reaches the guest and what does not.
import type { Network, Port, Task } from "../../jobspec/job.ts";
import type { Fix } from "../finding.ts";
import { addArguments, addLines, argsLiteral, originInFile, removeAt } from "../fixes.ts";
import { readArguments } from "../qemuOptions.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { argumentTexts, portMapEntries, suboption, suboptions } from "../values.ts";

const PORT_MAP_IGNORED: Rule = {
  code: "qemu/port-map-ignored",
  severity: "warning",
  title: "port_map does nothing without a network in the task's resources",
  why: "Nomad's driver reads only the (deprecated) `network` inside the task's `resources`; ports of the group's network never reach it. With those, port_map is silently dropped: no port of the guest can be reached. Forward the port yourself in `args`, from the group's port, or move the network into the task's resources.",
  source: "drivers/qemu/driver.go, StartTask; Nomad issues 12833, 10033, 9715; nomad.md 0, fact 1",
  needsWholeFile: true,
};
const PORT_RANGE: Rule = {
  code: "qemu/guest-port-range",
  severity: "error",
  title: "The guest port is no port",
  why: "Nomad passes any number on; QEMU accepts 1 to 65535 and ends with `Bad guest port` for the others.",
  source: "golden q-negative-guest-port, e-pm-null-val",
};
const NETDEV_ID: Rule = {
  code: "qemu/netdev-id-taken",
  severity: "error",
  title: "The id user.0 is Nomad's",
  why: "With a working port_map Nomad adds `-netdev user,id=user.0`. A netdev of the same id in args makes QEMU end with `Duplicate ID`.",
  source: "golden q-dup-netdev",
};
const FORWARD_TO: Rule = {
  code: "qemu/forward-from-guest-port",
  severity: "warning",
  title: "NOMAD_PORT_… is not the host's port here",
  why: "For a port with `to`, NOMAD_PORT_<label> is that number, not the port on the host. A hostfwd rule from it opens a port that nobody was promised. Use NOMAD_HOST_PORT_<label>; in bridge mode, where QEMU has a network of its own, NOMAD_ALLOC_PORT_<label>.",
  source: "nomad.md 2.3, 2.4",
};
const FORWARD_ANYWHERE: Rule = {
  code: "qemu/forward-on-all-addresses",
  severity: "info",
  title: "The forwarded port is open to every network",
  why: "`hostfwd=tcp::PORT-…` listens on every address of the machine. Name the address where that is not meant: `hostfwd=tcp:127.0.0.1:PORT-…`, or `${NOMAD_IP_<label>}`.",
  source: "qemu.md 0, fault 11",
};

function checkTask(context: TaskContext): void {
  const network = taskNetwork(context.task);
  if (network === undefined) checkIgnored(context);
  else checkForwards(context, network);
  checkArguments(context);
}

/** The network in the task's resources: the only one that the driver looks at. */
function taskNetwork(task: Task): Network | undefined {
  return task.Resources?.Networks?.[0];
}

function portsOf(network: Network | undefined): readonly Port[] {
  return [...(network?.ReservedPorts ?? []), ...(network?.DynamicPorts ?? [])];
}

function checkIgnored(context: TaskContext): void {
  const { group, taskPath } = context;
  const entries = portMapEntries(context);
  if (entries.length === 0) return;
  const groupLabels = new Set(portsOf(group.Networks?.[0]).map(({ Label }) => Label));
  const reachable = entries.filter(({ label }) => groupLabels.has(label));
  const known = reachable.length > 0;
  context.reportAt(PORT_MAP_IGNORED, [...taskPath, "Config", "port_map"], {
    mark: "name",
    message: known
      ? `port_map is ignored: ${reachable.map(({ label }) => label).join(", ")} ${reachable.length === 1 ? "is a port" : "are ports"} of the group's network, and the driver reads only a network in the task's resources.`
      : "port_map is ignored: the task has no network in its resources, and the driver reads no other.",
    fixes: [
      ...(reachable.length === entries.length ? forwardFixes(context, reachable) : []),
      ...moveFixes(context, entries),
    ],
  });
}

type Entry = ReturnType<typeof portMapEntries>[number];

/** Forwards the group's ports with a netdev of the job's own, in place of port_map. */
function forwardFixes(context: TaskContext, entries: readonly Entry[]): Fix[] {
  const { group } = context;
  if (readArguments(argumentTexts(context)).options.some(({ name }) => ["netdev", "nic", "net"].includes(name)))
    return [];
  const bridge = /^(?:bridge|cni\/)/.test(group.Networks?.[0]?.Mode ?? "");
  const variable = bridge ? "NOMAD_ALLOC_PORT" : "NOMAD_HOST_PORT";
  const rules = entries
    .filter(({ port }) => typeof port === "number" || typeof port === "string")
    .map(({ label, port }) => `hostfwd=tcp::\${${variable}_${label.replaceAll(/[^\w.]/g, "_")}}-:${String(port)}`);
  if (rules.length === 0) return [];
  const title = "Forward the group's ports in args";
  const elements = ['"-netdev"', `"user,id=guest0,${rules.join(",")}"`, '"-device"', '"virtio-net,netdev=guest0"'];
  const removed = removeAt(context, [...context.taskPath, "Config", "port_map"], title);
  return addArguments(context, elements, title).map((fix) => ({
    ...fix,
    edits: [...removed.flatMap(({ edits }) => edits), ...fix.edits],
  }));
}

/** Gives the task the network that the driver reads. */
function moveFixes(context: TaskContext, entries: readonly Entry[]): Fix[] {
  const resources = [...context.taskPath, "Resources"];
  const lines = ["network {", ...entries.map(({ label }) => `  port "${label}" {}`), "}"];
  const title = "Add a network to the task's resources (deprecated, but the one that port_map needs)";
  if (originInFile(context, resources) !== undefined) return addLines(context, resources, lines, title);
  return addLines(context, context.taskPath, ["", "resources {", ...lines.map((line) => `  ${line}`), "}"], title);
}

function checkForwards(context: TaskContext, network: Network): void {
  const labels = new Set(portsOf(network).map(({ Label }) => Label));
  for (const { label, port, block } of portMapEntries(context)) {
    const value = port === null ? 0 : typeof port === "number" ? port : typeof port === "string" ? Number(port) : NaN;
    if (!labels.has(label) || !Number.isInteger(value) || (value >= 1 && value <= 65_535)) continue;
    // A null port is 0, with which QEMU starts.
    if (value === 0) continue;
    const path = [...context.taskPath, "Config", "port_map", ...(block === undefined ? [] : [block]), label];
    context.reportAt(PORT_RANGE, path, {
      message: `Invalid host forwarding rule (Bad guest port): ${value} is no port. Write 1 to 65535.`,
    });
  }
}

/** Whether Nomad will add its own netdev. */
function addsNetdev(context: TaskContext): boolean {
  if (taskNetwork(context.task) === undefined) return false;
  const dns = context.group.Networks?.[0]?.DNS;
  return portMapEntries(context).length > 0 || (dns?.Servers?.length ?? 0) + (dns?.Searches?.length ?? 0) > 0;
}

function checkArguments(context: TaskContext): void {
  const path = [...context.taskPath, "Config", "args"];
  for (const { name, value } of readArguments(argumentTexts(context)).options) {
    if (!["netdev", "nic", "net"].includes(name) || value?.text === undefined) continue;
    const at = [...path, value.index];
    if (name === "netdev" && suboption(value.text, "id") === "user.0" && addsNetdev(context)) {
      context.reportAt(NETDEV_ID, at, {
        message: "Duplicate ID 'user.0' for netdev: Nomad uses this id for port_map. Choose another one.",
        fixes: replaceInArgument(context, value.index, "id=user.0", "id=guest0", 'Use the id "guest0"'),
      });
    }
    for (const forward of suboptions(value.text)) {
      if (forward.key === "hostfwd") checkForward(context, value.index, forward.value);
    }
  }
}

function checkForward(context: TaskContext, index: number, rule: string): void {
  const match = /^(tcp|udp)?:([^:]*):(.*)-/.exec(rule);
  if (match === null) return;
  const [, protocol = "tcp", address = "", port = ""] = match;
  const at = [...context.taskPath, "Config", "args", index];
  const label = /^\$\{NOMAD_PORT_([\w.]+)\}$/.exec(port)?.[1];
  if (label !== undefined) checkForwardedLabel(context, index, label);
  if (address === "") {
    const from = `hostfwd=${protocol}::`;
    context.reportAt(FORWARD_ANYWHERE, at, {
      message: `Open to every network: hostfwd without an address listens on all of them. Write hostfwd=${protocol}:127.0.0.1:… where that is not meant.`,
      fixes: replaceInArgument(context, index, from, `hostfwd=${protocol}:127.0.0.1:`, "Listen on 127.0.0.1 only"),
    });
  }
}

function checkForwardedLabel(context: TaskContext, index: number, label: string): void {
  const network = context.group.Networks?.[0];
  const port = portsOf(network).find(({ Label }) => Label.replaceAll(/[^\w.]/g, "_") === label);
  if (port === undefined || port.To <= 0) return;
  const bridge = /^(?:bridge|cni\/)/.test(network?.Mode ?? "");
  // In a network of its own QEMU listens on `to`, and that is what NOMAD_PORT_ says.
  if (bridge) return;
  context.reportAt(FORWARD_TO, [...context.taskPath, "Config", "args", index], {
    message: `NOMAD_PORT_${label} is ${port.To} (the port's "to"), not the port on the host. Use NOMAD_HOST_PORT_${label}.`,
    fixes: replaceInArgument(
      context,
      index,
      `\${NOMAD_PORT_${label}}`,
      `\${NOMAD_HOST_PORT_${label}}`,
      `Use NOMAD_HOST_PORT_${label}`,
    ),
  });
}

/** Replaces the one place of `from` in the source text of an argument. */
function replaceInArgument(context: TaskContext, index: number, from: string, to: string, title: string): Fix[] {
  const item = argsLiteral(context)?.items[index];
  if (item === undefined) return [];
  const text = context.parsed.source.slice(item.span);
  const at = text.indexOf(from);
  if (at < 0 || text.includes(from, at + 1)) return [];
  const start = item.span.start + at;
  return [{ title, kind: "suggestion", edits: [{ span: { start, end: start + from.length }, newText: to }] }];
}

export const networkRules: RuleGroup = {
  title: "Ports and networks",
  rules: [PORT_MAP_IGNORED, PORT_RANGE, NETDEV_ID, FORWARD_TO, FORWARD_ANYWHERE],
  checkTask,
};
