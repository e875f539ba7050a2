// Makes some packages load when they are first used, not when the program starts: what a usual command never needs.
import type { Plugin } from "esbuild";
import { createRequire } from "node:module";

/** Third-party packages that are loaded so. Those beside a program are bundles of their own, which the programs share. */
export const LAZY_PACKAGES = ["bcryptjs", "re2js", "yaml"] as const;
const LAZY_BUILTINS = ["child_process", "crypto", "net", "os"];
/** Each takes 1 to 10 ms to load, `os` a fifth of one. */
const LAZY = new RegExp(`^(?:${LAZY_PACKAGES.join("|")}|(?:node:)?(?:${LAZY_BUILTINS.join("|")}))$`);
/** In others' code only these: vscode-jsonrpc wants random names for pipes that nobody here opens. */
const LAZY_IN_PACKAGES: Readonly<Record<string, RegExp>> = { crypto: /[\\/]vscode-jsonrpc[\\/]/ };

/** The folder in dist/ for the shared packages. */
export const PACKAGES_FOLDER = "packages";

const load = createRequire(import.meta.url);

/**
 * esbuild plugin: such a package becomes a module whose exports are getters that load it. esbuild reads an imported name
 * where it is used, so the getter runs at the first use.
 *
 * @param packages where the third-party ones are: `inside` the program, or `beside` it in dist/packages
 */
export function lazyImports({ packages }: { packages: "inside" | "beside" }): Plugin {
  return {
    name: "lazy-imports",
    setup(build) {
      build.onResolve({ filter: LAZY }, ({ path: name, namespace, importer, resolveDir }) => {
        const isOwn = !importer.includes("node_modules");
        if (namespace === "lazy" || !(isOwn || LAZY_IN_PACKAGES[name]?.test(importer) === true)) return undefined;
        return { path: name.replace("node:", ""), namespace: "lazy", pluginData: resolveDir };
      });
      build.onResolve({ filter: /^\.\/packages\//, namespace: "lazy" }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /./, namespace: "lazy" }, ({ path: name, pluginData: resolveDir }) => {
        const isBeside = packages === "beside" && (LAZY_PACKAGES as readonly string[]).includes(name);
        const place = JSON.stringify(isBeside ? `./${PACKAGES_FOLDER}/${name}.js` : name);
        const names = Object.keys(load(name) as object).filter((each) => /^[A-Za-z]\w*$/.test(each));
        const getters = names
          .filter((each) => each !== "default")
          .map((each) => `get ${each}() { return load().${each}; }`);
        const contents = `let loaded; const load = () => (loaded ??= require(${place})); module.exports = { ${getters.join(", ")} };`;
        return { contents, resolveDir: resolveDir as string };
      });
    },
  };
}
