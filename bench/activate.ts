// What the extension costs a window that does not use it: loading dist/extension.js and activate(), each in a fresh process on
// a stand-in for VS Code's API that answers at once; against loading vscode-languageclient, which others do before activating.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { median, report } from "./measure.ts";

const ACTIVATE_BUDGET_MS = 30;
const LOAD_BUDGET_MS = 100;
const RUNS = 9;

const root = path.dirname(import.meta.dirname);
const folder = mkdtempSync(path.join(os.tmpdir(), "nq-bench-"));

/** Runs in the fresh process: loads a bundle, activates it if it can be, and tells how long and what was started. */
const PROBE = `
const started = [];
for (const [name, library] of [["child_process", require("node:child_process")], ["worker_threads", require("node:worker_threads")]])
  for (const key of ["spawn", "fork", "exec", "execFile", "spawnSync", "execSync", "execFileSync", "Worker"])
    if (typeof library[key] === "function") library[key] = function () { started.push(name + "." + key); throw new Error("started " + key); };

// Anything that is asked for exists, can be called or constructed, and is disposable; properties that matter answer truthfully.
const known = { isTrusted: true, textDocuments: [], visible: false };
const anything = (name) => new Proxy(class {}, {
  get: (target, key) => key === Symbol.toPrimitive ? () => name : key === "then" ? undefined : key in known ? known[key] : key === "prototype" ? target.prototype : anything(String(key)),
  set: () => true, apply: () => anything(name), construct: () => anything(name),
});
// A bundle copies the names of a module that it imports: they must be there, beside whatever else is asked for.
const names = "window workspace commands languages env EventEmitter ThemeIcon ThemeColor TreeItem TreeItemCollapsibleState Uri Range RelativePattern StatusBarAlignment LanguageStatusSeverity MarkdownString ViewColumn ConfigurationTarget ProgressLocation CodeLens WorkspaceEdit TextEditorRevealType".split(" ");
const vscode = new Proxy(Object.fromEntries(names.map((name) => [name, anything(name)])), { get: (target, key) => target[key] ?? anything(String(key)) });
const Module = require("node:module");
const load = Module._load;
Module._load = (request, ...rest) => request === "vscode" ? vscode : load(request, ...rest);

const file = process.argv[2];
const beforeLoad = performance.now();
const extension = require(file);
const afterLoad = performance.now();
let activateMs = 0;
if (typeof extension.activate === "function") {
  const context = { subscriptions: [], workspaceState: { get: () => undefined, update: async () => {} }, secrets: anything("secrets"), extensionUri: anything("uri") };
  const before = performance.now();
  extension.activate(context);
  activateMs = performance.now() - before;
}
process.stdout.write(JSON.stringify({ loadMs: afterLoad - beforeLoad, activateMs, started }) + "\\n", () => process.exit(0));
`;

interface Measured {
  readonly loadMs: number;
  readonly activateMs: number;
  readonly started: readonly string[];
}

function measure(file: string): Measured {
  const probe = path.join(folder, "probe.cjs");
  const environment = { ...process.env, NOMAD_QEMU_DATA_DIR: path.join(folder, "data") };
  const { stdout, stderr } = spawnSync(process.execPath, [probe, file], { encoding: "utf8", env: environment });
  if (stdout === "") throw new Error(`The probe of ${file} failed:\n${stderr.slice(-1000)}`);
  return JSON.parse(stdout) as Measured;
}

function medians(file: string): Measured {
  const runs = Array.from({ length: RUNS }, () => measure(file));
  return {
    loadMs: median(runs.map(({ loadMs }) => loadMs)),
    activateMs: median(runs.map(({ activateMs }) => activateMs)),
    started: runs.flatMap(({ started }) => started),
  };
}

try {
  writeFileSync(path.join(folder, "probe.cjs"), PROBE);
  const client = path.join(folder, "languageclient.cjs");
  await build({
    ...{ absWorkingDir: root, bundle: true, platform: "node", format: "cjs", target: "node22", minify: true },
    stdin: { contents: 'export * from "vscode-languageclient/node";', resolveDir: root },
    ...{ outfile: client, external: ["vscode"], logLevel: "error" },
  });
  const baseline = { name: "load of vscode-languageclient", ms: medians(client).loadMs };
  const { loadMs, activateMs, started } = medians(path.join(root, "dist/extension.js"));
  const met = activateMs <= ACTIVATE_BUDGET_MS;
  report({ what: "activate()", ms: activateMs, baseline, budget: { text: `${ACTIVATE_BUDGET_MS} ms`, met } });
  const loadMet = loadMs <= LOAD_BUDGET_MS;
  report({ what: "load", ms: loadMs, baseline, budget: { text: `${LOAD_BUDGET_MS} ms`, met: loadMet } });
  console.log(`processes and threads started: ${started.length === 0 ? "none" : started.join(", ")}`);
  if (!met || !loadMet || started.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
