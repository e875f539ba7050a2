// A data directory with hosts and clients for one test, and the proof that nothing is left running after it.
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { dataPaths, openRuntimeDir } from "../../src/base/paths.ts";
import { identifyProcess, livenessOf, type ProcessIdentity } from "../../src/base/processIdentity.ts";
import { ProblemError, type Problem } from "../../src/base/result.ts";
import type { AllocationSummary, TaskStatus } from "../../src/client/status.ts";
import { UNRESTRICTED } from "../../src/driver/pluginConfig.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { connectHost, type HostConnection } from "../../src/host/connect.ts";
import type { RunParams } from "../../src/host/protocol.ts";
import { parseJobFile } from "../../src/jobspec/parse.ts";
import { buildHostProgram, removeFolder, temporaryFolder } from "./hostProgram.ts";

const guestFolder = path.resolve(import.meta.dirname, "../../assets/guest");
/** The built-in guest, unpacked. */
export const GUEST_IMAGE: Buffer = gunzipSync(readFileSync(path.join(guestFolder, "tiny.img.gz")));
export const BANNER = "TINY-READY";

/** Control characters that the guest obeys (assets/guest/tiny.asm). */
export const KEYS = { off: "\x04", ignoreButton: "\x09", spin: "\x02", ticks: "\x14", exit85: "\x18", reset: "\x12" };

/** Builds the host program beside the guest, as dist/ has them. */
export async function buildHostFolder(): Promise<{ folder: string; program: string }> {
  const folder = temporaryFolder("hostprogram");
  const program = await buildHostProgram(folder);
  mkdirSync(path.join(folder, "guest"));
  copyFileSync(path.join(guestFolder, "tiny.img.gz"), path.join(folder, "guest/tiny.img.gz"));
  return { folder, program };
}

export function jobOf(hcl: string): RunParams["job"] {
  const { job, diagnostics } = parseJobFile(new SourceText("test.nomad.hcl", hcl), { mode: "strict" });
  if (job === undefined || diagnostics.some(({ severity }) => severity === "error"))
    throw new Error(`${JSON.stringify(diagnostics)}\n${hcl}`);
  return job;
}

export interface TaskText {
  readonly name?: string;
  /** Inside `config`, beside image_path. */
  readonly config?: string;
  /** Inside `task`. */
  readonly body?: string;
}

const CHECKSUM = "sha256:e3bd0e657b0507b24f79051456b421915754d5f28906c95562e76c17b72bd3d5";

export function taskText({ name = "vm", config = "", body = "" }: TaskText = {}): string {
  return `
    task "${name}" {
      driver = "qemu"
      config {
        image_path = "local/tiny.img"
        ${config}
      }
      artifact {
        source = "http://127.0.0.1:9/tiny.img"
        options { checksum = "${CHECKSUM}" }
      }
      resources { memory = 128 }
      ${body}
    }`;
}

export interface JobText {
  readonly type?: "service" | "batch";
  /** Inside `restart`, which has attempts = 0 without it. */
  readonly restart?: string;
  /** Inside `group`. */
  readonly group?: string;
  readonly tasks?: readonly TaskText[];
}

export function jobText({ type = "batch", restart, group = "", tasks = [{}] }: JobText = {}): string {
  return `job "test" {
  type = "${type}"
  group "g" {
    restart {
      ${restart ?? 'attempts = 0\n      mode = "fail"'}
    }
    ${group}
    ${tasks.map(taskText).join("\n")}
  }
}`;
}

export class HostWorld {
  readonly folder: string;
  dataDir: string;
  readonly environment: Record<string, string>;
  readonly #program: string;
  readonly #connections: HostConnection[] = [];
  readonly #hosts: ProcessIdentity[] = [];
  readonly #vms = new Map<number, ProcessIdentity>();
  #expectedErrors = /^$/;
  /** Called when the hosts have ended, before the folder goes. */
  beforeRemoval: () => void = () => undefined;

  constructor(program: string, environment: Record<string, string> = {}) {
    this.folder = temporaryFolder("world");
    this.dataDir = path.join(this.folder, "data");
    this.#program = program;
    this.environment = environment;
  }

  async connect(start: "on-demand" | "never" = "on-demand"): Promise<HostConnection> {
    const connected = await connectHost({
      dataDir: this.dataDir,
      hostProgram: this.#program,
      execPath: process.execPath,
      env: { ...process.env, ...this.environment },
      clientName: "test",
      start,
    });
    if (!connected.ok) throw new ProblemError(connected.error);
    const host = identifyProcess(connected.value.host.pid);
    if (host !== undefined) this.#hosts.push(host);
    connected.value.onNotification("allocation/changed", (summary) => this.note(summary));
    this.#connections.push(connected.value);
    return connected.value;
  }

  /** Remembers VMs, so that the end of the test can look for them. */
  note(summary: AllocationSummary): AllocationSummary {
    for (const { pid } of summary.tasks) {
      const vm = pid === undefined ? undefined : identifyProcess(pid);
      if (vm !== undefined) this.#vms.set(vm.pid, vm);
    }
    return summary;
  }

  async run(host: HostConnection, hcl: string, changes: Partial<RunParams> = {}): Promise<AllocationSummary> {
    const summary = await host.request("allocation/run", {
      job: jobOf(hcl),
      group: "g",
      jobFile: path.join(this.folder, "test.nomad.hcl"),
      pluginConfig: UNRESTRICTED,
      environment: { PATH: process.env["PATH"] ?? "" },
      ...changes,
    });
    return this.note(summary);
  }

  /** The allocation as soon as it is as wanted, told by the host. */
  async until(
    host: HostConnection,
    id: string,
    wanted: (summary: AllocationSummary) => boolean,
  ): Promise<AllocationSummary> {
    return new Promise((resolve, reject) => {
      const look = (summary: AllocationSummary): void => {
        if (summary.id !== id || !wanted(this.note(summary))) return;
        listener.dispose();
        closed.dispose();
        resolve(summary);
      };
      const listener = host.onNotification("allocation/changed", look);
      const closed = host.onClose(() => reject(new Error("the host has gone")));
      host.request("allocation/get", { id }).then(look, reject);
    });
  }

  async running(host: HostConnection, id: string): Promise<TaskStatus> {
    const summary = await this.until(host, id, ({ tasks }) => tasks.some(({ pid }) => pid !== undefined));
    return summary.tasks.find(({ pid }) => pid !== undefined) ?? never();
  }

  async ended(host: HostConnection, id: string): Promise<AllocationSummary> {
    return this.until(host, id, ({ tasks }) => tasks.every(({ state }) => state === "dead"));
  }

  /** SIGKILL to the host, and its clients hear it. */
  async killHost(host: HostConnection): Promise<void> {
    const closed = new Promise<void>((resolve) => host.onClose(resolve));
    process.kill(host.host.pid, "SIGKILL");
    await closed;
  }

  log(summary: AllocationSummary, stream: "stdout" | "stderr" = "stdout", task = "vm"): string {
    const folder = path.join(summary.allocDir, "alloc/logs");
    return readdirSync(folder)
      .filter((name) => name.startsWith(`${task}.${stream}.`))
      .sort((a, b) => Number(a.split(".").at(-1)) - Number(b.split(".").at(-1)))
      .map((name) => readFileSync(path.join(folder, name), "latin1"))
      .join("");
  }

  hostLog(): string {
    try {
      return readFileSync(path.join(this.dataDir, "host.log"), "utf8");
    } catch {
      return "";
    }
  }

  /** Errors in the host's log that the test has caused. */
  expectErrors(pattern: RegExp): void {
    this.#expectedErrors = pattern;
  }

  /** Ends everything; fails when a VM that should have ended was still there. */
  async cleanUp(): Promise<void> {
    const vms = [...this.#vms.values()];
    const left = vms.filter((vm) => livenessOf(vm) === "alive").map(({ pid }) => pid);
    for (const pid of left) process.kill(pid, "SIGKILL");
    for (const connection of this.#connections) connection.dispose();
    for (const host of this.#hosts) if (livenessOf(host) === "alive") process.kill(host.pid, "SIGTERM");
    const hosts = (): boolean => this.#hosts.some((host) => livenessOf(host) === "alive");
    await expect.poll(hosts, { timeout: 10_000 }).toBe(false);
    const log = this.hostLog();
    this.beforeRemoval();
    const sockets = openRuntimeDir(this.dataDir, {});
    if (sockets.ok) removeFolder(sockets.value);
    removeFolder(this.folder);
    expect(left, `VMs that a test has left running\n${log}`).toEqual([]);
    const errors = log.split("\n").filter((line) => line.includes(" error ") && !this.#expectedErrors.test(line));
    expect(errors).toEqual([]);
  }
}

function never(): never {
  throw new Error("unreachable");
}

/** What the guest prints on an attached console. */
export class TestConsole {
  text = "";
  readonly #host: HostConnection;
  readonly id: string;
  readonly #waiting = new Set<() => void>();

  private constructor(host: HostConnection, id: string, history: string) {
    this.#host = host;
    this.id = id;
    this.text = Buffer.from(history, "base64").toString("latin1");
    host.onNotification("console/data", ({ consoleId, data }) => {
      if (consoleId !== id) return;
      this.text += Buffer.from(data, "base64").toString("latin1");
      for (const look of this.#waiting) look();
    });
  }

  static async attach(host: HostConnection, allocation: string, task?: string): Promise<TestConsole> {
    const params = { id: allocation, task, historyBytes: 65_536 };
    const { consoleId, history } = await host.request("console/attach", params);
    return new TestConsole(host, consoleId, history);
  }

  until(wanted: string | RegExp): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (typeof wanted === "string" ? !this.text.includes(wanted) : !wanted.test(this.text)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async type(text: string): Promise<void> {
    const data = Buffer.from(text, "latin1").toString("base64");
    await this.#host.request("console/write", { consoleId: this.id, data });
  }
}

/** The Problem that a request is refused with. */
export async function problemOf(request: Promise<unknown>): Promise<Problem> {
  try {
    await request;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error("it was not refused");
}

/** The console socket of the run on record. */
export function consoleSocketOf(dataDir: string, id: string, task = "vm"): string {
  const state = JSON.parse(readFileSync(path.join(dataPaths(dataDir).stateDir, id, "state.json"), "utf8"));
  return state.tasks[task].run.handle.endpoints.console.socket as string;
}

/** Types into a guest past the host: what a guest does while no host lives. */
export async function typeWithoutHost(socket: string, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const connection = net.connect(socket, () => connection.end(text, "latin1", resolve));
    connection.on("error", reject);
    connection.resume();
  });
}
