// The composition root: what exists, and who gets to know whom. Nothing here takes time or starts a process.
import * as vscode from "vscode";
import { resolveDataDir } from "./base/paths.ts";
import { programFile, VERSION } from "./base/programs.ts";
import { registerAllowInPluginConfig } from "./commands/allowInPluginConfig.ts";
import type { Services } from "./commands/command.ts";
import { jobsProgram } from "./commands/jobsProgram.ts";
import { registerCommands } from "./commands/register.ts";
import { createAllocationStore } from "./views/allocationStore.ts";
import { createCodeLens } from "./views/codeLens.ts";
import { createConsoles } from "./views/consoleTerminal.ts";
import { DisposableStore } from "./views/disposables.ts";
import { createHostLink } from "./views/hostLink.ts";
import { createLanguageServer, type LanguageServer } from "./views/languageServer.ts";
import { createLanguageStatus } from "./views/languageStatus.ts";
import { createLogDocuments } from "./views/logDocuments.ts";
import { createMachine } from "./views/machine.ts";
import { createPluginPolicy } from "./views/pluginPolicy.ts";
import { dataDirSetting } from "./views/settings.ts";
import { serverConfiguration } from "./views/serverConfiguration.ts";
import { joinParts } from "./views/reactions.ts";
import { createStatusBar } from "./views/statusBar.ts";
import { createVirtualDocuments } from "./views/virtualDocuments.ts";
import { createVmTree } from "./views/vmTree.ts";

let server: LanguageServer | undefined;

export function activate(extension: vscode.ExtensionContext): void {
  const held = new DisposableStore();
  extension.subscriptions.push(held);
  const log = held.add(vscode.window.createOutputChannel("Nomad QEMU", { log: true }));
  const dataDir = resolveDataDir(dataDirSetting(), process.env);

  const link = held.add(createHostLink({ dataDir, connect: connectTo(dataDir), log }));
  const store = held.add(createAllocationStore(link, log));
  const machine = createMachine(() => jobsProgram().fingerprintHere(), log);
  const policy = held.add(createPluginPolicy((files) => jobsProgram().loadPluginConfig(files), log));
  const configuration = serverConfiguration(policy, machine);
  server = held.add(createLanguageServer({ serverProgram: programFile("server.js"), log, configuration }));
  const tree = held.add(createVmTree(store));
  const documents = held.add(createVirtualDocuments());
  const logs = held.add(createLogDocuments(documents, log));
  const consoles = held.add(createConsoles(link, store, log));
  held.add(createStatusBar(store));
  held.add(createCodeLens(server, store));
  held.add(createLanguageStatus(server, policy));

  const services: Services = {
    ...{ extension, log, logChannel: log, link, store, tree, consoles, documents, logs, server, policy, machine },
  };
  held.add(registerCommands(services));
  held.add(registerAllowInPluginConfig(services));
  held.add(joinParts(services));
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** The host's client is loaded with the first connection. */
function connectTo(dataDir: string): Parameters<typeof createHostLink>[0]["connect"] {
  return async (start) => {
    const { connectHost } = await import("./host/connect.ts");
    const hostProgram = programFile("host.js");
    const { execPath, env } = process;
    const clientName = `vscode ${VERSION}`;
    return connectHost({ dataDir, hostProgram, execPath, env, clientName, purpose: "watch", start });
  };
}
