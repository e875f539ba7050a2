// dist/run.js: the one verb that is judged by how soon a guest speaks (bench/run.ts), alone. What reads job files is only
// needed when the host refuses one (programParts.ts).
import { runCommandLine, type Main } from "./commandLine.ts";
import type { VerbOf } from "./programs.ts";
import type { VerbLoaders } from "./verb.ts";

const verbs: VerbLoaders<VerbOf<"run">> = {
  run: async () => (await import("./verbs/run.ts")).run,
};

export const main: Main = (words, cache) => runCommandLine(words, verbs, cache);
