// The settings of the manifest, read with their types. A value that is not what the manifest says counts as not set.
import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { SETTINGS } from "./names.ts";
import type { PolicySettings } from "./policySource.ts";

export type ConfirmRun = "firstRun" | "always" | "never";

const read = (key: string): unknown => vscode.workspace.getConfiguration("nomadQemu").get(key);

export function confirmRun(): ConfirmRun {
  const value = read(SETTINGS.confirmRun);
  return value === "always" || value === "never" ? value : "firstRun";
}

export function openConsoleOnRun(): boolean {
  return read(SETTINGS.openConsoleOnRun) !== false;
}

export function codeLensEnabled(): boolean {
  return read(SETTINGS.codeLens) !== false;
}

/** The data directory that is asked for, `~` and relative paths resolved against the home directory. */
export function dataDirSetting(): string | undefined {
  const value = read(SETTINGS.dataDir);
  return typeof value === "string" && value !== "" ? expandHome(value) : undefined;
}

export function nomadVersion(): string | null {
  const value = read(SETTINGS.nomadVersion);
  return typeof value === "string" && /^\d+\.\d+\.\d+$/.test(value) ? value : null;
}

export function policySettings(): PolicySettings {
  return {
    agentConfigFiles: (machineList(SETTINGS.agentConfigFiles) ?? []).map(expandHome),
    imagePaths: machineList(SETTINGS.imagePaths)?.map(expandTilde),
    argsAllowlist: machineList(SETTINGS.argsAllowlist),
    emulatorsAllowlist: machineList(SETTINGS.emulatorsAllowlist),
  };
}

/** A list that the user or the machine's administrator set; a workspace has no say in what may run. */
function machineList(key: string): string[] | undefined {
  const value: unknown = vscode.workspace.getConfiguration("nomadQemu").inspect(key)?.globalValue;
  if (!Array.isArray(value)) return undefined;
  const list = value.filter((entry): entry is string => typeof entry === "string");
  return list.length === 0 ? undefined : list;
}

export function affects(event: vscode.ConfigurationChangeEvent, ...keys: string[]): boolean {
  return keys.some((key) => event.affectsConfiguration(`nomadQemu.${key}`));
}

function expandHome(value: string): string {
  return path.resolve(os.homedir(), expandTilde(value));
}

/** Image folders are compared letter by letter, so nothing else is changed in them. */
function expandTilde(value: string): string {
  return value.replace(/^~(?=$|[\\/])/, os.homedir());
}
