// The settings of an agent that change what its jobs see: names, metadata, options, host networks, limits.
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { SourceText } from "../../hcl/source.ts";
import { parseDuration } from "../../hcl/functions/goDurationText.ts";
import type { Located } from "./plugin.ts";
import { blocksNamed, itemsNamed, labelledBlocks, type AgentItem, type AgentObject } from "./tree.ts";

/** `host_network "name" { cidr, interface, reserved_ports }` */
export interface HostNetwork {
  readonly cidr: string;
  readonly interface: string;
  readonly reservedPorts: string;
}

/** Undefined where no file says anything: Nomad's default applies. */
export interface ClientInput {
  readonly region: Located | undefined;
  readonly datacenter: Located | undefined;
  readonly name: Located | undefined;
  readonly dataDir: Located | undefined;
  readonly allocDir: Located | undefined;
  readonly nodeClass: Located | undefined;
  readonly nodePool: Located | undefined;
  readonly networkInterface: Located | undefined;
  /** ns; Nomad's default is 30 s. */
  readonly maxKillTimeoutNs: Located<number> | undefined;
  readonly minDynamicPort: Located<number> | undefined;
  readonly maxDynamicPort: Located<number> | undefined;
  readonly meta: Readonly<Record<string, Located>>;
  readonly options: Readonly<Record<string, Located>>;
  readonly hostNetworks: Readonly<Record<string, Located<HostNetwork>>>;
}

export const NO_CLIENT_INPUT: ClientInput = {
  region: undefined,
  datacenter: undefined,
  name: undefined,
  dataDir: undefined,
  allocDir: undefined,
  nodeClass: undefined,
  nodePool: undefined,
  networkInterface: undefined,
  maxKillTimeoutNs: undefined,
  minDynamicPort: undefined,
  maxDynamicPort: undefined,
  meta: {},
  options: {},
  hostNetworks: {},
};

/** Reads one file on top of earlier ones: single settings and single keys of maps win, host networks by their name. */
export function readClient(
  root: AgentObject,
  source: SourceText,
  before: ClientInput,
  diagnostics: Diagnostic[],
): ClientInput {
  const reader: Reader = { source, diagnostics };
  const client: AgentObject = {
    kind: "object",
    items: blocksNamed(root, "client").flatMap(({ items }) => items),
    span: root.span,
  };
  const text = (owner: AgentObject, name: string): Located | undefined => readText(reader, owner, name);
  return {
    region: text(root, "region") ?? before.region,
    datacenter: text(root, "datacenter") ?? before.datacenter,
    name: text(root, "name") ?? before.name,
    dataDir: text(root, "data_dir") ?? before.dataDir,
    allocDir: text(client, "alloc_dir") ?? before.allocDir,
    nodeClass: text(client, "node_class") ?? before.nodeClass,
    nodePool: text(client, "node_pool") ?? before.nodePool,
    networkInterface: text(client, "network_interface") ?? before.networkInterface,
    maxKillTimeoutNs: readDuration(reader, client, "max_kill_timeout") ?? before.maxKillTimeoutNs,
    minDynamicPort: readNumber(reader, client, "min_dynamic_port") ?? before.minDynamicPort,
    maxDynamicPort: readNumber(reader, client, "max_dynamic_port") ?? before.maxDynamicPort,
    meta: { ...before.meta, ...readMap(reader, client, "meta") },
    options: { ...before.options, ...readMap(reader, client, "options") },
    hostNetworks: { ...before.hostNetworks, ...readHostNetworks(reader, client) },
  };
}

interface Reader {
  readonly source: SourceText;
  readonly diagnostics: Diagnostic[];
}

function reportWrongType({ source, diagnostics }: Reader, item: AgentItem, wanted: string): void {
  diagnostics.push({
    severity: "error",
    summary: "Incorrect attribute value type",
    detail: `${item.keys[0].text} must be ${wanted}. With this, Nomad's agent does not start.`,
    subject: item.value.span,
    source,
  });
}

/** Numbers and bools become texts, as HCL 1 decodes them. */
function scalarText({ value }: AgentItem): string | undefined {
  return value.kind === "string" || value.kind === "number" || value.kind === "bool" ? String(value.value) : undefined;
}

function readText(reader: Reader, owner: AgentObject, name: string): Located | undefined {
  const item = itemsNamed(owner, name).at(-1);
  if (item === undefined || item.value.kind === "null") return undefined;
  const text = scalarText(item);
  if (text === undefined) reportWrongType(reader, item, "a text");
  return text === undefined || text === "" ? undefined : { value: text, source: reader.source, span: item.value.span };
}

function readNumber(reader: Reader, owner: AgentObject, name: string): Located<number> | undefined {
  const item = itemsNamed(owner, name).at(-1);
  if (item === undefined || item.value.kind === "null") return undefined;
  const { value } = item;
  const number = value.kind === "string" && value.value.trim() !== "" ? Number(value.value) : value;
  const found = typeof number === "number" ? number : value.kind === "number" ? value.value : NaN;
  if (!Number.isInteger(found)) reportWrongType(reader, item, "a whole number");
  return found === 0 || !Number.isInteger(found)
    ? undefined
    : { value: found, source: reader.source, span: value.span };
}

function readDuration(reader: Reader, owner: AgentObject, name: string): Located<number> | undefined {
  const text = readText(reader, owner, name);
  if (text === undefined) return undefined;
  const parsed = parseDuration(text.value);
  if (parsed !== undefined) return { ...text, value: Number(parsed) };
  reader.diagnostics.push({
    severity: "error",
    summary: "Invalid duration",
    detail: `${name} is a time such as "30s" or "5m". With this, Nomad's client does not start.`,
    subject: text.span,
    source: reader.source,
  });
  return undefined;
}

function readMap(reader: Reader, client: AgentObject, name: string): Record<string, Located> {
  const result: Record<string, Located> = {};
  for (const item of blocksNamed(client, name).flatMap(({ items }) => items)) {
    const text = scalarText(item);
    if (item.value.kind === "null") continue;
    if (text === undefined) reportWrongType(reader, item, "a text");
    else result[item.keys[0].text] = { value: text, source: reader.source, span: item.value.span };
  }
  return result;
}

function readHostNetworks(reader: Reader, client: AgentObject): Record<string, Located<HostNetwork>> {
  const result: Record<string, Located<HostNetwork>> = {};
  for (const { label, body } of labelledBlocks(client, "host_network")) {
    const text = (name: string): string => readText(reader, body, name)?.value ?? "";
    const network = { cidr: text("cidr"), interface: text("interface"), reservedPorts: text("reserved_ports") };
    result[label.text] = { value: network, source: reader.source, span: label.span };
  }
  return result;
}
