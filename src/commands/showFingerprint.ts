// "Show fingerprint": what was found of QEMU on this machine, in Nomad's words, as a read-only document.
import { COMMANDS } from "../views/names.ts";
import type { Command } from "./command.ts";

export const showFingerprint: Command = {
  id: COMMANDS.showFingerprint,
  needs: "trust",
  run: async ({ machine, documents }) => {
    const found = await machine.probe();
    await documents.show("fingerprint.json", `${JSON.stringify(found, null, 2)}\n`, "json");
  },
};
