// From what "Run QEMU task" was given (a file, a code lens, a row of the tree, nothing) to the document and the task it means.
import * as vscode from "vscode";
import { LANGUAGE_ID } from "../../language/protocol.ts";
import type { TaskReference } from "../../views/codeLens.ts";
import { isNode } from "../../views/vmTree.ts";
import type { Services } from "../command.ts";

export interface RunRequest {
  readonly document: vscode.TextDocument;
  /** Known when it came from a code lens or a row. */
  readonly group?: string;
  readonly task?: string;
}

/** The document to run, saved; undefined (after saying why) when there is none. */
export async function requestedDocument(services: Services, argument: unknown): Promise<RunRequest | undefined> {
  const request = await resolve(services, argument);
  if (request === undefined) {
    void vscode.window.showInformationMessage("Open a Nomad job file with a qemu task first.");
    return undefined;
  }
  const { document } = request;
  // What runs is what is on disk, so that a second look at the file shows what runs.
  if (document.isDirty && !document.isUntitled && !(await document.save())) return undefined;
  return request;
}

async function resolve({ store }: Services, argument: unknown): Promise<RunRequest | undefined> {
  if (argument instanceof vscode.Uri) return { document: await vscode.workspace.openTextDocument(argument) };
  if (isReference(argument)) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(argument.uri, true));
    return { document, group: argument.group, task: argument.task };
  }
  if (isNode(argument)) {
    const allocation = store.get(argument.id);
    if (allocation?.jobFile === undefined) return undefined;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(allocation.jobFile));
    const task = argument.kind === "task" ? { task: argument.task } : {};
    return { document, group: allocation.group, ...task };
  }
  const active = vscode.window.activeTextEditor?.document;
  return active?.languageId === LANGUAGE_ID ? { document: active } : undefined;
}

function isReference(value: unknown): value is TaskReference {
  return typeof value === "object" && value !== null && "uri" in value && typeof value.uri === "string";
}
