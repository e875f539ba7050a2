// "Show log": the extension's log channel.
import { COMMANDS } from "../views/names.ts";
import type { Command } from "./command.ts";

export const showLog: Command = {
  id: COMMANDS.showLog,
  needs: "nothing",
  run: ({ logChannel }) => {
    logChannel.show();
    return Promise.resolve();
  },
};
