// A real VS Code without downloading VS Code: npm's `code-server` carries VS Code's own server build, and this prepares, starts and
// ends it. Used by the editor tests and by `npm run demo -- --editor`. Only the npm registry is asked.
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { chromium, type Browser } from "playwright-core";
import { CHROMIUM, findExecutable } from "./systemPackages.ts";

/** The npm version of code-server; it carries VS Code 1.139.1. */
export const CODE_SERVER_VERSION = "4.139.1";

const root = path.dirname(import.meta.dirname);
const cache = path.join(root, ".vscode-test");

/** A prepared server build. */
export interface EditorBuild {
  /** The Node that runs it: 24, as code-server asks for. */
  readonly node: string;
  /** VS Code's own `server-main.js`, not code-server's wrapper. */
  readonly serverMain: string;
}

export interface EditorServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly pid: number;
  /** The address that opens a folder or a `.code-workspace` file, with the secret that lets one in. */
  address(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** Everything the server printed so far. */
  log(): string;
  /** Ends the server and with it its extension hosts and terminals; resolves when the process is gone. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** A folder of this run alone; holds extensions, settings and state. */
  readonly serverDataDir: string;
  /** Environment of the server and so of the extension host; what VS Code itself would add is removed. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** `ask` is VS Code's default: a new folder opens in Restricted Mode until it is trusted. */
  readonly workspaceTrust: "everything" | "ask";
  /** Makes the page accept an extension under development and a test suite (`payload`). */
  readonly developmentPaths?: "accept";
  /** User settings of the run, added to the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Settings that keep a run quiet: no welcome page, no chat panel that takes the focus, no question about trust. */
const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
};

/**
 * Prepares the server build below `.vscode-test/` (about 15 s and 600 MB the first time, nothing afterwards).
 * Safe to call from several processes at once: the build is made aside and renamed into place.
 */
export async function prepareEditor(say: (line: string) => void = () => undefined): Promise<EditorBuild> {
  const home = path.join(cache, `code-server-${CODE_SERVER_VERSION}`);
  const bundledNode = path.join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  const build = {
    node: existsSync(bundledNode) ? bundledNode : process.execPath,
    serverMain: path.join(home, "node_modules/code-server/lib/vscode/out/server-main.js"),
  };
  const marker = path.join(home, "prepared.json");
  if (existsSync(marker)) return build;

  say(`Preparing a VS Code for the browser from npm (code-server ${CODE_SERVER_VERSION}), once …`);
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(path.join(cache, "preparing-"));
  try {
    await writeFile(path.join(aside, "package.json"), '{ "private": true }\n');
    await npm(aside, ["install", "--ignore-scripts", "--no-audit", "--no-fund", `code-server@${CODE_SERVER_VERSION}`]);
    const vscode = path.join(aside, "node_modules/code-server/lib/vscode");
    await npm(vscode, ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]);
    await writeFile(path.join(aside, "prepared.json"), `${JSON.stringify({ version: CODE_SERVER_VERSION })}\n`);
    await rm(home, { recursive: true, force: true });
    await rename(aside, home);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true });
    if (existsSync(marker)) return build; // Another process was faster.
    throw cause;
  }
  await removeOtherVersions(path.basename(home));
  return build;
}

async function removeOtherVersions(keep: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (name.startsWith("code-server-") && name !== keep)
      await rm(path.join(cache, name), { recursive: true, force: true });
  }
}

/** Runs the npm that runs us, else the one on PATH, on the Node that runs us. */
async function npm(folder: string, args: readonly string[]): Promise<void> {
  const cli = process.env["npm_execpath"];
  const [command, ...first] =
    cli?.endsWith(".js") === true ? [process.execPath, cli] : [process.platform === "win32" ? "npm.cmd" : "npm"];
  await finished(
    spawn(command, [...first, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: withOurNodeFirst() }),
    `npm ${args.join(" ")}`,
  );
}

function withOurNodeFirst(): NodeJS.ProcessEnv {
  const folder = path.dirname(process.execPath);
  return { ...process.env, PATH: `${folder}${path.delimiter}${process.env["PATH"] ?? ""}` };
}

/** Resolves with the output when the process ends with 0; rejects with the last lines otherwise. */
async function finished(child: ChildProcess, title: string): Promise<string> {
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0) return output;
  throw new Error(`${title} ended with ${String(code)}:\n${output.trim().split("\n").slice(-12).join("\n")}`);
}

/** Installs a packaged extension into a server data directory. */
export async function installExtension(build: EditorBuild, vsix: string, serverDataDir: string): Promise<void> {
  const args = [
    build.serverMain,
    "--install-extension",
    vsix,
    "--server-data-dir",
    serverDataDir,
    "--accept-server-license-terms",
  ];
  const output = await finished(
    spawn(build.node, args, { stdio: ["ignore", "pipe", "pipe"], env: editorEnvironment({}) }),
    "Installing the extension",
  );
  if (!output.includes("successfully installed")) throw new Error(`The extension was not installed:\n${output}`);
}

/** Starts the server on 127.0.0.1 at a free port, guarded by a secret of this run; resolves when it listens. */
export async function startEditorServer(build: EditorBuild, options: StartOptions): Promise<EditorServer> {
  const { serverDataDir } = options;
  const secret = randomBytes(16).toString("hex");
  const secretFile = path.join(serverDataDir, "connection-token");
  await writeSettings(serverDataDir, options.settings ?? {});
  await writeFile(secretFile, secret, { mode: 0o600 });

  const args = [
    ...[build.serverMain, "--host", "127.0.0.1", "--port", "0", "--connection-token-file", secretFile],
    ...["--server-data-dir", serverDataDir, "--accept-server-license-terms", "--telemetry-level", "off"],
    // The environment is the one given here, not that of a login shell.
    "--force-disable-user-env",
    ...(options.workspaceTrust === "everything" ? ["--disable-workspace-trust"] : []),
    ...(options.developmentPaths === "accept" ? ["--enable-smoke-test-driver"] : []),
  ];
  const child = spawn(build.node, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: editorEnvironment(options.environment ?? {}),
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines: string[] = [];
  const port = await listening(child, lines);
  const origin = `http://127.0.0.1:${port}`;

  return {
    origin,
    pid: child.pid ?? 0,
    address: (folder, payload) => {
      const query = new URLSearchParams({ tkn: secret });
      query.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", folder);
      if (payload !== undefined) query.set("payload", JSON.stringify(payload));
      return `${origin}/?${query.toString()}`;
    },
    log: () => lines.join("\n"),
    stop: async () => {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Writes the run's settings where the server build reads them: the machine's and, as defaults of the user, its own. */
async function writeSettings(serverDataDir: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  for (const scope of ["Machine", "User"]) {
    const folder = path.join(serverDataDir, "data", scope);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "settings.json"), JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
  }
}

/** The environment a fresh VS Code sees: ours without the traces of a VS Code or npm around us. */
function editorEnvironment(changes: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries({ ...process.env, ...changes })) {
    if (!/^(VSCODE_|ELECTRON_|npm_|VITEST|NODE_OPTIONS$|NODE_ENV$)/.test(name)) environment[name] = value;
  }
  return environment;
}

async function listening(child: ChildProcess, lines: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const read = (line: string): void => {
      lines.push(line);
      const match = /Extension host agent listening on (\d+)/.exec(line);
      if (match !== null) resolve(Number(match[1]));
    };
    if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", read);
    if (child.stderr !== null) createInterface({ input: child.stderr }).on("line", read);
    child.once("error", reject);
    child.once("close", (code) => {
      reject(new Error(`VS Code's server ended with ${String(code)}:\n${lines.slice(-12).join("\n")}`));
    });
  });
}

/** The browser of this machine: `CHROMIUM`, else a Chromium or Chrome on PATH or in its usual place; undefined when there is none. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  const usual = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ];
  return findExecutable(...CHROMIUM.executables) ?? usual.find((file) => existsSync(file));
}

/** Opens a headless browser. Throws when there is none; ask `findChromium` first. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("No Chromium was found: install `chromium` or set CHROMIUM.");
  const asRoot = os.userInfo().uid === 0;
  return chromium.launch({
    executablePath,
    args: [
      ...["--headless", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      // Chromium refuses its sandbox to root; the pages are our own server's.
      ...(asRoot ? ["--no-sandbox"] : []),
    ],
  });
}
