// dist/files.js: the verbs that only read job files.
import { runCommandLine } from "./commandLine.ts";
import type { VerbLoaders } from "./verb.ts";
import type { VerbOf } from "./verbs.ts";

const verbs: VerbLoaders<VerbOf<"files">> = {
  validate: async () => (await import("./verbs/validate.ts")).validate,
  eval: async () => (await import("./verbs/eval.ts")).evalVerb,
  fmt: async () => (await import("./verbs/fmt.ts")).fmt,
};

export const main = (words: readonly string[]): Promise<void> => runCommandLine(words, verbs);
