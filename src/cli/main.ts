// `nomad-qemu`: checks the Node it runs on, turns the compile cache on, and hands over. Kept tiny: it is what every call pays.
import { enableCompileCache } from "node:module";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) {
  process.stderr.write(
    `nomad-qemu needs Node 22 or newer; this is Node ${process.versions.node} (${process.execPath}).\nInstall a newer Node, or run it through npm in its checkout, which brings its own.\n`,
  );
  process.exitCode = 3;
} else {
  enableCompileCache();
  void import("./cli.ts").then(({ main }) => main(process.argv.slice(2)));
}
