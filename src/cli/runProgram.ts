// dist/run.js: the beginning of `run`, up to the request. What follows it is in dist/vms.js and is loaded while the host works.
import { runCommandLine } from "./commandLine.ts";
import type { VerbLoaders } from "./verb.ts";
import type { VerbOf } from "./verbs.ts";

const verbs: VerbLoaders<VerbOf<"run">> = {
  run: async () => (await import("./verbs/run.ts")).run,
};

export const main = (words: readonly string[]): Promise<void> => runCommandLine(words, verbs);
