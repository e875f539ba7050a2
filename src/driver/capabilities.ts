// What an emulator knows: machines, processors, devices. For completion and for `nomad-qemu fingerprint`; asked of a QEMU
// without a machine that is started for the questions, never of a user's VM (qemu.md 1: some questions end a running VM).
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { systemClock } from "../base/clock.ts";
import { run, type ProcessEnvironment } from "../base/processRunner.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { ProbeCache } from "./probeCache.ts";
import { connectQmp, type QmpClient } from "./qmp.ts";
import { decisiveLine } from "./startErrors.ts";

export interface Machine {
  readonly name: string;
  /** Another name of it: `pc` of `pc-i440fx-7.2`. */
  readonly alias: string | undefined;
  readonly description: string;
  readonly isDefault: boolean;
  readonly deprecated: boolean;
  readonly maxCpus: number;
}

export interface CpuModel {
  readonly name: string;
  readonly deprecated: boolean;
}

export interface Device {
  readonly name: string;
  readonly alias: string | undefined;
  readonly bus: string | undefined;
  readonly description: string;
  /** QEMU's heading: `Storage devices`, `Network devices`, … */
  readonly category: string;
}

export interface Capabilities {
  readonly version: string;
  /** Each list by name. */
  readonly machines: readonly Machine[];
  readonly cpus: readonly CpuModel[];
  readonly devices: readonly Device[];
}

export interface CapabilitiesInput {
  /** Absolute path of the emulator. */
  readonly emulator: string;
  readonly environment: ProcessEnvironment;
  readonly cache?: ProbeCache;
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 20_000;
const CONNECT_POLL_MS = 10;

/** Asks an emulator what it knows; about 0.3 s, kept by the cache. Problems: the process runner's, QMP's, `qemu-exited`. */
export async function capabilities(input: CapabilitiesInput): Promise<Result<Capabilities>> {
  if (input.cache === undefined) return askAll(input);
  return input.cache.get("capabilities", input.emulator, "", () => askAll(input));
}

async function askAll(input: CapabilitiesInput): Promise<Result<Capabilities>> {
  const help = (option: string) => askHelp(input, option);
  const [told, machineHelp, deviceHelp] = await Promise.all([
    withQmp(input, askQmp),
    help("-machine"),
    help("-device"),
  ]);
  if (!told.ok) return told;
  const descriptions = machineDescriptions(machineHelp);
  const machines = told.value.machines
    .map((machine) => ({ ...machine, description: descriptions.get(machine.name) ?? "" }))
    .filter(({ name }) => name !== "none");
  return ok({ ...told.value, machines: machines.sort(byName), devices: readDeviceHelp(deviceHelp).sort(byName) });
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

type Told = Omit<Capabilities, "devices">;

async function askQmp(client: QmpClient): Promise<Result<Told>> {
  const machines = await client.execute("query-machines");
  if (!machines.ok) return machines;
  // Emulators for machines without processors of a choice do not know this question.
  const cpus = await client.execute("query-cpu-definitions");
  return ok({
    version: client.version,
    machines: rows(machines.value).map((row) => ({
      name: String(row["name"]),
      alias: typeof row["alias"] === "string" ? row["alias"] : undefined,
      description: "",
      isDefault: row["is-default"] === true,
      deprecated: row["deprecated"] === true,
      maxCpus: Number(row["cpu-max"] ?? 1),
    })),
    cpus: rows(cpus.ok ? cpus.value : [])
      .map((row) => ({ name: String(row["name"]), deprecated: row["deprecated"] === true }))
      .sort(byName),
  });
}

function rows(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? (value as readonly Readonly<Record<string, unknown>>[]) : [];
}

/** Runs an emulator without a machine for as long as `questions` takes. */
async function withQmp<T>(
  input: CapabilitiesInput,
  questions: (client: QmpClient) => Promise<Result<T>>,
): Promise<Result<T>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nomad-qemu-"));
  const socket = path.join(folder, "q");
  const over = new AbortController();
  const finished = run(input.emulator, {
    args: ["-machine", "none", "-nodefaults", "-display", "none", "-S", "-qmp", `unix:${socket},server=on,wait=off`],
    environment: input.environment,
    timeoutMs: TIMEOUT_MS,
    signal: input.signal,
  }).finally(() => over.abort());
  try {
    const client = await connectWhenListening(socket, over.signal);
    if (client === undefined) return fail(await explainEnd(finished, input.emulator));
    const answers = await questions(client);
    await client.execute("quit");
    await finished;
    return answers;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function connectWhenListening(socket: string, over: AbortSignal): Promise<QmpClient | undefined> {
  while (!over.aborted) {
    const connected = await connectQmp(socket, { greetingTimeoutMs: TIMEOUT_MS });
    if (connected.ok) return connected.value;
    await systemClock.sleep(CONNECT_POLL_MS);
  }
  return undefined;
}

async function explainEnd(finished: ReturnType<typeof run>, emulator: string) {
  const result = await finished;
  if (!result.ok) return result.error;
  return {
    code: "qemu-exited",
    what: "The emulator ended instead of answering",
    where: emulator,
    why: decisiveLine(result.value.stderr) ?? `exit code ${result.value.exitCode ?? "unknown"}`,
    next: "Check that it is a QEMU system emulator.",
  };
}

/** The text of an option's `help`; empty where it has none. What QEMU says on stderr meanwhile (missing modules) is noise. */
async function askHelp({ emulator, environment, signal }: CapabilitiesInput, option: string): Promise<string> {
  const answer = await run(emulator, { args: [option, "help"], environment, timeoutMs: TIMEOUT_MS, signal });
  return answer.ok ? answer.value.stdout : "";
}

/** `name<blanks>description (alias of X) (default) (deprecated)` → descriptions by name. */
export function machineDescriptions(help: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of help.split("\n").slice(1)) {
    const match = /^(\S+)\s+(.*?)(?: \((?:alias of .*|default|deprecated)\))*$/.exec(line);
    if (match !== null) found.set(match[1] ?? "", match[2] ?? "");
  }
  return found;
}

/** Headings (`Storage devices:`) and lines `name "x", bus PCI, alias "y", desc "z"`. */
export function readDeviceHelp(help: string): Device[] {
  const devices: Device[] = [];
  let category = "";
  for (const line of help.split("\n")) {
    const name = /^name "([^"]*)"/.exec(line)?.[1];
    if (name === undefined) {
      category = /^(\S.*):$/.exec(line)?.[1] ?? category;
      continue;
    }
    devices.push({
      name,
      alias: /, alias "([^"]*)"/.exec(line)?.[1],
      bus: /, bus ([^,]+)/.exec(line)?.[1],
      description: /, desc "(.*)"$/.exec(line)?.[1] ?? "",
      category,
    });
  }
  return devices;
}
