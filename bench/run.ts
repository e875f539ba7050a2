// From the command to the guest's banner, whole processes: `nomad-qemu run` against the bare QEMU with the same arguments.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { AllocationSummary } from "../src/client/status.ts";
import { connectHost, type HostConnection } from "../src/host/connect.ts";
import { median, report } from "./measure.ts";

const root = path.dirname(import.meta.dirname);
const program = path.join(root, "dist/nomad-qemu.js");
const example = path.join(root, "examples/hello.nomad.hcl");
/** The first runs fill the cache of compiled code (src/cli/codeCache.ts), and the host is young. */
const WARM_UP = 5;
const RUNS = 25;
const BUDGET = 1.15;
const BANNER = "TINY-READY";

/**
 * In memory where there is a place for that: after many files were deleted, as earlier runs of this bench do, ext4 is slow to
 * make new ones for some minutes (measured: 0.75 ms each instead of 0.03), and that is the disk's past and not the run.
 */
const temporary = existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
const scratch = mkdtempSync(path.join(temporary, "nomad-qemu-bench-"));
const dataDir = path.join(scratch, "data");
const environment = { ...process.env, TMPDIR: temporary, NOMAD_QEMU_DATA_DIR: dataDir };
try {
  const host = await connect();
  // One run that is not measured tells the arguments and leaves the image behind for the bare QEMU.
  const { output } = await runToBanner([program, "run", "-detach", example], "detached");
  const allocation = await untilStarted(output.trim());
  await host.request("allocation/stop", { id: allocation.id, now: true, purge: false });
  const argv = allocation.tasks[0]?.commandLine?.nomad ?? [];
  const cwd = path.join(allocation.allocDir, "hello");
  if (argv.length === 0) throw new Error("no command line");
  // Nomad's own line: its monitor is a socket in the task's folder, and the guest's serial line is on stdout.
  const [emulator = "", ...bare] = argv;

  // The host is up, and has nobody to talk to but who is measured.
  host.dispose();

  async function untilStarted(id: string): Promise<AllocationSummary> {
    return new Promise((resolve, reject) => {
      const look = (now: AllocationSummary): void => {
        if (now.id === id && now.tasks.some((task) => task.state === "running")) resolve(now);
        else if (now.id === id && now.status === "failed") reject(new Error(now.description));
      };
      host.onNotification("allocation/changed", look);
      host.request("allocation/get", { id }).then(look, reject);
    });
  }

  const times = { ours: [] as number[], bare: [] as number[], node: [] as number[] };
  for (let i = 0; i < WARM_UP + RUNS; i++) {
    const node = await runToBanner(["-e", "0"], "detached");
    const bareRun = await runToBanner(bare, "banner", emulator, cwd);
    const ourRun = await runToBanner([program, "run", example], "banner");
    if (i < WARM_UP) continue;
    times.node.push(node.ms);
    times.bare.push(bareRun.ms);
    times.ours.push(ourRun.ms);
  }
  const ours = median(times.ours);
  const node = median(times.node);
  const bareMs = median(times.bare);
  report({ what: "start of Node", ms: node });
  report({
    what: "nomad-qemu run to banner, host up",
    ms: ours,
    baseline: { name: "bare qemu-system-x86_64", ms: bareMs },
  });
  report({
    what: "the same without the start of Node",
    ms: ours - node,
    baseline: { name: "bare qemu-system-x86_64", ms: bareMs },
    budget: { text: `${BUDGET}x`, met: ours - node <= BUDGET * bareMs },
  });

  const again = await connect();
  for (const left of await again.request("allocation/list", {})) {
    await again.request("allocation/stop", { id: left.id, now: true, purge: true });
  }
  await again.request("host/stop", {});
  again.dispose();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** A connection to the host, which is started where it is not up. */
async function connect(): Promise<HostConnection> {
  const connected = await connectHost({
    dataDir,
    hostProgram: path.join(root, "dist/host.js"),
    execPath: process.execPath,
    env: environment,
    clientName: "bench",
    start: "on-demand",
  });
  if (!connected.ok) throw new Error(connected.error.what);
  return connected.value;
}

/** Starts a process and takes the time to its banner (then ends it), or to its end. */
async function runToBanner(
  args: readonly string[],
  until: "banner" | "detached",
  executable = process.execPath,
  cwd = root,
): Promise<{ ms: number; output: string }> {
  const start = performance.now();
  const child = spawn(executable, args, { cwd, env: environment, stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  let ms = NaN;
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString("latin1");
    if (until === "banner" && Number.isNaN(ms) && output.includes(BANNER)) {
      ms = performance.now() - start;
      child.kill("SIGINT");
    }
  });
  await new Promise((resolve) => child.once("close", resolve));
  if (until === "detached") ms = performance.now() - start;
  if (Number.isNaN(ms)) throw new Error(`no banner from ${executable}:\n${output}`);
  return { ms, output };
}
