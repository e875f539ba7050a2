// A real VS Code with the packaged extension, driven as a user would: one server a test file, a window a page.
// Everything waits for what it wants to see; nothing waits for a time to pass.
import { cp, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser, ViewportSize } from "playwright-core";
import {
  installExtension,
  openBrowser,
  prepareEditor,
  startEditorServer,
  type EditorServer,
} from "../../scripts/editorHarness.ts";
import { dataPaths } from "../../src/base/paths.ts";
import { connectHost } from "../../src/host/connect.ts";
import { readHostNote } from "../../src/host/hostFile.ts";
import { EditorWindow } from "./editorWindow.ts";
import { processesWith, type RunningProcess } from "./processes.ts";

const root = path.resolve(import.meta.dirname, "../..");
export const VSIX = path.join(root, "nomad-qemu.vsix");

export interface EditorOptions {
  /** After so long a background process that nobody needs leaves, in ms; the product's own time when absent. */
  readonly hostIdleMs?: number;
  /** `development` loads the extension from a folder, together with a suite that runs inside (`runInside`). */
  readonly extension?: "installed" | "development";
  readonly workspaceTrust?: "everything" | "ask";
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Replaces the PATH that the extension sees, for example by one without QEMU. */
  readonly path?: string;
  readonly viewport?: ViewportSize;
}

/** Within this time after its server, everything of a VS Code must be gone. */
const LEAVE_MS = 10_000;

/** Settings that make a window easy to read for a program: text terminals, no minimap, no animation. */
const READABLE = {
  "terminal.integrated.gpuAcceleration": "off",
  "editor.minimap.enabled": false,
  "workbench.reduceMotion": "on",
  "window.newWindowDimensions": "default",
  "files.autoSave": "off",
} as const;

/** One server with the extension installed, a workspace folder, and a data directory that nobody else uses. */
export class Editor {
  /** The workspace folder; put files here before opening a window. */
  readonly folder: string;
  readonly dataDir: string;
  /** Where `nomad-qemu/agent.hcl` is looked for. */
  readonly configHome: string;
  readonly #home: string;
  readonly #server: EditorServer;
  readonly #browser: Browser;
  readonly #viewport: ViewportSize;

  private constructor(home: string, server: EditorServer, browser: Browser, viewport: ViewportSize) {
    this.#home = home;
    this.folder = path.join(home, "work");
    this.dataDir = path.join(home, "data");
    this.configHome = path.join(home, "config");
    this.#server = server;
    this.#browser = browser;
    this.#viewport = viewport;
  }

  static async start(options: EditorOptions = {}): Promise<Editor> {
    const build = await prepareEditor((line) => console.log(line));
    // Short: sockets and forwards of a test must fit.
    const home = await realpath(await mkdtemp(path.join(os.tmpdir(), "nqe-")));
    const serverDataDir = path.join(home, "server");
    await Promise.all(["work", "config", "server"].map((name) => mkdir(path.join(home, name))));
    const development = options.extension === "development";
    if (!development) await installExtension(build, VSIX, serverDataDir);
    const server = await startEditorServer(build, {
      serverDataDir,
      workspaceTrust: options.workspaceTrust ?? "everything",
      ...(development ? { developmentPaths: "accept" } : {}),
      settings: { ...READABLE, ...options.settings },
      environment: {
        HOME: home,
        NOMAD_QEMU_DATA_DIR: path.join(home, "data"),
        XDG_CONFIG_HOME: path.join(home, "config"),
        // VS Code leaves its sockets behind; here they go with the rest.
        XDG_RUNTIME_DIR: home,
        ...(options.path === undefined ? {} : { PATH: options.path }),
        ...(options.hostIdleMs === undefined ? {} : { NOMAD_QEMU_IDLE_EXIT_MS: String(options.hostIdleMs) }),
      },
    });
    try {
      return new Editor(home, server, await openBrowser(), options.viewport ?? { width: 1280, height: 800 });
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Opens a window on the workspace folder, in a browser profile that no other window shares: another seat at the same VS Code. */
  async openWindow(): Promise<EditorWindow> {
    const context = await this.#browser.newContext({ viewport: this.#viewport });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: this.#server.origin });
    const page = await context.newPage();
    await page.goto(this.#server.address(this.folder));
    const window = new EditorWindow(page);
    await window.ready();
    return window;
  }

  /** Runs a bundled suite inside the extension host, beside the extension in `extensionFolder`; resolves with its exit code. */
  async runInside(extensionFolder: string, suite: string): Promise<{ code: number; lines: readonly string[] }> {
    const page = await this.#browser.newPage({ viewport: this.#viewport });
    const lines: string[] = [];
    page.on("console", (message) => {
      // VS Code puts its own words, with styles, around what an extension host prints.
      const text = /(?:ok|FAILED) .*/s.exec(message.text())?.[0];
      if (text !== undefined && !lines.includes(text)) lines.push(text);
    });
    const ended = new Promise<number>((resolve) => {
      void page.exposeFunction("codeAutomationExit", resolve);
    });
    await page.exposeFunction("codeAutomationLog", () => undefined);
    const remote = (file: string): string => `vscode-remote://${new URL(this.#server.origin).host}${file}`;
    await page.goto(
      this.#server.address(this.folder, [
        ["extensionDevelopmentPath", remote(extensionFolder)],
        ["extensionTestsPath", remote(suite)],
        ["skipWelcome", "true"],
      ]),
    );
    const code = await ended;
    await page.close();
    return { code, lines };
  }

  /** The language servers of all windows. */
  languageServers(): Promise<RunningProcess[]> {
    return processesWith(path.join(this.#home, "server/extensions/nomad-qemu.nomad-qemu"));
  }

  /** VS Code's processes need a moment to follow their parent; whatever is still there then is a fault. */
  async #nothingRuns(): Promise<void> {
    const end = performance.now() + LEAVE_MS;
    for (;;) {
      const left = await processesWith(this.#home);
      if (left.length === 0) return;
      if (performance.now() > end)
        throw new Error(`Left running: ${left.map(({ pid, commandLine }) => `${pid} ${commandLine}`).join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async copyIn(file: string, as = path.basename(file)): Promise<string> {
    const target = path.join(this.folder, as);
    await cp(file, target);
    return target;
  }

  log(): string {
    return this.#server.log();
  }

  /** Closes the windows, ends the server, kills what still runs in the data directory, and removes everything. */
  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    await endHost(this.dataDir);
    await this.#nothingRuns();
    await rm(this.#home, { recursive: true, force: true });
  }
}

/** Stops every allocation of a data directory, then its host. Without allocations nothing is started. */
export async function endHost(dataDir: string): Promise<void> {
  const connected = await connectHost({
    dataDir,
    hostProgram: path.join(root, "dist/host.js"),
    execPath: process.execPath,
    env: process.env,
    clientName: "test",
    start: "never",
  });
  if (!connected.ok) return;
  const host = connected.value;
  const note = readHostNote(dataPaths(dataDir).hostFile);
  for (const { id } of await host.request("allocation/list", {}))
    await host.request("allocation/stop", { id, now: true, purge: true }).catch(() => undefined);
  const gone = new Promise<void>((resolve) => host.onClose(resolve));
  await host.request("host/stop", {}).catch(() => undefined);
  await gone;
  // The folder of this data directory's sockets, which nobody will use again.
  if (note !== undefined) await rm(path.dirname(note.endpoint), { recursive: true, force: true });
}
