// Makes node descriptions: from what Nomad's API says of a node, and from what is known of this machine.
import { fail, ok, type Result } from "../base/result.ts";
import type { NodeDescription, NodeDriver } from "./node.ts";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function strings(value: unknown): Record<string, string> {
  const result: Record<string, string> = {};
  if (!isObject(value)) return result;
  for (const key of Object.keys(value).sort()) {
    const entry = value[key];
    if (typeof entry === "string") result[key] = entry;
    else if (typeof entry === "boolean" || typeof entry === "number") result[key] = String(entry);
  }
  return result;
}

function drivers(value: unknown): Record<string, NodeDriver> {
  const result: Record<string, NodeDriver> = {};
  if (!isObject(value)) return result;
  for (const name of Object.keys(value).sort()) {
    const driver = value[name];
    if (!isObject(driver)) continue;
    result[name] = {
      detected: driver["Detected"] === true,
      healthy: driver["Healthy"] === true,
      healthDescription: text(driver["HealthDescription"]) ?? "",
      attributes: strings(driver["Attributes"]),
    };
  }
  return result;
}

/**
 * Reads the JSON of Nomad's `GET /v1/node/:id`. The description is complete: what the answer does not list, the node does
 * not have. The answer carries no region; without `region` it is taken to be Nomad's default, "global".
 * Fails when the value is not a node (no `Attributes` object).
 */
export function nodeFromApi(json: unknown, region = "global"): Result<NodeDescription> {
  if (!isObject(json) || !isObject(json["Attributes"])) {
    return fail({
      code: "node-not-recognised",
      what: "This is not the description of a Nomad node",
      why: "A node has an object named Attributes; this value has none.",
      next: "Save the answer of GET /v1/node/<id> (nomad node status -json <id>) and use that file.",
    });
  }
  return ok({
    knowledge: "complete",
    id: text(json["ID"]),
    name: text(json["Name"]),
    datacenter: text(json["Datacenter"]),
    class: text(json["NodeClass"]) ?? "",
    pool: text(json["NodePool"]) ?? "default",
    region,
    attributes: strings(json["Attributes"]),
    meta: strings(json["Meta"]),
    drivers: drivers(json["Drivers"]),
  });
}

/** What this machine says of itself; every field in the units of Node's `os` module unless noted. */
export interface MachineFacts {
  /** `process.platform` */
  readonly platform: string;
  /** `process.arch` */
  readonly arch: string;
  readonly hostname: string;
  /** `os.release()` */
  readonly kernelVersion: string;
  readonly cpuModel: string | undefined;
  readonly cpuCount: number;
  /** MHz of one core; undefined when the system does not tell. */
  readonly cpuMHz: number | undefined;
  /** bytes */
  readonly memoryBytes: number;
  /** Distribution and its version (`ID` and `VERSION_ID` of os-release); undefined elsewhere. */
  readonly osName: string | undefined;
  readonly osVersion: string | undefined;
  /** The address other machines reach this one at; undefined without a network. */
  readonly ipAddress: string | undefined;
}

/** What the operator or the product adds to the machine's own facts. */
export interface MachineExtras {
  /** Attributes of drivers and anything else measured: `driver.qemu.version`. They win over the machine's facts. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly meta?: Readonly<Record<string, string>>;
  readonly drivers?: Readonly<Record<string, NodeDriver>>;
  readonly id?: string;
  readonly name?: string;
  readonly datacenter?: string;
  readonly class?: string;
  readonly pool?: string;
  readonly region?: string;
}

const KERNEL_NAMES: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };
/** Go's names for architectures, which Nomad uses for `cpu.arch`. */
const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };
/** The kernel's own names for architectures (`uname -m`) where they differ from Node's. */
const KERNEL_ARCHITECTURES: Readonly<Record<string, string>> = { x64: "x86_64", ia32: "i686" };

// Nomad takes these from consul-template's signal table; only their set matters, the order there is random.
const UNIX_SIGNALS =
  "SIGABRT,SIGALRM,SIGBUS,SIGCONT,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGIO,SIGIOT,SIGKILL,SIGNULL,SIGPIPE,SIGPROF,SIGQUIT," +
  "SIGSEGV,SIGSTOP,SIGSYS,SIGTERM,SIGTRAP,SIGTSTP,SIGTTIN,SIGTTOU,SIGUSR1,SIGUSR2,SIGWINCH,SIGXCPU,SIGXFSZ";
const WINDOWS_SIGNALS =
  "SIGABRT,SIGALRM,SIGBUS,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGKILL,SIGNULL,SIGPIPE,SIGQUIT,SIGSEGV,SIGTERM,SIGTRAP";

/**
 * Describes this machine as a Nomad client with default settings would. The description is partial: Nomad fingerprints
 * more than is measured here, so a name that is missing is unknown.
 */
export function nodeFromMachine(facts: MachineFacts, extras: MachineExtras = {}): NodeDescription {
  const attributes: Record<string, string> = {
    "cpu.arch": GO_ARCHITECTURES[facts.arch] ?? facts.arch,
    "cpu.numcores": String(facts.cpuCount),
    "kernel.name": KERNEL_NAMES[facts.platform] ?? facts.platform,
    "kernel.version": facts.kernelVersion,
    "memory.totalbytes": String(facts.memoryBytes),
    "os.signals": facts.platform === "win32" ? WINDOWS_SIGNALS : UNIX_SIGNALS,
    "unique.hostname": facts.hostname,
  };
  const kernelArch = kernelArchitecture(facts);
  if (kernelArch !== undefined) attributes["kernel.arch"] = kernelArch;
  if (facts.platform === "linux") attributes["cpu.reservablecores"] = String(facts.cpuCount);
  if (facts.cpuModel !== undefined) attributes["cpu.modelname"] = facts.cpuModel;
  if (facts.cpuMHz !== undefined) {
    const total = String(facts.cpuMHz * facts.cpuCount);
    attributes["cpu.frequency"] = String(facts.cpuMHz);
    attributes["cpu.totalcompute"] = total;
    attributes["cpu.usablecompute"] = total;
  }
  if (facts.osName !== undefined) attributes["os.name"] = facts.osName;
  if (facts.osVersion !== undefined) attributes["os.version"] = facts.osVersion;
  if (facts.ipAddress !== undefined) attributes["unique.network.ip-address"] = facts.ipAddress;
  return {
    knowledge: "partial",
    id: extras.id,
    name: extras.name ?? facts.hostname,
    datacenter: extras.datacenter ?? "dc1",
    class: extras.class ?? "",
    pool: extras.pool ?? "default",
    region: extras.region ?? "global",
    attributes: { ...attributes, ...extras.attributes },
    meta: { ...extras.meta },
    drivers: { ...extras.drivers },
  };
}

function kernelArchitecture(facts: MachineFacts): string | undefined {
  if (facts.platform === "win32") return undefined;
  if (facts.platform === "linux" && facts.arch === "arm64") return "aarch64";
  return KERNEL_ARCHITECTURES[facts.arch] ?? facts.arch;
}
