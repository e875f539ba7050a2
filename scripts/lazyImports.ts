// Makes some packages load when they are first used, not when the program starts: what a usual job file never needs.
import type { Plugin } from "esbuild";
import { readFile } from "node:fs/promises";

/** Each takes 1 to 10 ms to load. */
const LAZY = /^(?:bcryptjs|re2js|yaml|node:crypto|node:net)$/;

/**
 * esbuild plugin: a static import of such a package in our own source, by names, gets a module whose exports are getters
 * that load the package. esbuild reads an imported name where it is used, so the getter runs at the first use.
 */
export const lazyImports: Plugin = {
  name: "lazy-imports",
  setup(build) {
    build.onResolve({ filter: LAZY }, async ({ path: name, kind, importer, resolveDir }) => {
      if (kind !== "import-statement" || importer.includes("node_modules")) return undefined;
      const names = importedNames(await readFile(importer, "utf8"), name);
      if (names === undefined) return undefined;
      return {
        path: `${names.join(", ")} of ${name}`,
        namespace: "lazy",
        pluginData: { name, names, resolveDir },
      };
    });
    build.onLoad({ filter: /./, namespace: "lazy" }, ({ pluginData }) => {
      const { name, names, resolveDir } = pluginData as { name: string; names: string[]; resolveDir: string };
      const getters = names.map((each) => `get ${each}() { return require(${JSON.stringify(name)}).${each}; }`);
      return { contents: `module.exports = { ${getters.join(", ")} };`, resolveDir };
    });
  },
};

/** The values that a source text imports from a package by name; undefined when it imports it in another way. */
function importedNames(source: string, from: string): string[] | undefined {
  const list = new RegExp(`^import \\{([^}]*)\\} from "${from}";$`, "m").exec(source)?.[1];
  return list
    ?.split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "" && !each.startsWith("type "));
}
