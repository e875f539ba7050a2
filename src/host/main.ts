// The host process: owns the VMs of one user and data directory, and outlives every window and terminal.
// `node host.js --data-dir DIR`, started by src/host/startHost.ts, which hears on descriptor 3 how the start went.
import { closeSync, writeSync } from "node:fs";
import { enableCompileCache } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { dataPaths } from "../base/paths.ts";
import { isUnpackWorker, runUnpackWorker } from "../client/artifact/unpackWorker.ts";
import { runHost } from "./host.ts";
import { START_REPORT_FD, type StartReport } from "./startHost.ts";

/** Says how the start went, once, and closes the channel. Started by hand there is none. */
function report(outcome: StartReport): void {
  try {
    writeSync(START_REPORT_FD, `${JSON.stringify(outcome)}\n`);
    closeSync(START_REPORT_FD);
  } catch {
    // Whoever started us has gone, or never listened.
  }
}

function main(): void {
  const { values } = parseArgs({ options: { "data-dir": { type: "string" } } });
  const dataDir = values["data-dir"];
  const program = process.argv[1];
  if (dataDir === undefined || !path.isAbsolute(dataDir) || program === undefined) {
    process.stderr.write("usage: host.js --data-dir ABSOLUTE-PATH\n");
    process.exitCode = 2;
    return;
  }
  enableCompileCache(path.join(dataPaths(dataDir).cacheDir, "code"));
  // Windows and terminals come and go: only SIGTERM and SIGINT, sent by a person, end the host.
  process.on("SIGHUP", () => undefined);
  void runHost({ dataDir, program: path.resolve(program), report });
}

if (isUnpackWorker()) void runUnpackWorker();
else main();
