// Real VMs for tests: the built-in guest started by the driver in folders of its own, and nothing left behind.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { identifyProcess } from "../../src/base/processIdentity.ts";
import { fingerprint } from "../../src/driver/fingerprint.ts";
import { UNRESTRICTED } from "../../src/driver/pluginConfig.ts";
import { startTask, type StartFailure, type StartTaskSpec } from "../../src/driver/startTask.ts";
import type { TaskConfig } from "../../src/driver/taskConfig.ts";
import type { TaskHandle, TaskHandleState } from "../../src/driver/taskHandle.ts";
import type { Result } from "../../src/base/result.ts";

const GUEST_DIR = path.resolve(import.meta.dirname, "../../assets/guest");

/** The built-in guest's disk: 1 MiB, raw. */
export function guestImage(): Buffer {
  return gunzipSync(readFileSync(path.join(GUEST_DIR, "tiny.img.gz")));
}

const DEFAULTS: TaskConfig = {
  imagePath: "local/tiny.img",
  emulator: "",
  machineType: "",
  driveInterface: "",
  accelerator: "",
  gracefulShutdown: false,
  guestAgent: false,
  args: [],
  portMap: {},
  portMapBlock: {},
};

export interface VmOptions {
  readonly config?: Partial<TaskConfig>;
  readonly spec?: Partial<StartTaskSpec>;
}

/** The folders of one test. Every QEMU that was started in them is ended by `cleanUp`. */
export class TestWorld {
  readonly root = mkdtempSync(path.join(os.tmpdir(), "driver-"));
  readonly #states = new Map<string, TaskHandleState>();
  #runs = 0;

  constructor() {
    mkdirSync(path.join(this.root, "alloc/vm/local"), { recursive: true });
    writeFileSync(path.join(this.root, "alloc/vm/local/tiny.img"), guestImage());
  }

  /** A specification that starts the guest; each has its own sockets and spool. */
  async spec(options: VmOptions = {}): Promise<StartTaskSpec> {
    const { emulatorPaths } = await fingerprint({ pluginConfig: UNRESTRICTED, environment: process.env });
    const run = `run${++this.#runs}`;
    return {
      taskId: `alloc/vm/${run}`,
      runId: `${path.basename(this.root)}-${run}`,
      taskConfig: { ...DEFAULTS, ...options.config },
      pluginConfig: UNRESTRICTED,
      emulatorPaths,
      user: "",
      memoryMB: 128,
      reservedCores: 0,
      taskNetwork: undefined,
      dns: undefined,
      allocDir: path.join(this.root, "alloc"),
      taskDir: path.join(this.root, "alloc/vm"),
      socketDir: path.join(this.root, run),
      spoolDir: path.join(this.root, `${run}.spool`),
      environment: { PATH: process.env["PATH"] ?? "" },
      onState: (state) => this.adopt(state),
      ...options.spec,
    };
  }

  async start(options: VmOptions = {}): Promise<Result<TaskHandle, StartFailure>> {
    return startTask(await this.spec(options));
  }

  /** Starts a VM that must come up. */
  async vm(options: VmOptions = {}): Promise<TestVm> {
    const started = await this.start(options);
    if (!started.ok) throw new Error(JSON.stringify(started.error, undefined, 1));
    return new TestVm(started.value);
  }

  /** Makes sure that this run is ended too. */
  adopt(state: TaskHandleState): void {
    this.#states.set(state.taskId, state);
  }

  /** Pids of the runs that still live. */
  running(): number[] {
    return [...this.#states.values()]
      .map(({ process: known }) => known)
      .filter((known) => known !== undefined && identifyProcess(known.pid)?.startTime === known.startTime)
      .map((known) => known?.pid ?? 0);
  }

  cleanUp(): void {
    for (const pid of this.running()) process.kill(pid, "SIGKILL");
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A running guest and its serial line. */
export class TestVm {
  readonly handle: TaskHandle;
  #console: net.Socket | undefined;

  constructor(handle: TaskHandle) {
    this.handle = handle;
  }

  /** Everything printed so far. */
  output(): string {
    return readFileSync(this.handle.state.output.stdout, "utf8");
  }

  /** Resolves when the output has this text (`times` times); rejects when the VM ends without it. */
  async until(text: string, times = 1): Promise<void> {
    const file = this.handle.state.output.stdout;
    const enough = (): boolean => this.output().split(text).length > times;
    const ended = new AbortController();
    void this.handle.exited.then(() => ended.abort());
    while (!enough()) {
      if (ended.signal.aborted) throw new Error(`the VM ended; its output: ${JSON.stringify(this.output())}`);
      await new Promise<void>((resolve) => {
        const watcher = watch(file, done);
        ended.signal.addEventListener("abort", done, { once: true });
        function done(): void {
          watcher.close();
          resolve();
        }
        // What was printed between looking and watching.
        if (enough()) done();
      });
    }
  }

  /** Types on the serial console. */
  async type(text: string): Promise<void> {
    const endpoint = this.handle.state.endpoints.console;
    if (endpoint === undefined) throw new Error("this VM has no console");
    if (this.#console === undefined) {
      const socket = net.connect(endpoint.socket);
      this.#console = socket;
      socket.resume();
      socket.on("error", () => undefined);
      await new Promise((resolve) => socket.once("connect", resolve));
    }
    this.#console.write(text);
  }

  /** Resolves with the first QMP event of that name from now on. */
  event(name: string): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve) => {
      const stop = this.handle.onEvent((event) => {
        if (event.name !== name) return;
        stop();
        resolve(event.data);
      });
    });
  }
}
