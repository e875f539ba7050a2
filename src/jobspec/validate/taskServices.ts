// The services of one task: their ports must exist, names and checks be unique. Source: Nomad validateServices.
import { block, blocks, type Fields, indexed, isSet, text } from "../fields.ts";
import { compareText, quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import { requiresPort } from "./checks.ts";
import type { PreparedGroup, PreparedTask, Reporter } from "./context.ts";
import { checkService } from "./services.ts";

/** Port label → services that want it, and where. */
type WantedPorts = Map<string, { readonly services: Set<string>; readonly path: JobPath }>;

export function checkTaskServices({ task, path }: PreparedTask, { group }: PreparedGroup, error: Reporter): void {
  const wanted: WantedPorts = new Map();
  const known = new Set<string>();
  for (const [index, service] of indexed(task, "Services")) {
    const place: JobPath = [...path, "Services", index];
    const name = text(service, "Name");
    const port = text(service, "PortLabel");
    const mode = text(service, "AddressMode");
    checkService(service, place, error);
    checkAllocMode(mode, `service ${quote(name)}`, "services", [...place, "AddressMode"], error);
    if (known.has(name + port)) error("service/duplicate", place, `service ${quote(name)} is duplicate`);
    known.add(name + port);
    if (port !== "" && (mode !== "driver" || !isNumber(port))) want(wanted, port, name, [...place, "PortLabel"]);
    if (isSet(service, "Connect")) {
      const words = `service ${quote(name)} cannot have "connect" block, only services defined in a "group" block can`;
      error("service/connect-in-task", [...place, "Connect"], words);
    }
    checkChecks(service, place, wanted, error);
  }
  reportMissingPorts(wanted, portLabels(task, group), error);
}

const isNumber = (text: string): boolean => /^[+-]?[0-9]+$/.test(text);

function want(wanted: WantedPorts, label: string, service: string, path: JobPath): void {
  const entry = wanted.get(label) ?? { services: new Set<string>(), path };
  entry.services.add(service);
  wanted.set(label, entry);
}

function checkAllocMode(mode: string, who: string, what: "services" | "checks", path: JobPath, error: Reporter): void {
  if (mode !== "alloc" && mode !== "alloc_ipv6") return;
  const where = what === "services" ? 'defined in a "group" block' : 'defined in a "group" service block';
  const code = what === "services" ? "service/alloc-mode-in-task" : "check/alloc-mode-in-task";
  error(code, path, `${who} cannot use address_mode="${mode}", only ${what} ${where} can use this mode`);
}

function checkChecks(service: Fields, path: JobPath, wanted: WantedPorts, error: Reporter): void {
  const known = new Set<string>();
  for (const [index, check] of indexed(service, "Checks")) {
    const place: JobPath = [...path, "Checks", index];
    const name = text(check, "Name");
    const mode = text(check, "AddressMode");
    if (known.has(name)) error("check/duplicate", place, `check ${quote(name)} is duplicate`);
    known.add(name);
    checkAllocMode(mode, `check ${quote(text(service, "Name"))}`, "checks", [...place, "AddressMode"], error);
    if (!requiresPort(check)) continue;
    const own = text(check, "PortLabel");
    const port = own === "" ? text(service, "PortLabel") : own;
    if (port === "") {
      error("check/port-missing", place, `check ${quote(name)} is missing a port`);
    } else if (!isNumber(port)) {
      want(wanted, port, text(service, "Name"), own === "" ? [...path, "PortLabel"] : [...place, "PortLabel"]);
    } else if (mode !== "driver") {
      const words = `check ${quote(name)} cannot use a numeric port ${Number(port)} without setting address_mode="driver"`;
      error("check/port-number", [...place, "PortLabel"], words);
    } else if (Number(port) <= 0) {
      error(
        "check/port-invalid",
        [...place, "PortLabel"],
        `check ${quote(name)} has invalid numeric port ${Number(port)}`,
      );
    }
  }
}

/** Labels of the group's first network and of the task's own networks. */
function portLabels(task: Fields, group: Fields): Set<string> {
  const networks = blocks(group, "Networks").slice(0, 1);
  networks.push(...blocks(block(task, "Resources") ?? {}, "Networks"));
  const ports = networks.flatMap((network) => [
    ...blocks(network, "ReservedPorts"),
    ...blocks(network, "DynamicPorts"),
  ]);
  return new Set(ports.map((port) => text(port, "Label")));
}

function reportMissingPorts(wanted: WantedPorts, labels: ReadonlySet<string>, error: Reporter): void {
  for (const [label, { services, path }] of [...wanted].sort(([a], [b]) => compareText(a, b))) {
    if (labels.has(label)) continue;
    const names = [...services].sort(compareText).join(", ");
    error("service/port-missing", path, `port label ${quote(label)} referenced by services ${names} does not exist`);
  }
}
