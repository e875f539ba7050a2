// `nomad-qemu`: checks the Node it runs on and hands over to the bundle that has the verb, loaded with its compiled code
// (codeCache.ts). It is what every call pays, compiled anew each time: so it is short, and in few functions.
import type { Main } from "./commandLine.ts";
import { EXIT } from "./exitCodes.ts";
import { loadProgram } from "./program.ts";
import { PROGRAM_OF, type VerbName } from "./programs.ts";

if (Number.parseInt(process.versions.node, 10) < 22) {
  process.stderr.write(
    `nomad-qemu needs Node 22 or newer; this is Node ${process.versions.node} (${process.execPath}).\nInstall a newer Node, or run it through npm in its checkout, which brings its own.\n`,
  );
  process.exitCode = EXIT.missing;
} else {
  const words = process.argv.slice(2);
  // The verb is always the first word that is one; before it there may be "help" and switches.
  let verb: VerbName | undefined;
  for (const word of words) {
    if (Object.hasOwn(PROGRAM_OF, word)) {
      verb = word as VerbName;
      break;
    }
  }
  const { exports, cache } = loadProgram(verb === undefined ? "vms" : PROGRAM_OF[verb], verb ?? "help");
  void (exports as { main: Main }).main(words, cache);
}
