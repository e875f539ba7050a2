// The plugin configuration that judges in this window: read from where it is (policySource.ts), and again when that changes.
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { formatProblem, type Problem, type Result } from "../base/result.ts";
import type { Logger } from "../base/logger.ts";
import { machinePluginConfigFile, UNRESTRICTED, type PluginConfig } from "../driver/pluginConfig.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import { createEmitter, type Listen } from "./emitter.ts";
import { SETTINGS } from "./names.ts";
import { chooseSource, titleOf, type PolicySettings, type PolicySource } from "./policySource.ts";
import { affects, policySettings } from "./settings.ts";

export interface PolicyInForce {
  readonly source: PolicySource;
  readonly pluginConfig: PluginConfig;
  /** The file cannot be read or is wrong: then nothing may run until it is mended. */
  readonly problem: Problem | undefined;
  /** For the language status: `agent.hcl`, `settings`, `unrestricted`. */
  readonly title: string;
  /** Whether this user may change it. */
  readonly writable: boolean;
}

export interface PluginPolicy extends Disposable {
  /** The last one that was read; before the first, the unrestricted one. */
  current(): PolicyInForce;
  /** Reads it again, now. */
  read(): Promise<PolicyInForce>;
  readonly onDidChange: Listen<PolicyInForce>;
}

export type LoadAgentFiles = (files: readonly string[]) => Promise<Result<PluginConfig>>;

export function createPluginPolicy(load: LoadAgentFiles, log: Logger): PluginPolicy {
  const held = new DisposableStore();
  const changed = createEmitter<PolicyInForce>();
  let watchers = new DisposableStore();
  let now = inForce({ kind: "none" }, { ok: true, value: UNRESTRICTED });

  const read = async (): Promise<PolicyInForce> => {
    const settings = policySettings();
    const source = chooseSource(
      settings,
      machinePluginConfigFile(process.env),
      existsSync(machinePluginConfigFile(process.env)) ? "exists" : "absent",
    );
    const next = inForce(source, await configOf(source, settings, load));
    if (next.problem !== undefined) log.warn(formatProblem(next.problem));
    watch(source);
    const different = JSON.stringify(next) !== JSON.stringify(now);
    now = next;
    if (different) changed.fire(next);
    return next;
  };

  const watch = (source: PolicySource): void => {
    const files = new Set([machinePluginConfigFile(process.env), ...(source.kind === "files" ? source.files : [])]);
    const key = [...files].join("\n");
    if (key === watched) return;
    watched = key;
    watchers.dispose();
    watchers = new DisposableStore();
    for (const file of files) {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(path.dirname(file)), path.basename(file));
      const watcher = watchers.add(vscode.workspace.createFileSystemWatcher(pattern));
      for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete])
        watchers.add(event(() => void read()));
    }
  };
  let watched = "";

  held.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      const { agentConfigFiles, imagePaths, argsAllowlist, emulatorsAllowlist } = SETTINGS;
      if (affects(event, agentConfigFiles, imagePaths, argsAllowlist, emulatorsAllowlist)) void read();
    }),
  );
  return {
    current: () => now,
    read,
    onDidChange: changed.event,
    dispose: () => {
      held.dispose();
      watchers.dispose();
    },
  };
}

async function configOf(
  source: PolicySource,
  settings: PolicySettings,
  load: LoadAgentFiles,
): Promise<Result<PluginConfig>> {
  switch (source.kind) {
    case "files":
      return load(source.files);
    case "machine-file":
      return load([source.file]);
    case "settings": {
      const { imagePaths = [], argsAllowlist = [], emulatorsAllowlist = [] } = settings;
      return { ok: true, value: { imagePaths, argsAllowlist, emulatorsAllowlist } };
    }
    case "none":
      return { ok: true, value: UNRESTRICTED };
  }
}

function inForce(source: PolicySource, config: Result<PluginConfig>): PolicyInForce {
  return {
    source,
    pluginConfig: config.ok ? config.value : UNRESTRICTED,
    problem: config.ok ? undefined : config.error,
    title: titleOf(source),
    writable: isWritable(source),
  };
}

function isWritable(source: PolicySource): boolean {
  if (source.kind === "settings") return true;
  if (source.kind === "none") return false;
  const file = source.kind === "machine-file" ? source.file : source.files.at(-1);
  try {
    accessSync(file ?? "", constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
