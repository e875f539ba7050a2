// What needs the parser: the verbs on job files, and what `run` asks only now and then. A bundle of its own (dist/files.js),
// because HCL and its functions are a megabyte that the verbs on VMs never need. Each part is set up when it is asked for.

export const parts = {
  argv: async () => (await import("./verbs/argv.ts")).argv,
  constraints: async () => (await import("./verbs/constraints.ts")).constraints,
  eval: async () => (await import("./verbs/eval.ts")).evalVerb,
  fingerprint: async () => (await import("./verbs/fingerprint.ts")).fingerprint,
  fmt: async () => (await import("./verbs/fmt.ts")).fmt,
  lint: async () => (await import("./verbs/lint.ts")).lint,
  parse: async () => (await import("./verbs/parse.ts")).parse,
  validate: async () => (await import("./verbs/validate.ts")).validate,
  explainRefusal: async () => (await import("./explainRefusal.ts")).explainRefusal,
  hashicorpObjection: async () => (await import("./secondOpinion.ts")).hashicorpObjection,
  pluginConfigOf: async () => (await import("./pluginConfig.ts")).pluginConfigOf,
};
