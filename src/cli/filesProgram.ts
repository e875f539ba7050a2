// dist/files.js: the verbs that only read job files.
import { runCommandLine, type Main } from "./commandLine.ts";
import type { VerbOf } from "./programs.ts";
import type { VerbLoaders } from "./verb.ts";

const verbs: VerbLoaders<VerbOf<"files">> = {
  validate: async () => (await import("./verbs/validate.ts")).validate,
  eval: async () => (await import("./verbs/eval.ts")).evalVerb,
  fmt: async () => (await import("./verbs/fmt.ts")).fmt,
};

export const main: Main = (words, cache) => runCommandLine(words, verbs, cache);
