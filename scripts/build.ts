// Builds the programs into dist/ (scripts/programs.ts). `--watch` rebuilds, `--dev` keeps names readable.
import { build, context } from "esbuild";
import { chmod, cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { programs, root } from "./programs.ts";

const watch = process.argv.includes("--watch");
const all = programs({ mode: watch || process.argv.includes("--dev") ? "development" : "release" });

await mkdir(path.join(root, "dist"), { recursive: true });
// The repository's source is ESM; what is bundled is CommonJS.
await writeFile(path.join(root, "dist/package.json"), '{ "type": "commonjs" }\n');
if (watch) for (const program of all) await (await context(program)).watch();
else await Promise.all(all.map((program) => build(program)));
await chmod(path.join(root, "dist/nomad-qemu.js"), 0o755);
await cp(path.join(root, "assets/guest"), path.join(root, "dist/guest"), {
  recursive: true,
  filter: (file) => !file.endsWith(".asm"),
});
