// "Show logs": what a task wrote, as a document that follows.
import * as vscode from "vscode";
import { readLog, tailPosition, type LogStream } from "../client/logFollower.ts";
import { COMMANDS } from "../views/names.ts";
import type { Command } from "./command.ts";
import { targetTask, type TaskTarget } from "./targets.ts";

export const showLogs: Command = {
  id: COMMANDS.showLogs,
  needs: "nothing",
  run: async (services, argument) => {
    const words = { title: "Show the logs of which task?", nothing: "There is no allocation that has logs." };
    const target = await targetTask(services, argument, () => true, words);
    const stream = target === undefined ? undefined : await pickStream(target);
    if (target !== undefined && stream !== undefined)
      await services.logs.show(target.allocation, target.task.name, stream);
  },
};

/** Asks only where there is a choice: a stream without a byte is none. */
async function pickStream({ allocation, task }: TaskTarget): Promise<LogStream | undefined> {
  const [out, error] = await Promise.all([
    hasOutput(allocation.allocDir, task.name, "stdout"),
    hasOutput(allocation.allocDir, task.name, "stderr"),
  ]);
  if (!error) return "stdout";
  if (!out) return "stderr";
  const choices: (vscode.QuickPickItem & { readonly stream: LogStream })[] = [
    { label: "stdout", description: "the serial console", stream: "stdout" },
    { label: "stderr", description: "QEMU's own messages", stream: "stderr" },
  ];
  return (await vscode.window.showQuickPick(choices, { title: `Logs of ${task.name}` }))?.stream;
}

async function hasOutput(allocDir: string, task: string, stream: LogStream): Promise<boolean> {
  const end = await tailPosition(allocDir, task, stream, { bytes: 1 });
  let any = false;
  await readLog(allocDir, task, stream, end, () => (any = true));
  return any;
}
