// Says why a job does not run, and where: a message that stays until it is read, with the way to the place.
import * as vscode from "vscode";
import type { RefusedPlace } from "./prepareJob.ts";

const SHOW = "Show";
const SHOWN_MAX = 6;

export async function explainRefusal(document: vscode.TextDocument, errors: readonly RefusedPlace[]): Promise<void> {
  const name = vscode.workspace.asRelativePath(document.uri, false);
  const lines = errors.slice(0, SHOWN_MAX).map(({ message, range }) => {
    const place = range === undefined ? name : `${name}:${range.start.line + 1}`;
    return `${place}\n${message}`;
  });
  const more = errors.length > SHOWN_MAX ? [`… and ${errors.length - SHOWN_MAX} more`] : [];
  const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
  const what = `This job does not run: it has ${count}.`;
  const detail = [...lines, ...more].join("\n\n");
  const chosen = await vscode.window.showErrorMessage(what, { modal: true, detail }, SHOW);
  const first = errors.find(({ range }) => range !== undefined)?.range;
  if (chosen !== SHOW || first === undefined) return;
  const { start, end } = first;
  await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(start.line, start.character, end.line, end.character),
  });
}
