// What is bundled, as data: the build makes it, the notices are taken from it, the bench measures it.
import type { BuildOptions } from "esbuild";
import { readFileSync } from "node:fs";
import path from "node:path";
import { BUNDLE_WRAPPER } from "../src/cli/codeCache.ts";
import { hcl2ParserPatch } from "./hcl2ParserPatch.ts";
import { inlineTokenKinds } from "./inlineTokenKinds.ts";
import { LAZY_PACKAGES, lazyImports, PACKAGES_FOLDER } from "./lazyImports.ts";

export const root = path.dirname(import.meta.dirname);

/** The programs of dist/, one CommonJS bundle each; `development` keeps names and adds source maps. */
export function programs({ mode }: { mode: "release" | "development" }): BuildOptions[] {
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  const common: BuildOptions = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: mode === "release",
    sourcemap: mode === "development" ? "linked" : false,
    logLevel: "warning",
    outdir: "dist",
    define: { __VERSION__: JSON.stringify(version), "import.meta.dirname": "__dirname" },
    plugins: [lazyImports({ packages: "beside" }), inlineTokenKinds],
  };
  const wrapped: BuildOptions = { banner: { js: BUNDLE_WRAPPER.before }, footer: { js: BUNDLE_WRAPPER.after } };
  return [
    { ...common, entryPoints: { extension: "src/extension.ts" }, external: ["vscode"] },
    {
      ...common,
      entryPoints: {
        server: "src/language/main.ts",
        jobs: "src/commands/jobs.ts",
      },
    },
    {
      ...common,
      entryPoints: {
        vms: "src/cli/vmsProgram.ts",
        run: "src/cli/runProgram.ts",
        files: "src/cli/filesProgram.ts",
        machine: "src/cli/machineProgram.ts",
      },
      ...wrapped,
    },
    {
      ...common,
      // Short names make it smaller, and the cold start half a millisecond longer (measured; its code comes from a cache):
      // V8 gives the young generation more room once a megabyte has survived in it, the bundle's text included. After a
      // smaller text it stays as it is, and a second collection is needed before 1,000 lines are read.
      ...(mode === "release" ? { minify: false, minifyWhitespace: true } : {}),
      entryPoints: { parse: "src/cli/parseProgram.ts" },
      ...wrapped,
    },
    {
      ...common,
      entryPoints: { host: "src/host/main.ts" },
      // It is copied to where it runs, so that no installed folder is in use (src/host/startHost.ts): one file.
      plugins: [lazyImports({ packages: "inside" }), inlineTokenKinds],
    },
    {
      ...common,
      outdir: `dist/${PACKAGES_FOLDER}`,
      entryPoints: Object.fromEntries(LAZY_PACKAGES.map((name) => [name, name])),
      plugins: [],
    },
    {
      ...common,
      entryPoints: { "nomad-qemu": "src/cli/main.ts" },
      banner: { js: "#!/usr/bin/env node" },
      // What it imports Node has loaded already, but for vm, which it needs.
      plugins: [],
    },
    {
      ...common,
      entryPoints: { "syntax-oracle": "src/hcl/secondOpinionWorker.ts" },
      plugins: [hcl2ParserPatch],
    },
  ];
}
