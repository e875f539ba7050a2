// Makes HashiCorp's own parser inside hcl2-parser reachable, and takes the package's side effects away. The package on
// disk is not touched: the build and the tests patch the text as they load it.
import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** What is replaced in the 3.8 MB of hcl2-parser 1.0.3, each found exactly once. */
const replacements: readonly (readonly [pattern: string, replacement: string])[] = [
  // GopherJS keeps the table of Go packages to itself.
  ["$packages={}", "$packages=module.exports.$packages={}"],
  // The package would change these two for the whole process.
  ["Error.stackTraceLimit=1/0,", ""],
  ["($global=global).require=require", "$global=Object.create(global,{require:{value:require}})"],
];

/** The patched text of hcl2-parser's only file. Throws when a pattern is not there exactly once. */
export function patchHcl2Parser(source: string): string {
  let patched = source;
  for (const [pattern, replacement] of replacements) {
    const parts = patched.split(pattern);
    if (parts.length !== 2)
      throw new Error(
        `hcl2-parser is not the version that the patch is for: "${pattern}" occurs ${parts.length - 1} times, not once. Install hcl2-parser 1.0.3, or adapt scripts/hcl2ParserPatch.ts.`,
      );
    patched = parts.join(replacement);
  }
  return patched;
}

/** esbuild plugin that bundles the patched package; the build fails when it was never asked for it. */
export const hcl2ParserPatch: Plugin = {
  name: "hcl2-parser-patch",
  setup(build) {
    let loads = 0;
    build.onStart(() => {
      loads = 0;
    });
    build.onLoad({ filter: /hcl2-parser[\\/]dist[\\/]index\.js$/ }, async (file) => {
      loads++;
      return { contents: patchHcl2Parser(await readFile(file.path, "utf8")), loader: "js" };
    });
    build.onEnd((result) => {
      if (result.errors.length === 0 && loads !== 1)
        return { errors: [{ text: `hcl2-parser was bundled ${loads} times, not once` }] };
      return {};
    });
  },
};
