// Packages that a bundle loads only when something of them is used.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compileFunction } from "node:vm";
import { afterEach, expect, test } from "vitest";
import { lazyImports } from "../../../scripts/lazyImports.ts";

const folder = mkdtempSync(path.join(tmpdir(), "nomad-qemu-lazy-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = `import { createHash, type KeyObject } from "node:crypto";
export const hash = (key: string | KeyObject) => createHash("md5").update(String(key)).digest("hex");
`;

test("a package is loaded at its first use", async () => {
  const entry = path.join(folder, "entry.ts");
  writeFileSync(entry, SOURCE);
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "cjs",
    minify: true,
    write: false,
    plugins: [lazyImports({ packages: "inside" })],
  });
  const loaded: string[] = [];
  const load = (name: string): unknown => {
    loaded.push(name);
    return { createHash };
  };
  const module = { exports: {} as { hash(key: string): string } };
  compileFunction(outputFiles[0]?.text ?? "", ["module", "require"])(module, load);
  expect(loaded).toEqual([]);
  expect(module.exports.hash("a")).toBe("0cc175b9c0f1b6a831c399e269772661");
  expect(loaded).toEqual(["crypto"]);
});
