// Where our own programs and data files lie: beside the running bundle, or in dist/ when run from source.
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

declare const __VERSION__: string | undefined;

/** The product's version; "0.0.0-source" when run unbundled. */
export const VERSION = typeof __VERSION__ === "undefined" ? "0.0.0-source" : __VERSION__;

// esbuild replaces import.meta.dirname by the bundle's folder; from source this file lies two folders below the root.
const folder = typeof __VERSION__ === "undefined" ? resolve(import.meta.dirname, "../../dist") : import.meta.dirname;

/** Absolute path of a file that `npm run build` puts into dist/: `host.js`, `server.js`, `syntax-oracle.js`, `guest`. */
export function programFile(name: string): string {
  return join(folder, name);
}

/** The URL of one of the product's pages, given as `docs/rules.md#anchor`: the copy that came with this installation. */
export function pageUrl(page: string): string {
  return new URL(page, `${pathToFileURL(dirname(folder)).href}/`).href;
}
