// What the editor says of a job file beside its language: how the server is, and which plugin configuration judges.
import * as vscode from "vscode";
import { LANGUAGE_ID } from "../language/protocol.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import type { LanguageServer, ServerState } from "./languageServer.ts";
import { COMMANDS } from "./names.ts";
import type { PluginPolicy } from "./pluginPolicy.ts";

export function createLanguageStatus(server: LanguageServer, policy: PluginPolicy): Disposable {
  const held = new DisposableStore();
  const health = held.add(vscode.languages.createLanguageStatusItem("nomadQemu.server", { language: LANGUAGE_ID }));
  health.name = "Nomad QEMU language server";
  const showHealth = (state: ServerState): void => {
    health.busy = state.kind === "starting";
    health.text = state.kind === "failed" ? "Language server stopped" : "Language server";
    health.detail = state.kind === "failed" ? state.why : state.kind;
    health.severity =
      state.kind === "failed" ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    health.command =
      state.kind === "failed"
        ? { title: "Restart", command: COMMANDS.restartLanguageServer }
        : { title: "Show log", command: COMMANDS.showLog };
  };
  held.add(server.onDidChangeState(showHealth));
  showHealth(server.state());

  const judge = held.add(vscode.languages.createLanguageStatusItem("nomadQemu.policy", { language: LANGUAGE_ID }));
  judge.name = "Nomad QEMU plugin configuration";
  judge.command = { title: "Open", command: COMMANDS.openPluginConfig };
  const showJudge = (): void => {
    const now = policy.current();
    judge.text = "Plugin configuration";
    judge.detail = now.problem === undefined ? now.title : now.problem.what;
    judge.severity =
      now.problem === undefined ? vscode.LanguageStatusSeverity.Information : vscode.LanguageStatusSeverity.Warning;
  };
  held.add(policy.onDidChange(showJudge));
  showJudge();
  return held;
}
