// Run, Stop and Console above each qemu task.
import * as vscode from "vscode";
import { LANGUAGE_ID, TASKS_REQUEST, type QemuTask, type TasksResult } from "../language/protocol.ts";
import type { AllocationStore } from "./allocationStore.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import { aliveFrom } from "./rows.ts";
import type { LanguageServer } from "./languageServer.ts";
import { COMMANDS, SETTINGS } from "./names.ts";
import { affects, codeLensEnabled } from "./settings.ts";

/** Argument of "Run QEMU task" from a code lens. */
export interface TaskReference {
  readonly uri: string;
  readonly group: string;
  readonly task: string;
}

const ASK_AGAIN_MS = 1000;

export function createCodeLens(server: LanguageServer, store: AllocationStore): Disposable {
  const held = new DisposableStore();
  const changed = held.add(new vscode.EventEmitter<void>());
  // VS Code drops a refresh when the editor loses the focus meanwhile, as it does when a console opens: ask once more.
  let again: NodeJS.Timeout | undefined;
  held.add({ dispose: () => clearTimeout(again) });
  const refresh = (): void => {
    changed.fire();
    clearTimeout(again);
    again = setTimeout(() => changed.fire(), ASK_AGAIN_MS);
  };
  held.add(server.onDidChangeTasks(refresh));
  held.add(server.onDidChangeState(refresh));
  held.add(store.onDidChange(refresh));
  held.add(vscode.workspace.onDidChangeConfiguration((event) => affects(event, SETTINGS.codeLens) && changed.fire()));
  held.add(
    vscode.languages.registerCodeLensProvider(
      { language: LANGUAGE_ID },
      {
        onDidChangeCodeLenses: changed.event,
        provideCodeLenses: async (document) => {
          if (!codeLensEnabled()) return [];
          const uri = document.uri.toString();
          const result = await server.request(TASKS_REQUEST, { uri });
          return result?.tasks.flatMap((task) => lensesOf(task, document, result, store)) ?? [];
        },
      },
    ),
  );
  return held;
}

function lensesOf(
  task: QemuTask,
  document: vscode.TextDocument,
  { jobId }: TasksResult,
  store: AllocationStore,
): vscode.CodeLens[] {
  const { start, end } = task.range;
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const reference: TaskReference = { uri: document.uri.toString(), group: task.group, task: task.task };
  const lens = (title: string, tooltip: string, command: string, argument: unknown): vscode.CodeLens =>
    new vscode.CodeLens(range, { title, tooltip, command, arguments: [argument] });

  // A plain space between icon and text would be swallowed.
  const running = aliveFrom(store.alive(), { file: fileOf(document), jobId, group: task.group, task: task.task });
  if (running !== undefined) {
    const node = { kind: "task", id: running.id, task: task.task } as const;
    return [
      lens("$(debug-stop)\u00a0Stop", `Stop ${running.name} gracefully`, COMMANDS.stop, node),
      lens("$(terminal)\u00a0Console", "Open the serial console", COMMANDS.openConsole, node),
    ];
  }
  const why = task.runnable.kind === "no" ? task.runnable.message : "Run this task's virtual machine here";
  return [
    lens("$(play)\u00a0Run", why, COMMANDS.runTask, reference),
    lens("$(list-flat)\u00a0Command line", "Show what would be run", COMMANDS.showCommandLine, reference),
  ];
}

/** The path by which allocations remember a document; undefined for one that is on no disk. */
export function fileOf({ uri }: vscode.TextDocument): string | undefined {
  return uri.scheme === "file" ? uri.fsPath : undefined;
}
