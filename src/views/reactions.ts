// What follows from what: the few reactions that join the language server, the host, the machine and the views.
// In Restricted Mode the language server is all there is.
import * as vscode from "vscode";
import { LANGUAGE_ID } from "../language/protocol.ts";
import type { Logger } from "../base/logger.ts";
import type { AllocationStore } from "./allocationStore.ts";
import { createContextKeys } from "./contextKeys.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import type { HostLink } from "./hostLink.ts";
import { watchForHost } from "./hostWatcher.ts";
import type { LanguageServer } from "./languageServer.ts";
import type { Machine } from "./machine.ts";
import { SETTINGS } from "./names.ts";
import type { PluginPolicy } from "./pluginPolicy.ts";
import { isAlive } from "./rows.ts";
import { affects } from "./settings.ts";
import type { VmTree } from "./vmTree.ts";

export interface Parts {
  readonly log: Logger;
  readonly link: HostLink;
  readonly store: AllocationStore;
  readonly machine: Machine;
  readonly policy: PluginPolicy;
  readonly server: LanguageServer;
  readonly tree: VmTree;
}

export function joinParts(parts: Parts): Disposable {
  const held = new DisposableStore();
  held.add(keepContextKeys(parts));
  const { link, log, machine, policy, server, tree } = parts;

  /** Somebody looks: at the tree, or at a job file. */
  const wanted = (): void => {
    if (!vscode.workspace.isTrusted) return;
    machine.known().catch((error: unknown) => log.error("QEMU could not be looked for", error));
    void link.look();
  };
  const jobFile = (document: vscode.TextDocument): void => {
    if (document.languageId !== LANGUAGE_ID) return;
    server.start();
    wanted();
  };
  held.add(vscode.workspace.onDidOpenTextDocument(jobFile));
  held.add(tree.onDidBecomeVisible(wanted));

  const configure = (): void => {
    if (server.state().kind !== "running") return;
    server.configure().catch((error: unknown) => log.error("the language server was not configured", error));
  };
  held.add(policy.onDidChange(configure));
  held.add(machine.onDidChange(configure));
  held.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (affects(event, SETTINGS.nomadVersion)) configure();
      if (affects(event, SETTINGS.dataDir)) void offerReload();
    }),
  );

  const trusted = (): void => {
    held.add(watchForHost(link.dataDir, () => void link.look()));
    configure();
    // A host that lives already has something to show in the status bar; looking for it costs one file.
    void link.look();
    if (tree.visible()) wanted();
  };
  if (vscode.workspace.isTrusted) setImmediate(trusted);
  else held.add(vscode.workspace.onDidGrantWorkspaceTrust(trusted));
  setImmediate(() => {
    for (const document of vscode.workspace.textDocuments) jobFile(document);
  });
  return held;
}

function keepContextKeys({ link, store, machine }: Parts): Disposable {
  const held = new DisposableStore();
  const set = createContextKeys();
  held.add(link.onDidChangeState(({ kind }) => set("host", kind)));
  held.add(machine.onDidChange(({ detected }) => set("qemu", detected ? "found" : "missing")));
  const count = (): void => {
    const all = store.all();
    const running = all.filter(isAlive).length;
    set("allocations", all.length);
    set("running", running);
    set("finished", all.length - running);
  };
  const editor = (): void => set("jobFile", vscode.window.activeTextEditor?.document.languageId === LANGUAGE_ID);
  held.add(vscode.window.onDidChangeActiveTextEditor(editor));
  held.add(vscode.workspace.onDidOpenTextDocument(editor));
  held.add(store.onDidChange(count));
  set("host", link.state().kind);
  set("qemu", "unknown");
  count();
  editor();
  return held;
}

async function offerReload(): Promise<void> {
  const reload = "Reload window";
  const question = "The data directory counts from the next start of this window.";
  if ((await vscode.window.showInformationMessage(question, reload)) === reload)
    await vscode.commands.executeCommand("workbench.action.reloadWindow");
}
