// The environment that a run passes on to its tasks: this process's own, without what VS Code put there for itself.
import { definedVariables } from "../../base/environment.ts";

/** Variables by which editor processes talk to each other: of no use to a task, and some of them are secrets. */
const OF_THE_EDITOR = /^(?:VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_EXEC_PATH$)/;

export function callerEnvironment(): Record<string, string> {
  const entries = Object.entries(definedVariables(process.env));
  return Object.fromEntries(entries.filter(([name]) => !OF_THE_EDITOR.test(name)));
}
