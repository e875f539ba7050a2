// Runs inside the extension host, of the server build or of a desktop VS Code: the way from a job file to a stopped machine
// through VS Code's own interfaces. VS Code calls `run`; a rejection fails the run.
import assert from "node:assert/strict";
import path from "node:path";
import * as vscode from "vscode";
import type { AllocationSummary } from "../../../src/client/status.ts";
import { connectHost, type HostConnection } from "../../../src/host/connect.ts";
import { COMMANDS } from "../../../src/views/names.ts";

const steps: readonly (readonly [string, () => Promise<void>])[] = [
  ["a job file has the language nomad-job and activates the extension", opensJobFile],
  ["an argument that the operator does not allow is an error with our code", marksArgument],
  ["its fix removes the argument", fixesArgument],
  ["running the task starts its machine and opens its console", runsTask],
  ["stopping it waits until the guest has switched itself off", stopsTask],
];

export async function run(): Promise<void> {
  for (const [title, step] of steps) {
    try {
      await step();
      console.log(`ok ${title}`);
    } catch (error) {
      console.log(`FAILED ${title}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      throw error;
    }
  }
}

const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file("/");
const uri = vscode.Uri.joinPath(folder, "vm.nomad.hcl");

async function opensJobFile(): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  assert.equal(document.languageId, "nomad-job");
  const extension = vscode.extensions.getExtension("nomad-qemu.nomad-qemu");
  assert.ok(extension, "the extension is there");
  await extension.activate();
}

async function marksArgument(): Promise<void> {
  const [found] = await diagnosticsWhen((all) => all.length > 0);
  assert.equal(codeOf(found), "qemu/args-not-allowed");
}

async function fixesArgument(): Promise<void> {
  const [found] = errors();
  assert.ok(found);
  const actions = await quickFixes(found.range);
  const fix = actions.find(({ title, edit }) => /remove/i.test(title) && edit !== undefined);
  assert.ok(fix?.edit, `a fix that removes, among: ${actions.map(({ title }) => title).join(", ")}`);
  assert.ok(await vscode.workspace.applyEdit(fix.edit));
  await diagnosticsWhen((all) => all.length === 0);
  await (await vscode.workspace.openTextDocument(uri)).save();
}

/**
 * What the light bulb shows. VS Code withdraws a question that is under way when any extension registers a provider of code
 * actions, which those that come with it do while a window starts: the answer is then empty, or "Canceled". The light bulb asks
 * again, and so does this; an answer that stays away ends at the time limit of the test.
 */
async function quickFixes(range: vscode.Range): Promise<vscode.CodeAction[]> {
  for (;;) {
    try {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        uri,
        range,
        vscode.CodeActionKind.QuickFix.value,
      );
      if (actions.length > 0) return actions;
    } catch (error) {
      if (!(error instanceof Error && error.name === "Canceled")) throw error;
    }
  }
}

async function runsTask(): Promise<void> {
  await vscode.commands.executeCommand(COMMANDS.runTask, uri);
  const [allocation] = await allocations();
  assert.equal(allocation?.status, "running");
  assert.equal(allocation.jobFile, uri.fsPath);
  assert.ok(
    vscode.window.terminals.some(({ name }) => name === "journey.tiny"),
    "its console is a terminal",
  );
}

async function stopsTask(): Promise<void> {
  const [before] = await allocations();
  await vscode.commands.executeCommand(COMMANDS.stop, { kind: "allocation", id: before?.id });
  const [after] = await allocations();
  assert.equal(after?.status, "complete");
  assert.equal(after.tasks[0]?.exit?.reason, "guest-shutdown");
}

function errors(): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
}

function codeOf(diagnostic: vscode.Diagnostic | undefined): unknown {
  const code = diagnostic?.code;
  return typeof code === "object" ? code.value : code;
}

/** The errors of the file once they are as wanted. */
function diagnosticsWhen(wanted: (all: readonly vscode.Diagnostic[]) => boolean): Promise<vscode.Diagnostic[]> {
  return new Promise((resolve) => {
    const look = (): void => {
      const all = errors();
      if (!wanted(all)) return;
      listening.dispose();
      resolve(all);
    };
    const listening = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

async function allocations(): Promise<AllocationSummary[]> {
  const host = await livingHost();
  try {
    return await host.request("allocation/list", {});
  } finally {
    host.dispose();
  }
}

async function livingHost(): Promise<HostConnection> {
  const dataDir = process.env["NOMAD_QEMU_DATA_DIR"] ?? "";
  assert.ok(path.isAbsolute(dataDir));
  const { execPath, env } = process;
  const connected = await connectHost({ dataDir, hostProgram: "", execPath, env, clientName: "test", start: "never" });
  assert.ok(connected.ok, "the host lives");
  return connected.value;
}
