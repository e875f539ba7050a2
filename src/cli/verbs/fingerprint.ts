// `fingerprint`: what QEMU can do on this machine: Nomad's attributes, and what Nomad does not probe.
import path from "node:path";
import { dataPaths } from "../../base/paths.ts";
import { localNode } from "../../client/machineFacts.ts";
import { accelerators } from "../../driver/accelerators.ts";
import { capabilities, type Capabilities } from "../../driver/capabilities.ts";
import {
  askVersion,
  fingerprint as fingerprintQemu,
  VERSION_TIMEOUT_MS,
  type Accelerator,
  type Fingerprint,
} from "../../driver/fingerprint.ts";
import { createProbeCache, type ProbeCache } from "../../driver/probeCache.ts";
import type { NodeDescription } from "../../jobspec/node.ts";
import { EXIT } from "../exitCodes.ts";
import { dataDirOf } from "../dataDir.ts";
import { pluginConfigOf } from "../pluginConfig.ts";
import { tableLines } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { flag, type Verb } from "../verb.ts";

/** One emulator, asked about itself. */
interface Emulator {
  readonly architecture: string;
  readonly path: string;
  readonly accelerators: readonly Accelerator[];
  readonly capabilities: Capabilities | undefined;
  /** Why it could not be asked; empty when it could. */
  readonly problem: string;
}

export const fingerprint: Verb = {
  operands: "",
  arity: [0, 0],
  description:
    "Node attributes exactly as Nomad names them, then what Nomad does not probe: accelerators (compiled, and usable as\nmeasured), machines, CPUs and devices. The JSON is understood by --fingerprint of the other verbs.",
  flags: {
    format: flag.format(["text", "json"]),
    "plugin-config": flag.pluginConfig,
    "data-dir": flag.dataDir,
  },
  examples: ["nomad-qemu fingerprint", "nomad-qemu fingerprint -format json > node.json"],
  run: async (context) => {
    const { arguments: given, terminal, signal } = context;
    const pluginConfig = await pluginConfigOf(context);
    const found = await fingerprintQemu({ pluginConfig, environment: terminal.environment, signal });
    const cache = createProbeCache(path.join(dataPaths(dataDirOf(context)).cacheDir, "probes"));
    const emulators: Emulator[] = [];
    for (const [architecture, emulator] of Object.entries(found.emulatorPaths)) {
      if (terminal.errIsTerminal) terminal.note(terminal.style("dim", `Asking ${emulator} …`));
      const question = { emulator, architecture, environment: terminal.environment, cache, signal };
      const isSilent = found.silent?.includes(architecture) === true || (await hangs(question));
      emulators.push(isSilent ? silent(question) : await interview(question));
    }
    const node = await localNode(found);
    if (given.value("format") === "json")
      terminal.print(JSON.stringify(document(found, node, emulators), undefined, 2));
    else printText(terminal, found, emulators);
    return found.detected ? EXIT.ok : EXIT.missing;
  },
};

interface Question {
  readonly emulator: string;
  readonly architecture: string;
  readonly environment: Terminal["environment"];
  readonly cache: ProbeCache;
  readonly signal: AbortSignal;
}

/** One question first whose answer takes no time, because each of the others would wait long for a program that hangs. */
async function hangs({ emulator, environment, signal }: Question): Promise<boolean> {
  const version = await askVersion(emulator, { environment, signal });
  signal.throwIfAborted();
  return !version.ok && version.error.code === "timed-out";
}

async function interview(question: Question): Promise<Emulator> {
  const { architecture, emulator } = question;
  const [measured, told] = await Promise.all([accelerators(question), capabilities(question)]);
  const problem =
    [measured, told].map((answer) => (answer.ok ? "" : answer.error.what)).find((text) => text !== "") ?? "";
  return {
    architecture,
    path: emulator,
    accelerators: measured.ok ? measured.value : [],
    capabilities: told.ok ? told.value : undefined,
    problem,
  };
}

function silent({ architecture, emulator }: Question): Emulator {
  const problem = `It hangs when it is asked for its --version (nothing came within ${VERSION_TIMEOUT_MS / 1000} s): no working QEMU.`;
  return { architecture, path: emulator, accelerators: [], capabilities: undefined, problem };
}

/** `node` has the form of Nomad's GET /v1/node/ID, as far as it is known. */
function document(found: Fingerprint, node: NodeDescription, emulators: readonly Emulator[]): unknown {
  const { attributes, detected, healthy, healthDescription } = found;
  return {
    attributes,
    detected,
    healthy,
    healthDescription,
    node: {
      ID: node.id ?? "",
      Name: node.name ?? "",
      Datacenter: node.datacenter ?? "",
      NodeClass: node.class ?? "",
      NodePool: node.pool ?? "",
      Attributes: node.attributes,
      Meta: node.meta,
      Drivers: {
        qemu: { Detected: detected, Healthy: healthy, HealthDescription: healthDescription, Attributes: attributes },
      },
    },
    emulators,
  };
}

function printText(terminal: Terminal, found: Fingerprint, emulators: readonly Emulator[]): void {
  if (!found.detected && emulators.length === 0) {
    terminal.note("No QEMU was found on PATH. Install it (Debian: apt-get install qemu-system-x86) and try again.");
    return;
  }
  const sick = found.healthDescription === "" ? "not detected" : found.healthDescription;
  const health = found.healthy ? terminal.style("good", "healthy") : terminal.style("error", sick);
  const attributes = Object.entries(found.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const line of tableLines([...attributes, ["health", health]])) terminal.print(line);
  for (const emulator of emulators) {
    terminal.print("");
    terminal.print(`${terminal.style("bold", emulator.architecture)}  ${emulator.path}`);
    if (emulator.problem !== "") terminal.print(`  ${terminal.style("error", emulator.problem)}`);
    const rows = emulator.accelerators.map(({ name, usable, reason }) => [
      `  ${name}`,
      (usable ? terminal.style("good", "usable") : terminal.style("warning", "not usable")) +
        (reason === "" ? "" : `: ${reason}`),
    ]);
    for (const line of tableLines(rows)) terminal.print(line);
    const { capabilities: told } = emulator;
    if (told !== undefined) {
      terminal.print(
        `  ${told.machines.length} machines, ${told.cpus.length} CPU models, ${told.devices.length} devices (listed by -format json)`,
      );
    }
  }
}
