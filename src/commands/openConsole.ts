// "Open console": the serial console of a task as a terminal.
import { COMMANDS } from "../views/names.ts";
import type { Command } from "./command.ts";
import { targetTask } from "./targets.ts";

export const openConsole: Command = {
  id: COMMANDS.openConsole,
  needs: "trust",
  run: async (services, argument) => {
    const words = { title: "Open the console of which task?", nothing: "No task with a serial console is running." };
    const hasOne = ({ state, hasConsole }: { state: string; hasConsole: boolean }): boolean =>
      state === "running" && hasConsole;
    const target = await targetTask(services, argument, hasOne, words);
    if (target === undefined) return;
    const { allocation, task } = target;
    services.consoles.show({ id: allocation.id, task: task.name }, `${allocation.jobId}.${task.name}`);
  },
};
