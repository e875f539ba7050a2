// `npm run demo`: boots the built-in tiny guest from examples/hello.nomad.hcl, talks to it, and stops it.
// On a terminal it attaches the console; without one it does the talking itself and prints timings.
// `-- --editor` opens the same example in a real VS Code with the packaged extension.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { formatProblem } from "../src/base/result.ts";
import { UNRESTRICTED } from "../src/driver/pluginConfig.ts";
import { formatDiagnostic, hasErrors } from "../src/hcl/diagnostic.ts";
import { SourceText } from "../src/hcl/source.ts";
import { connectHost, type HostConnection } from "../src/host/connect.ts";
import type { Job } from "../src/jobspec/job.ts";
import { parseJobFile } from "../src/jobspec/parse.ts";
import { Screen } from "./demoScreen.ts";
import { ensureInstalled, QEMU, QEMU_IMG } from "./systemPackages.ts";

const root = path.dirname(import.meta.dirname);
const EXAMPLE = path.join(root, "examples/hello.nomad.hcl");
const SENTENCE = "hello from the demo";

if (process.argv.includes("--editor")) {
  const { openInEditor } = await import("./demoEditor.ts");
  await openInEditor();
} else {
  ensureInstalled([QEMU, QEMU_IMG]);
  runScript("build.ts");
  // A state directory of its own: the demo shows the product and leaves no trace.
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "nomad-qemu-demo-"));
  try {
    process.exitCode = process.stdin.isTTY && process.stdout.isTTY ? byHand(dataDir) : await byItself(dataDir);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The person's way: the command line's own verbs, one after the other. */
function byHand(dataDir: string): number {
  const environment = { ...process.env, NOMAD_QEMU_DATA_DIR: dataDir };
  const nomadQemu = (output: "inherit" | "pipe", ...words: string[]): { status: number; stdout: string } => {
    console.log(`\n$ nomad-qemu ${words.join(" ").replace(EXAMPLE, "examples/hello.nomad.hcl")}`);
    const program = path.join(root, "dist/nomad-qemu.js");
    const { status, stdout } = spawnSync(process.execPath, [program, ...words], {
      stdio: ["inherit", output, "inherit"],
      env: environment,
      encoding: "utf8",
    });
    return { status: status ?? 1, stdout: output === "pipe" ? stdout.trim() : "" };
  };
  const { status, stdout: id } = nomadQemu("pipe", "run", "-detach", EXAMPLE);
  if (status !== 0) return status;
  console.log(
    `${id}\n\nType something: the guest echoes it. ~. at the beginning of a line leaves the console, Ctrl-D switches the guest off.`,
  );
  nomadQemu("inherit", "console", id);
  const stopped = nomadQemu("inherit", "stop", id);
  nomadQemu("inherit", "host", "stop");
  return stopped.status;
}

/** The machine's way: banner, one line there and back, graceful stop, timings. */
async function byItself(dataDir: string): Promise<number> {
  const source = new SourceText(EXAMPLE, readFileSync(EXAMPLE, "utf8"));
  const parsed = parseJobFile(source, { mode: "strict" });
  if (parsed.job === undefined || hasErrors(parsed.diagnostics)) {
    console.error(parsed.diagnostics.map(formatDiagnostic).join("\n"));
    return 1;
  }
  const start = performance.now();
  const connected = await connectHost({
    dataDir,
    hostProgram: path.join(root, "dist/host.js"),
    execPath: process.execPath,
    env: process.env,
    clientName: "demo",
    start: "on-demand",
  });
  if (!connected.ok) {
    console.error(formatProblem(connected.error));
    return 3;
  }
  const host = connected.value;
  const times: [string, number][] = [["host process ready", performance.now() - start]];
  try {
    await talk(host, parsed.job, times);
  } finally {
    // It hangs up when it has written everything: only then its folder can go.
    const gone = new Promise<void>((resolve) => host.onClose(resolve));
    await host.request("host/stop", {}).catch(() => undefined);
    await gone;
  }
  for (const [what, ms] of times) console.log(`${what.padEnd(32)} ${ms.toFixed(0).padStart(6)} ms`);
  return 0;
}

async function talk(host: HostConnection, job: Job, times: [string, number][]): Promise<void> {
  const screen = new Screen(host);
  let mark = performance.now();
  const lap = (what: string): void => {
    times.push([what, performance.now() - mark]);
    mark = performance.now();
  };
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const { id } = await host.request("allocation/run", {
    job,
    group: "vm",
    jobFile: EXAMPLE,
    pluginConfig: UNRESTRICTED,
    environment,
  });
  const running = await screen.until((allocation) => allocation.tasks.some((task) => task.state === "running"), id);
  lap("job accepted to VM started");
  console.log(`Running: ${running.name}, pid ${running.tasks[0]?.pid ?? "?"}`);
  await screen.attach(id);
  await screen.waitFor("TINY-READY");
  lap("VM started to banner");
  console.log(`The guest says: ${/TINY-READY.*/.exec(screen.text)?.[0].trim() ?? ""}`);
  await host.request("console/write", { consoleId: screen.id, data: Buffer.from(SENTENCE).toString("base64") });
  await screen.waitFor(SENTENCE);
  lap("a line there and back");
  console.log(`Echoed: ${SENTENCE}`);
  const stopped = await host.request("allocation/stop", { id, now: false, purge: true });
  lap("power button to VM gone");
  console.log(
    `Stopped: exit code ${stopped.tasks[0]?.exit?.exitCode ?? "?"}, ${stopped.tasks[0]?.exit?.reason ?? "no reason known"}`,
  );
}

function runScript(name: string): void {
  const { status } = spawnSync(process.execPath, [path.join(root, "scripts", name)], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
