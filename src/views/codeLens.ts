// Run, Stop and Console above each qemu task.
import * as vscode from "vscode";
import type { AllocationSummary } from "../client/status.ts";
import { LANGUAGE_ID, TASKS_REQUEST, type QemuTask, type TasksResult } from "../language/protocol.ts";
import type { AllocationStore } from "./allocationStore.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import type { LanguageServer } from "./languageServer.ts";
import { COMMANDS, SETTINGS } from "./names.ts";
import { affects, codeLensEnabled } from "./settings.ts";

/** Argument of "Run QEMU task" from a code lens. */
export interface TaskReference {
  readonly uri: string;
  readonly group: string;
  readonly task: string;
}

export function createCodeLens(server: LanguageServer, store: AllocationStore): Disposable {
  const held = new DisposableStore();
  const changed = held.add(new vscode.EventEmitter<void>());
  held.add(server.onDidChangeTasks(() => changed.fire()));
  held.add(server.onDidChangeState(() => changed.fire()));
  held.add(store.onDidChange(() => changed.fire()));
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
  const running = runningTask(document, jobId, task, store);
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

/** The living allocation that was started from this task of this document. */
function runningTask(
  document: vscode.TextDocument,
  jobId: string | null,
  { group, task }: QemuTask,
  store: AllocationStore,
): AllocationSummary | undefined {
  const file = document.uri.scheme === "file" ? document.uri.fsPath : undefined;
  return store
    .alive()
    .find(
      (allocation) =>
        allocation.jobFile === file &&
        (file !== undefined || allocation.jobId === jobId) &&
        allocation.group === group &&
        allocation.tasks.some(({ name, state }) => name === task && state !== "dead"),
    );
}
