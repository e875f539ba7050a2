// Starts a script of ours on a Node that can run it: plain JavaScript, because it must work on any Node that npm runs on.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [script, ...rest] = process.argv.slice(2);
const [major, minor] = process.versions.node.split(".").map(Number);
const bundled = path.join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
// 22.18 is the first Node that runs TypeScript without a flag.
const recent = major > 22 || (major === 22 && minor >= 18);
const node = recent ? process.execPath : existsSync(bundled) ? bundled : undefined;
if (node === undefined) {
  console.error(
    `This needs Node 22.18 or newer; here is ${process.versions.node}, and the one that "npm ci" brings (package "node") is not installed.\n` +
      'Run "npm ci" again; if your npm blocks install scripts, "npm rebuild node" puts the binary in place.',
  );
  process.exit(3);
}
const binaries = [path.join(root, "node_modules/.bin"), path.dirname(node)].join(path.delimiter);
const child = spawnSync(node, [path.join(root, "scripts", `${script}.ts`), ...rest], {
  stdio: "inherit",
  env: { ...process.env, PATH: `${binaries}${path.delimiter}${process.env.PATH ?? ""}` },
});
process.exit(child.status ?? 130);
