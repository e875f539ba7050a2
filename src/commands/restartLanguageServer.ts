// "Restart language server": also the way back for one that died too often.
import { COMMANDS } from "../views/names.ts";
import type { Command } from "./command.ts";

export const restartLanguageServer: Command = {
  id: COMMANDS.restartLanguageServer,
  needs: "nothing",
  run: ({ server }) => server.restart(),
};
