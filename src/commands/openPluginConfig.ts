// "Open plugin configuration": the file or the settings that decide what may run here; offers to make one where none is.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { COMMANDS } from "../views/names.ts";
import { machinePluginConfigFile } from "../driver/pluginConfig.ts";
import type { Command } from "./command.ts";

const EXAMPLE = `# What job files may do on this machine. The same block restricts the QEMU driver of a Nomad client.
# An empty list, or none, allows everything.
plugin "qemu" {
  config {
    # Folders that image_path may lie in, besides the allocation's own.
    # image_paths = ["/var/lib/images"]

    # QEMU options that args may contain.
    # args_allowlist = ["-nodefaults", "-smp"]

    # Emulators that emulator may name.
    # emulators_allowlist = ["x86_64"]
  }
}
`;

export const openPluginConfig: Command = {
  id: COMMANDS.openPluginConfig,
  needs: "nothing",
  run: async ({ policy }) => {
    const { source } = await policy.read();
    switch (source.kind) {
      case "settings":
        return openSettings();
      case "machine-file":
        return openFile(source.file);
      case "files": {
        const file = source.files.length === 1 ? source.files[0] : await vscode.window.showQuickPick([...source.files]);
        if (file !== undefined) await openFile(file);
        return;
      }
      case "none":
        return chooseOne();
    }
  },
};

async function chooseOne(): Promise<void> {
  const file = machinePluginConfigFile(process.env);
  const inFile = { label: "$(new-file) Create a file", description: file };
  const inSettings = { label: "$(settings-gear) Use the settings", description: "nomadQemu.argsAllowlist, …" };
  const title = "Nothing is restricted yet. Where should the plugin configuration be?";
  const chosen = await vscode.window.showQuickPick([inFile, inSettings], { title });
  if (chosen === inSettings) await openSettings();
  if (chosen !== inFile) return;
  await mkdir(path.dirname(file), { recursive: true });
  // `wx`: what somebody else wrote meanwhile stays.
  await writeFile(file, EXAMPLE, { flag: "wx", mode: 0o644 });
  await openFile(file);
}

async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand(
    "workbench.action.openSettings",
    "@ext:nomad-qemu.nomad-qemu Plugin configuration",
  );
}

async function openFile(file: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}
