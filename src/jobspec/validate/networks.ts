// Ports, CNI arguments and host names of a group and its tasks. Source: Nomad nomad/structs/structs.go, validateNetworks.
import { amount, block, type Fields, flag, indexed, isFields, text } from "../fields.ts";
import { compareText, quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import type { PreparedGroup, Reporter } from "./context.ts";

const MAX_PORT = 65_535;

/** Who has a static port, by host network and port. */
type StaticPorts = Map<string, string>;

export function checkNetworks({ group, path, tasks }: PreparedGroup, error: Reporter): void {
  const labels = new Set<string>();
  const taken: StaticPorts = new Map();
  const cniArguments = new Set<string>();
  for (const [index, network] of indexed(group, "Networks")) {
    const place: JobPath = [...path, "Networks", index];
    for (const [port, portPath] of portsOf(network, place)) {
      const label = text(port, "Label");
      if (labels.has(label)) reportLabel(label, portPath, error);
      labels.add(label);
      checkStatic(port, portPath, "taskgroup network", flag(port, "IgnoreCollision"), taken, error);
      checkMapping(port, portPath, error);
      checkSharing(port, portPath, text(network, "Mode"), error);
    }
    checkCni(network, place, cniArguments, error);
    checkHostname(text(network, "Hostname"), [...place, "Hostname"], error);
  }
  for (const { task, name, path: taskPath } of tasks) {
    const resources = block(task, "Resources");
    if (resources === undefined) continue;
    for (const [index, network] of indexed(resources, "Networks")) {
      for (const [port, portPath] of portsOf(network, [...taskPath, "Resources", "Networks", index])) {
        const label = text(port, "Label");
        if (labels.has(label)) reportLabel(label, portPath, error);
        checkStatic(port, portPath, name, false, taken, error);
      }
    }
  }
}

function* portsOf(network: Fields, path: JobPath): Generator<[Fields, JobPath]> {
  for (const name of ["ReservedPorts", "DynamicPorts"]) {
    for (const [index, port] of indexed(network, name)) yield [port, [...path, name, index]];
  }
}

function reportLabel(label: string, path: JobPath, error: Reporter): void {
  error("network/label-in-use", [...path, "Label"], `Port label ${label} already in use by taskgroup network`);
}

function checkStatic(
  port: Fields,
  path: JobPath,
  owner: string,
  ignoresCollision: boolean,
  taken: StaticPorts,
  error: Reporter,
): void {
  const value = amount(port, "Value");
  if (value === 0) return;
  const label = text(port, "Label");
  const hostNetwork = text(port, "HostNetwork");
  const key = `${value} ${hostNetwork === "" ? "default" : hostNetwork}`;
  const other = taken.get(key);
  if (other !== undefined) {
    if (!ignoresCollision)
      error("network/static-in-use", [...path, "Value"], `Static port ${value} already reserved by ${other}`);
  } else if (value > MAX_PORT) {
    error("network/port-too-large", [...path, "Value"], `Port ${label} (${value}) cannot be greater than ${MAX_PORT}`);
  } else {
    taken.set(key, `${owner}:${label}`);
  }
}

function checkMapping(port: Fields, path: JobPath, error: Reporter): void {
  const to = amount(port, "To");
  const label = quote(text(port, "Label"));
  if (to < -1) {
    error("network/to-negative", [...path, "To"], `Port ${label} cannot be mapped to negative value ${to}`);
  } else if (to > MAX_PORT) {
    error(
      "network/to-too-large",
      [...path, "To"],
      `Port ${label} cannot be mapped to a port (${to}) greater than ${MAX_PORT}`,
    );
  }
}

function checkSharing(port: Fields, path: JobPath, mode: string, error: Reporter): void {
  if (!flag(port, "IgnoreCollision") || mode === "" || mode === "host") return;
  const words = `Port ${quote(text(port, "Label"))} collision may not be ignored on non-host network mode ${quote(mode)}`;
  error("network/ignore-collision-mode", [...path, "IgnoreCollision"], words);
}

function checkCni(network: Fields, path: JobPath, seen: Set<string>, error: Reporter): void {
  const values = block(block(network, "CNI") ?? {}, "Args");
  if (!isFields(values)) return;
  for (const key of Object.keys(values).sort(compareText)) {
    const value = text(values, key);
    const place: JobPath = [...path, "CNI", "Args", key];
    if (seen.has(key)) error("network/cni-argument-duplicate", place, `duplicate CNI arg ${quote(key)}`);
    seen.add(key);
    const code = "network/cni-argument-semicolon";
    if (key.includes(";")) error(code, place, `invalid ';' character in CNI arg key ${quote(key)}`);
    if (value.includes(";")) error(code, place, `invalid ';' character in CNI arg value ${quote(value)}`);
  }
}

function checkHostname(name: string, path: JobPath, error: Reporter): void {
  if (name === "" || name.includes("${") || isDomainName(name)) return;
  error("network/hostname", path, "Hostname is not a valid DNS name");
}

/** Whether a name has the form of a DNS name: labels of 1 to 63 bytes, 256 in all with their lengths; any characters (miekg/dns). */
function isDomainName(name: string): boolean {
  if (name === ".") return true;
  const labels = name.replace(/\.$/, "").split(".");
  const sizes = labels.map((label) => Buffer.byteLength(label.replace(/\\(?:[0-9]{3}|[^])/g, "x")));
  const total = sizes.reduce((sum, size) => sum + size + 1, 0);
  return sizes.every((size) => size > 0 && size < 64) && total <= 256;
}
