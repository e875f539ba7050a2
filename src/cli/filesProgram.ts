// dist/files.js: the verbs that only read job files. Everything in here is paid for by `parse`, so it stays lean.
import { runCommandLine } from "./commandLine.ts";
import type { VerbLoaders } from "./verb.ts";
import type { VerbOf } from "./verbs.ts";

const verbs: VerbLoaders<VerbOf<"files">> = {
  parse: async () => (await import("./verbs/parse.ts")).parse,
  validate: async () => (await import("./verbs/validate.ts")).validate,
  eval: async () => (await import("./verbs/eval.ts")).evalVerb,
  fmt: async () => (await import("./verbs/fmt.ts")).fmt,
};

export const main = (words: readonly string[]): Promise<void> => runCommandLine(words, verbs);
