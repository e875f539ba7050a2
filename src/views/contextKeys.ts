// The `when` clause keys as one typed object.
import * as vscode from "vscode";
import type { ContextKeys } from "./names.ts";

export type SetContextKey = <K extends keyof ContextKeys>(key: K, value: ContextKeys[K]) => void;

/** Returns a setter that tells VS Code of changes only. */
export function createContextKeys(): SetContextKey {
  const known = new Map<keyof ContextKeys, unknown>();
  return (key, value) => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void vscode.commands.executeCommand("setContext", `nomadQemu.${key}`, value);
  };
}
