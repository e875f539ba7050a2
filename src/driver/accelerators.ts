// Which accelerators of an emulator really work. An accelerator that opens is no proof: under nested virtualisation KVM
// may run guest code a hundred times slower than plain emulation (qemu.md 2.4). So a small guest is run and timed.
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { bootId } from "../base/processIdentity.ts";
import { run, type ProcessEnvironment, type RunOutput } from "../base/processRunner.ts";
import { programFile } from "../base/programs.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { Accelerator } from "./fingerprint.ts";
import type { ProbeCache } from "./probeCache.ts";
import { decisiveLine } from "./startErrors.ts";

export interface AcceleratorInput {
  /** Absolute path of the emulator. */
  readonly emulator: string;
  /** `x86_64`, `aarch64`, …: only emulators of PCs can run the probe. */
  readonly architecture: string;
  readonly environment: ProcessEnvironment;
  readonly cache?: ProbeCache;
  readonly signal?: AbortSignal | undefined;
  /** The packed probe; by default the one that came with the product. */
  readonly probeFile?: string;
}

/** The probe's word for "everything worked", on its serial port. */
const PROBE_PASSED = "T";
/** Emulation needs 25 to 110 ms, a crawling KVM 1.2 s and more. */
const PROBE_LIMIT_MS = 500;
/** On a machine that is busy enough to slow emulation down, the others get more time too. */
const EMULATION_FACTOR = 3;
const EMULATION = "tcg";
const QUESTION_TIMEOUT_MS = 10_000;
/** `i386`, `x86_64`, and Debian's `x86_64-microvm`, which has no machine but that and none of the usual devices. */
const IS_PC = /^(x86_64|i386)(-|$)/;
const NOT_MEASURED = "it opens; its speed is not known, because the probe is a program for PCs";
/** Compiled in for tests, not for guests. */
const NO_REAL_ACCELERATORS = new Set(["qtest"]);

/**
 * Every accelerator that the emulator was built with, and whether it can be used here and now. Takes about 0.1 s for each,
 * half a second for one that crawls. An emulator for another architecture is only asked to open them.
 *
 * Problems: those of the process runner, `accelerators-unknown` when the emulator lists none, `probe-missing`.
 * @throws the signal's reason when aborted.
 */
export async function accelerators(input: AcceleratorInput): Promise<Result<readonly Accelerator[]>> {
  if (input.cache === undefined) return probeAll(input);
  return input.cache.get("accelerators", input.emulator, circumstances(), () => probeAll(input));
}

/** What may change without the emulator changing: the boot, and the right to use KVM. */
function circumstances(): string {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return `${bootId()} kvm`;
  } catch (error) {
    return `${bootId()} ${(error as NodeJS.ErrnoException).code ?? ""}`;
  }
}

async function probeAll(input: AcceleratorInput): Promise<Result<readonly Accelerator[]>> {
  const names = await compiledAccelerators(input);
  if (!names.ok) return names;
  if (!IS_PC.test(input.architecture)) return ok(await openAll(input, names.value));
  const folder = mkdtempSync(path.join(os.tmpdir(), "nomad-qemu-probe-"));
  try {
    const firmware = unpackProbe(input, folder);
    return firmware.ok ? ok(await measureAll(input, names.value, firmware.value)) : firmware;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function unpackProbe(input: AcceleratorInput, folder: string): Result<string> {
  const packed = input.probeFile ?? programFile("guest/kvmprobe.bin.gz");
  const firmware = path.join(folder, "kvmprobe.bin");
  try {
    writeFileSync(firmware, gunzipSync(readFileSync(packed)));
    return ok(firmware);
  } catch (error) {
    return fail({
      code: "probe-missing",
      what: "The accelerators could not be measured",
      where: packed,
      why: (error as Error).message,
      next: "Install the product again; from a checkout, run npm run build first.",
      cause: error,
    });
  }
}

/** One after the other, because side by side they would slow each other down; emulation first, as the measure. */
async function measureAll(
  input: AcceleratorInput,
  names: readonly string[],
  firmware: string,
): Promise<readonly Accelerator[]> {
  const found: Accelerator[] = [];
  let limitMs = PROBE_LIMIT_MS;
  if (names.includes(EMULATION)) {
    const start = performance.now();
    await probe(input, EMULATION, firmware, QUESTION_TIMEOUT_MS);
    limitMs = Math.max(limitMs, EMULATION_FACTOR * (performance.now() - start));
    // However long that took: there is nothing better to compare emulation with.
    found.push({ name: EMULATION, compiled: true, usable: true, reason: "" });
  }
  for (const name of names) if (name !== EMULATION) found.push(await probe(input, name, firmware, Math.ceil(limitMs)));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function probe(input: AcceleratorInput, name: string, firmware: string, limitMs: number): Promise<Accelerator> {
  const machine = ["-machine", "microvm", "-m", "16", "-nodefaults", "-display", "none", "-bios", firmware];
  const answer = await ask(input, ["-accel", name, ...machine, "-serial", "stdio", "-no-reboot"], limitMs);
  const outcome = (usable: boolean, reason: string): Accelerator => ({ name, compiled: true, usable, reason });
  if (!answer.ok) {
    const slow = `present but too slow: the probe did not end within ${limitMs} ms`;
    return outcome(false, answer.error.code === "timed-out" ? slow : (answer.error.why ?? answer.error.what));
  }
  const { exitCode, stdout, stderr } = answer.value;
  if (exitCode === 0 && stdout === PROBE_PASSED) return outcome(true, "");
  const fell = exitCode === 0 ? "it opens, but the probe's guest fell before it was done" : undefined;
  return outcome(false, decisiveLine(stderr) ?? fell ?? `the probe ended with exit code ${exitCode ?? "unknown"}`);
}

/** Emulators that cannot run the probe are only asked to open each accelerator. */
async function openAll(input: AcceleratorInput, names: readonly string[]): Promise<readonly Accelerator[]> {
  const nothing = ["-machine", "none", "-nodefaults", "-display", "none", "-S", "-monitor", "stdio"];
  const found: Accelerator[] = [];
  for (const name of names) {
    const answer = await ask(input, ["-accel", name, ...nothing], QUESTION_TIMEOUT_MS, "quit\n");
    const opened = answer.ok && answer.value.exitCode === 0;
    const why = answer.ok ? decisiveLine(answer.value.stderr) : (answer.error.why ?? answer.error.what);
    const reason = opened ? (name === EMULATION ? "" : NOT_MEASURED) : (why ?? "it could not be opened");
    found.push({ name, compiled: true, usable: opened, reason });
  }
  return found;
}

/** The names that `-accel help` lists, sorted. */
export async function compiledAccelerators(input: AcceleratorInput): Promise<Result<readonly string[]>> {
  const answer = await ask(input, ["-accel", "help"], QUESTION_TIMEOUT_MS);
  if (!answer.ok) return answer;
  const names = answer.value.stdout
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^[a-z][\w-]*$/.test(line) && !NO_REAL_ACCELERATORS.has(line));
  if (names.length > 0) return ok(names.sort());
  return fail({
    code: "accelerators-unknown",
    what: "The emulator does not say which accelerators it has",
    where: input.emulator,
    why: decisiveLine(answer.value.stderr) ?? "It listed none.",
    next: "Run it with -accel help.",
  });
}

async function ask(
  { emulator, environment, signal }: AcceleratorInput,
  args: readonly string[],
  timeoutMs: number,
  input?: string,
): Promise<Result<RunOutput>> {
  const answer = await run(emulator, {
    args,
    environment,
    timeoutMs,
    signal,
    ...(input === undefined ? {} : { input }),
  });
  signal?.throwIfAborted();
  return answer;
}
