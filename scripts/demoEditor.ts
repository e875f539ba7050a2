// `npm run demo -- --editor`: the example in a real VS Code with the packaged extension installed.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { installExtension, prepareEditor, startEditorServer } from "./editorHarness.ts";
import { ensureInstalled, findExecutable, QEMU, QEMU_IMG } from "./systemPackages.ts";

const root = path.dirname(import.meta.dirname);
/** Where scripts/package.ts puts it. */
const VSIX = path.join(root, "nomad-qemu.vsix");

/** Opens a desktop `code` when there is one (and a display for it), else serves the editor on 127.0.0.1 until interrupted. */
export async function openInEditor(): Promise<void> {
  ensureInstalled([QEMU, QEMU_IMG]);
  const { status } = spawnSync(process.execPath, [path.join(root, "scripts/package.ts")], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  // A copy to play with: the repository's own file stays as it is.
  const folder = mkdtempSync(path.join(os.tmpdir(), "nomad-qemu-example-"));
  cpSync(path.join(root, "examples"), folder, { recursive: true });

  const code = findExecutable("code");
  const display =
    process.platform !== "linux" || (process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"]) !== undefined;
  if (code !== undefined && display) {
    spawnSync(code, ["--install-extension", VSIX, "--force"], { stdio: "inherit" });
    spawnSync(code, [folder, path.join(folder, "hello.nomad.hcl")], { stdio: "inherit" });
    console.log(
      `Opened ${folder} in VS Code. Press the ▷ above the task, or run "Nomad QEMU: Run QEMU task" from the palette.`,
    );
    return;
  }

  const build = await prepareEditor((line) => console.log(line));
  const serverDataDir = mkdtempSync(path.join(os.tmpdir(), "nomad-qemu-editor-"));
  try {
    await installExtension(build, VSIX, serverDataDir);
    const server = await startEditorServer(build, { serverDataDir, workspaceTrust: "everything" });
    console.log(`\nOpen this address in a browser on this machine (Ctrl-C ends it):\n\n  ${server.address(folder)}\n`);
    console.log('Open hello.nomad.hcl there and press "Run" above the task.');
    await new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    });
    await server.stop();
  } finally {
    for (const made of [serverDataDir, folder]) rmSync(made, { recursive: true, force: true });
  }
}
