// Recordings of the real Nomad, which lie beside the checkout (../shared/golden). Where they are absent, tests that need
// them are skipped with the words "skipped: no recordings".
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "vitest";

const root = resolve(import.meta.dirname, "../../../shared/golden");

/** The absolute path of a recording, e.g. `goldenPath("driver/node.json")`. */
export const goldenPath = (path: string): string => join(root, path);

export const hasGolden = (path: string): boolean => existsSync(goldenPath(path));

/** The rows of a JSON Lines recording. */
export function readGoldenLines<T>(path: string): T[] {
  const text = readFileSync(goldenPath(path), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

export const readGoldenJson = (path: string): unknown => JSON.parse(readFileSync(goldenPath(path), "utf8"));

/** A `describe` whose tests need these recordings. */
export function describeGolden(name: string, paths: readonly string[], body: () => void): void {
  describe(name, () => {
    if (paths.every(hasGolden)) body();
    else test("skipped: no recordings", (context) => context.skip("skipped: no recordings"));
  });
}
