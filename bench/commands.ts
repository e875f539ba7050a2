// The command line as whole processes, against the bare start of Node: what a person waits for, compiling included.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { longJob } from "./longJob.ts";
import { median, report } from "./measure.ts";

const program = path.join(path.dirname(import.meta.dirname), "dist/nomad-qemu.js");
/** The first runs fill the cache of compiled code (src/cli/codeCache.ts); it is made anew after 1, 2, 4, 8 and 16 of them. */
const WARM_UP = 17;
const RUNS = 121;
const PARSE_BUDGET = 1.6;

const scratch = mkdtempSync(path.join(os.tmpdir(), "nomad-qemu-bench-"));
const environment = { ...process.env, XDG_CACHE_HOME: scratch };
try {
  const file = path.join(scratch, "long.nomad.hcl");
  writeFileSync(file, longJob(1000));
  const empty = path.join(scratch, "empty.js");
  writeFileSync(empty, "");
  const commands = { node: [empty], version: [program, "--version"], parse: [program, "parse", file] };
  const times = { node: [] as number[], version: [] as number[], parse: [] as number[] };
  // Taken in turns, so that other work on the machine is in all of them.
  for (let round = 0; round < WARM_UP + RUNS; round++)
    for (const name of ["node", "version", "parse"] as const) {
      const ms = timed(commands[name]);
      if (round >= WARM_UP) times[name].push(ms);
    }
  const baseline = { name: "bare start of Node", ms: median(times.node) };
  report({ what: "nomad-qemu --version", ms: median(times.version), baseline });
  const ms = median(times.parse);
  const budget = { text: `${PARSE_BUDGET}x`, met: ms <= PARSE_BUDGET * baseline.ms };
  report({ what: "nomad-qemu parse, 1,000 lines", ms, baseline, budget });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Runs a program to its end with its output thrown away; ms. */
function timed(args: readonly string[]): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return performance.now() - start;
}
