// dist/run.js: the one verb that is judged by how soon a guest speaks (bench/run.ts), alone. What reads job files is only
// needed when the host refuses one (programParts.ts).
import { runCommandLine } from "./commandLine.ts";
import type { VerbLoaders } from "./verb.ts";
import type { VerbOf } from "./verbs.ts";

const verbs: VerbLoaders<VerbOf<"run">> = {
  run: async () => (await import("./verbs/run.ts")).run,
};

export const main = (words: readonly string[]): Promise<void> => runCommandLine(words, verbs);
