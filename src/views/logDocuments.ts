// A task's log as a read-only document that follows what is written, as long as it is open.
import * as vscode from "vscode";
import type { AllocationSummary } from "../client/status.ts";
import { followLog, tailPosition, type LogStream } from "../client/logFollower.ts";
import type { Logger } from "../base/logger.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import { plainText } from "./plainText.ts";
import { shortId } from "./rows.ts";
import { SCHEME, type VirtualDocuments } from "./virtualDocuments.ts";

export interface LogDocuments extends Disposable {
  show(allocation: AllocationSummary, task: string, stream: LogStream): Promise<void>;
}

/** What a document shows of a long log: its end. */
const SHOWN_BYTES = 512 * 1024;
/** A document is replaced as a whole, so not for every line. */
const UPDATE_INTERVAL_MS = 250;

export function createLogDocuments(documents: VirtualDocuments, log: Logger): LogDocuments {
  const held = new DisposableStore();
  const following = new Map<string, AbortController>();
  held.add(
    documents.onDidClose((path) => {
      following.get(path)?.abort();
      following.delete(path);
    }),
  );

  const follow = async (
    path: string,
    allocation: AllocationSummary,
    task: string,
    stream: LogStream,
    abort: AbortController,
  ): Promise<void> => {
    let text = "";
    let timer: NodeJS.Timeout | undefined;
    const decoder = new TextDecoder();
    const publish = (): void => {
      timer = undefined;
      const atEnd = endIsVisible(path);
      documents.update(path, plainText(text));
      if (atEnd) followEnd(path);
    };
    const { allocDir } = allocation;
    try {
      const from = await tailPosition(allocDir, task, stream, { bytes: SHOWN_BYTES });
      const take = (data: Buffer): void => {
        text = (text + decoder.decode(data, { stream: true })).slice(-SHOWN_BYTES);
        timer ??= setTimeout(publish, UPDATE_INTERVAL_MS);
      };
      await followLog(allocDir, task, stream, from, take, abort.signal);
    } catch (error) {
      log.warn(`log of ${task}`, error);
      text += `\n[This log cannot be followed: ${error instanceof Error ? error.message : String(error)}]\n`;
      publish();
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    show: async (allocation, task, stream) => {
      const path = `logs/${shortId(allocation.id)}/${task}.${stream}.log`;
      if (!following.has(path)) {
        const abort = new AbortController();
        following.set(path, abort);
        void follow(path, allocation, task, stream, abort);
      }
      const open = vscode.workspace.textDocuments.find((document) => isDocument(document, path));
      await documents.show(path, open?.getText() ?? "", "log");
    },
    dispose: () => {
      for (const abort of following.values()) abort.abort();
      held.dispose();
    },
  };
}

function isDocument(document: vscode.TextDocument, path: string): boolean {
  return document.uri.scheme === SCHEME && document.uri.path === `/${path}`;
}

function editorOf(path: string): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.find((editor) => isDocument(editor.document, path));
}

function endIsVisible(path: string): boolean {
  const editor = editorOf(path);
  if (editor === undefined) return false;
  const last = editor.document.lineCount - 1;
  return editor.visibleRanges.some((range) => range.end.line >= last);
}

/** Scrolls to the end once VS Code has taken over the new text. */
function followEnd(path: string): void {
  const arrived = vscode.workspace.onDidChangeTextDocument(({ document }) => {
    if (!isDocument(document, path)) return;
    arrived.dispose();
    const last = document.lineAt(document.lineCount - 1).range;
    editorOf(path)?.revealRange(last, vscode.TextEditorRevealType.Default);
  });
  setTimeout(() => void arrived.dispose(), 4 * UPDATE_INTERVAL_MS);
}
