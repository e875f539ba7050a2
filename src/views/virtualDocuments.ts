// Read-only documents that are made, not stored: command lines, the fingerprint, logs. One provider for the one scheme.
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "./disposables.ts";

export const SCHEME = "nomad-qemu";

export interface VirtualDocuments extends Disposable {
  /** Puts `text` under `path` (its last part is the tab's title) and shows it; an open document changes in place. */
  show(path: string, text: string, language: string, place?: "here" | "beside"): Promise<vscode.TextEditor>;
  /** Changes the text of a document that is open. */
  update(path: string, text: string): void;
  /** Called when the last editor of a document is closed. */
  readonly onDidClose: vscode.Event<string>;
}

export function createVirtualDocuments(): VirtualDocuments {
  const held = new DisposableStore();
  const texts = new Map<string, string>();
  const changed = held.add(new vscode.EventEmitter<vscode.Uri>());
  const closed = held.add(new vscode.EventEmitter<string>());
  const uriOf = (path: string): vscode.Uri => vscode.Uri.from({ scheme: SCHEME, path: `/${path}` });
  const update = (path: string, text: string): void => {
    if (texts.get(path) === text) return;
    texts.set(path, text);
    changed.fire(uriOf(path));
  };

  held.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => texts.get(uri.path.slice(1)) ?? "",
    }),
  );
  held.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      const path = uri.path.slice(1);
      if (uri.scheme === SCHEME && texts.delete(path)) closed.fire(path);
    }),
  );

  return {
    show: async (path, text, language, place = "here") => {
      update(path, text);
      const document = await vscode.workspace.openTextDocument(uriOf(path));
      if (document.languageId !== language) await vscode.languages.setTextDocumentLanguage(document, language);
      return vscode.window.showTextDocument(document, {
        preview: false,
        viewColumn: place === "beside" ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
      });
    },
    update,
    onDidClose: closed.event,
    dispose: () => held.dispose(),
  };
}
