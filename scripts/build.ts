// Builds the four programs into dist/, one CommonJS bundle each. `--watch` rebuilds, `--dev` keeps names readable.
import { build, context, type BuildOptions } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as { version: string };
const watch = process.argv.includes("--watch");
const development = watch || process.argv.includes("--dev");

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  minify: !development,
  keepNames: !development,
  sourcemap: development ? "linked" : false,
  logLevel: "warning",
  outdir: "dist",
  define: { __VERSION__: JSON.stringify(manifest.version), "import.meta.dirname": "__dirname" },
};

const programs: BuildOptions[] = [
  { ...common, entryPoints: { extension: "src/extension.ts" }, external: ["vscode"] },
  { ...common, entryPoints: { server: "src/language/main.ts", host: "src/host/main.ts" } },
  { ...common, entryPoints: { "nomad-qemu": "src/cli/main.ts" }, banner: { js: "#!/usr/bin/env node" } },
  { ...common, entryPoints: { "syntax-oracle": "src/hcl/secondOpinionWorker.ts" } },
];

await rm(path.join(root, "dist"), { recursive: true, force: true });
await mkdir(path.join(root, "dist"), { recursive: true });
// The repository's source is ESM; what is bundled is CommonJS.
await writeFile(path.join(root, "dist/package.json"), '{ "type": "commonjs" }\n');
if (watch) for (const program of programs) await (await context(program)).watch();
else await Promise.all(programs.map((program) => build(program)));
await cp(path.join(root, "assets/guest"), path.join(root, "dist/guest"), {
  recursive: true,
  filter: (file) => !file.endsWith(".asm"),
});
