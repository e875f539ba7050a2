// HashiCorp's parser and evaluator inside hcl2-parser (HCL 2.10) as the reference for tests: trees in our own shape,
// diagnostics with UTF-16 ranges.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import { patchHcl2Parser } from "../../scripts/hcl2ParserPatch.ts";
import {
  openHashicorpParser,
  type HashicorpDiagnostic,
  type HashicorpParser,
  type PatchedModule,
} from "../../src/hcl/hashicorpParser.ts";
import type { Body } from "../../src/hcl/syntax.ts";
import { bodyReader } from "./hclOracleTree.ts";

export interface HclOracle extends HashicorpParser {
  /** The tree in our own shape; trustworthy only when there are no diagnostics. */
  readonly tree: (text: string) => { readonly body: Body; readonly diagnostics: readonly HashicorpDiagnostic[] };
}

let opened: HclOracle | undefined;

/** Loads the package once a process (about 0.2 s). */
export function hclOracle(): HclOracle {
  if (opened !== undefined) return opened;
  const require = createRequire(import.meta.url);
  const file = require.resolve("hcl2-parser");
  const module: { exports: unknown } = { exports: {} };
  const load = compileFunction(patchHcl2Parser(readFileSync(file, "utf8")), ["module", "exports", "require"], {
    filename: file,
  });
  load(module, module.exports, require);
  const parser = openHashicorpParser(module.exports as PatchedModule);
  const readBody = bodyReader(parser);
  opened = {
    ...parser,
    tree: (text) => {
      const parsed = parser.parse(text);
      return { body: readBody(parsed, text), diagnostics: parsed.diagnostics };
    },
  };
  return opened;
}
