// `nomad-qemu`: checks the Node it runs on and hands over to the bundle that has the verb, loaded with its compiled code
// (codeCache.ts). Kept tiny: it is what every call pays.
import { EXIT } from "./exitCodes.ts";
import { loadProgram } from "./program.ts";
import { VERBS } from "./verbs.ts";

/** What each of the bundles exports. */
interface Bundle {
  readonly main: (words: readonly string[]) => Promise<void>;
}

function main(words: readonly string[]): void {
  // The verb is always the first word that is one; before it there may be "help" and switches.
  const verb = VERBS.find(({ name }) => name === words.find((word) => VERBS.some((known) => known.name === word)));
  const bundle = loadProgram(verb?.program ?? "vms", verb?.name ?? "help") as Bundle;
  void bundle.main(words);
}

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) {
  process.stderr.write(
    `nomad-qemu needs Node 22 or newer; this is Node ${process.versions.node} (${process.execPath}).\nInstall a newer Node, or run it through npm in its checkout, which brings its own.\n`,
  );
  process.exitCode = EXIT.missing;
} else {
  main(process.argv.slice(2));
}
