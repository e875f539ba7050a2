// This machine's QEMU and node description, asked once and again when a folder in PATH or the emulator has changed.
import { statSync } from "node:fs";
import path from "node:path";
import { fingerprint } from "../driver/fingerprint.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import { localNode } from "./machineFacts.ts";
import type { ClientServices, Machine } from "./services.ts";

/** Nomad looks every 30 s. The answer comes from files, so it holds while they are the same; now and then it is asked anew. */
const VALID_MS = 600_000;
/** An emulator that hangs is asked again sooner: perhaps the machine was only busy. */
const SILENT_VALID_MS = 60_000;

/** One run asks several times; between two questions of it nobody installs a QEMU. */
const FILES_LOOKED_AT_MS = 50;

interface Answer {
  readonly machine: Machine;
  readonly at: number;
  readonly files: string;
  /** When the files were last looked at. */
  lookedAt: number;
}

function isValid({ machine, at }: Answer, now: number): boolean {
  return now - at < (machine.fingerprint.silent === undefined ? VALID_MS : SILENT_VALID_MS);
}

function isUnchanged(answer: Answer, environment: Readonly<Record<string, string>>, now: number): boolean {
  if (now - answer.lookedAt < FILES_LOOKED_AT_MS) return true;
  answer.lookedAt = now;
  return answer.files === fileStamps(environment, answer.machine);
}

export function machineProbe(now: () => number, ask: typeof fingerprint = fingerprint): ClientServices["machine"] {
  const answers = new Map<string, Answer>();
  const asking = new Map<string, Promise<Machine>>();
  return async (pluginConfig, environment) => {
    const key = JSON.stringify([environment["PATH"] ?? "", pluginConfig.emulatorsAllowlist]);
    const known = answers.get(key);
    if (known !== undefined && isValid(known, now()) && isUnchanged(known, environment, now())) return known.machine;
    // Tasks that start side by side ask once.
    const asked = asking.get(key) ?? probe(pluginConfig, environment, ask);
    asking.set(key, asked);
    try {
      const machine = await asked;
      answers.set(key, { machine, at: now(), files: fileStamps(environment, machine), lookedAt: now() });
      return machine;
    } finally {
      asking.delete(key);
    }
  };
}

async function probe(
  pluginConfig: PluginConfig,
  environment: Readonly<Record<string, string>>,
  ask: typeof fingerprint,
): Promise<Machine> {
  const found = await ask({ pluginConfig, environment });
  return { fingerprint: found, node: await localNode(found) };
}

/** What changes when an emulator is installed, replaced or removed. */
function fileStamps(environment: Readonly<Record<string, string>>, { fingerprint: found }: Machine): string {
  const folders = (environment["PATH"] ?? "").split(path.delimiter);
  return [...folders, ...Object.values(found.emulatorPaths)].map(stamp).join("\n");
}

function stamp(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${file} ${mtimeMs} ${size}`;
  } catch {
    return file;
  }
}
