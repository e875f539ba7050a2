// How some packages are imported in dist/: when they are first used, not when the program starts.
import type { Plugin } from "esbuild";

/** Third-party packages that are loaded so. Those beside a program are bundles of their own, which the programs share. */
export const LAZY_PACKAGES = ["bcryptjs", "re2js", "yaml"] as const;
/** What takes long to load (crypto 4 ms, net 2 ms, os 0.2 ms) and a usual command never needs. */
const LAZY = new RegExp(`^(?:${LAZY_PACKAGES.join("|")}|(?:node:)?(?:child_process|crypto|net|os))$`);
/** In others' code only these: vscode-jsonrpc wants random names for pipes that nobody here opens. */
const LAZY_IN_PACKAGES: Readonly<Record<string, RegExp>> = { crypto: /[\\/]vscode-jsonrpc[\\/]/ };
/** Always loaded, and imported as a whole by many modules: esbuild would copy its names for each of them. */
const SHARED = /^node:(?:path|vm)$/;

/** The folder in dist/ for the shared packages. */
export const PACKAGES_FOLDER = "packages";

/**
 * esbuild plugin: such a package becomes an object that has no names of its own and inherits from one that loads the package
 * when a name is asked for. esbuild reads an imported name where it is used, so that is the first use.
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
        const contents = [
          "let loaded;",
          `const get = (_, name) => name === "__esModule" ? undefined : (loaded ??= require(${place}))[name];`,
          "module.exports = Object.create(new Proxy({}, { get }));",
        ].join("\n");
        return { contents, resolveDir: resolveDir as string };
      });
      build.onResolve({ filter: SHARED }, ({ path, namespace, kind }) =>
        namespace === "shared" || kind !== "import-statement" ? undefined : { path, namespace: "shared" },
      );
      build.onLoad({ filter: /./, namespace: "shared" }, ({ path: name }) => ({
        contents: `module.exports = Object.create(require(${JSON.stringify(name)}));`,
        resolveDir: import.meta.dirname,
      }));
    },
  };
}
