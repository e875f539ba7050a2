// Makes some packages load when they are first used, not when the program starts: what a usual command never needs.
import type { Plugin } from "esbuild";
import { createRequire } from "node:module";

/** Each takes 1 to 10 ms to load, `os` a fifth of one. */
const LAZY = /^(?:bcryptjs|re2js|yaml|(?:node:)?(?:crypto|net|child_process|os))$/;
/** In others' code only these: vscode-jsonrpc wants random names for pipes that nobody here opens. */
const LAZY_IN_PACKAGES: Readonly<Record<string, RegExp>> = { crypto: /[\\/]vscode-jsonrpc[\\/]/ };

const load = createRequire(import.meta.url);

/**
 * esbuild plugin: such a package becomes a module whose exports are getters that load it. esbuild reads an imported name
 * where it is used, so the getter runs at the first use.
 */
export const lazyImports: Plugin = {
  name: "lazy-imports",
  setup(build) {
    build.onResolve({ filter: LAZY }, ({ path: name, namespace, importer, resolveDir }) => {
      const isOwn = !importer.includes("node_modules");
      if (namespace === "lazy" || !(isOwn || LAZY_IN_PACKAGES[name]?.test(importer) === true)) return undefined;
      return { path: name.replace("node:", ""), namespace: "lazy", pluginData: resolveDir };
    });
    build.onLoad({ filter: /./, namespace: "lazy" }, ({ path: name, pluginData: resolveDir }) => {
      const names = Object.keys(load(name) as object).filter(
        (each) => /^[A-Za-z]\w*$/.test(each) && each !== "default",
      );
      const getters = names.map((each) => `get ${each}() { return require(${JSON.stringify(name)}).${each}; }`);
      return { contents: `module.exports = { ${getters.join(", ")} };`, resolveDir: resolveDir as string };
    });
  },
};
