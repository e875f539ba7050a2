// The kinds of tokens as numbers in dist/, as a TypeScript enum would be compiled. Without it every comparison reads a
// property, and a switch over kinds compares case by case: young code, of which a short run consists, does just that.
import type { Plugin } from "esbuild";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { TokenKind } from "../src/hcl/tokens.ts";

const KINDS: Readonly<Record<string, number>> = TokenKind;

/** esbuild plugin: `TokenKind.name` becomes its number wherever it is written so. */
export const inlineTokenKinds: Plugin = {
  name: "inline-token-kinds",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]hcl[\\/].*\.ts$/ }, async ({ path: file }) => ({
      contents: withNumbers(await readFile(file, "utf8")),
      loader: "ts",
      resolveDir: path.dirname(file),
    }));
  },
};

/** The text with kinds as numbers. Throws for a kind that is none, before the bundle would read undefined. */
function withNumbers(text: string): string {
  return text.replaceAll(/(?<!typeof )\bTokenKind\.(\w+)\b/g, (written, name: string) => {
    const kind = KINDS[name];
    if (kind === undefined) throw new Error(`${written} is no kind of token`);
    return String(kind);
  });
}
