// `nomad-qemu`: checks the Node it runs on, turns the compile cache on, and hands over to the bundle that does the work
// (dist/cli.js), which the cache can hold because it is another file. Kept tiny: it is what every call pays.
import { createRequire, enableCompileCache } from "node:module";
import { programFile } from "../base/programs.ts";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) {
  process.stderr.write(
    `nomad-qemu needs Node 22 or newer; this is Node ${process.versions.node} (${process.execPath}).\nInstall a newer Node, or run it through npm in its checkout, which brings its own.\n`,
  );
  process.exitCode = 3;
} else {
  enableCompileCache();
  const file = programFile("cli.js");
  const { main } = createRequire(file)(file) as { main: (words: readonly string[]) => Promise<void> };
  void main(process.argv.slice(2));
}
