// dist/machine.js: the verbs that look at job files and at this machine, and what `run` asks only now and then. A bundle
// of its own, because HCL, the lint rules and the probing of QEMU are a megabyte that the verbs on VMs never need.
import { runCommandLine, type Main } from "./commandLine.ts";
import type { VerbOf } from "./programs.ts";
import type { VerbLoaders } from "./verb.ts";

const verbs: VerbLoaders<VerbOf<"machine">> = {
  lint: async () => (await import("./verbs/lint.ts")).lint,
  argv: async () => (await import("./verbs/argv.ts")).argv,
  constraints: async () => (await import("./verbs/constraints.ts")).constraints,
  fingerprint: async () => (await import("./verbs/fingerprint.ts")).fingerprint,
};

export const main: Main = (words, cache) => runCommandLine(words, verbs, cache);

/** For `run` (programParts.ts). */
export const parts = {
  explainRefusal: async () => (await import("./explainRefusal.ts")).explainRefusal,
  hashicorpObjection: async () => (await import("./secondOpinion.ts")).hashicorpObjection,
  pluginConfigOf: async () => (await import("./pluginConfig.ts")).pluginConfigOf,
};
