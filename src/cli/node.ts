// Which node a verb on files judges against: this machine, a recorded one (`--fingerprint FILE`), or none (`--no-fingerprint`).
import { ProblemError } from "../base/result.ts";
import { localNode } from "../client/machineFacts.ts";
import { fingerprint, type Fingerprint } from "../driver/fingerprint.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import type { NodeDescription } from "../jobspec/node.ts";
import { nodeFromApi } from "../jobspec/nodeSources.ts";
import type { FlagSpecs } from "./flags.ts";
import { readSource } from "./jobFile.ts";
import type { VerbContext } from "./verb.ts";

export const nodeFlags = {
  fingerprint: {
    kind: "value",
    value: "FILE",
    help: "judge against this node: JSON of Nomad's GET /v1/node/ID, or of nomad-qemu fingerprint",
  },
  "no-fingerprint": { kind: "switch", help: "judge against no node; nothing is probed" },
} as const satisfies FlagSpecs;

export interface JudgingNode {
  readonly node: NodeDescription;
  readonly fingerprint: Fingerprint;
}

/** The node of this call, or undefined with `--no-fingerprint`. Throws a ProblemError for a file that is no node. */
export async function nodeOf(context: VerbContext, pluginConfig: PluginConfig): Promise<JudgingNode | undefined> {
  const { arguments: given, terminal, signal } = context;
  if (given.has("no-fingerprint")) return undefined;
  const file = given.value("fingerprint");
  if (file !== undefined) return recordedNode((await readSource(file, context)).text, file);
  const found = await fingerprint({ pluginConfig, environment: terminal.environment, signal });
  return { node: await localNode(found), fingerprint: found };
}

/** Reads a recorded node. Emulator paths are not recorded; the names that the node lists stand for them. */
export function recordedNode(text: string, file: string): JudgingNode {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ProblemError({
      code: "node-not-json",
      what: "The description of the node is not JSON",
      where: file,
      why: (error as Error).message,
      next: "Save the answer of GET /v1/node/ID, or of nomad-qemu fingerprint.",
    });
  }
  // `nomad-qemu fingerprint` wraps the node, because it tells more than Nomad does.
  const wrapped = (json as { node?: unknown } | null)?.node;
  const node = nodeFromApi(wrapped ?? json);
  if (!node.ok) throw new ProblemError({ ...node.error, where: file });
  const qemu = node.value.drivers["qemu"];
  const attributes = Object.fromEntries(
    Object.entries(node.value.attributes).filter(([name]) => name.startsWith("driver.qemu")),
  );
  const emulators = (attributes["driver.qemu.emulators"] ?? "").split(",").filter((name) => name !== "");
  return {
    node: node.value,
    fingerprint: {
      attributes,
      detected: qemu?.detected ?? "driver.qemu" in attributes,
      healthy: qemu?.healthy ?? "driver.qemu" in attributes,
      healthDescription: qemu?.healthDescription ?? "",
      emulatorPaths: Object.fromEntries(emulators.map((name) => [name, `/usr/bin/qemu-system-${name}`])),
    },
  };
}
