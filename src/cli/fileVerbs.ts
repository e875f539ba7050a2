// What needs the parser: the verbs on job files, and what `run` asks only now and then. A bundle of its own (dist/files.js),
// because HCL and its functions are a megabyte that the verbs on VMs never need.
export { explainRefusal } from "./explainRefusal.ts";
export { pluginConfigOf } from "./pluginConfig.ts";
export { hashicorpObjection } from "./secondOpinion.ts";
export { argv } from "./verbs/argv.ts";
export { constraints } from "./verbs/constraints.ts";
export { evalVerb } from "./verbs/eval.ts";
export { fingerprint } from "./verbs/fingerprint.ts";
export { fmt } from "./verbs/fmt.ts";
export { lint } from "./verbs/lint.ts";
export { parse } from "./verbs/parse.ts";
export { validate } from "./verbs/validate.ts";
