// The worker program behind secondOpinion.ts: asks HashiCorp's parser about one text, answers, and ends.
// scripts/build.ts bundles it with the patched hcl2-parser to dist/syntax-oracle.js.
import { parentPort, workerData } from "node:worker_threads";
import * as hcl2Parser from "hcl2-parser";
import { openHashicorpParser, type PatchedModule } from "./hashicorpParser.ts";
import type { WorkerAnswer } from "./secondOpinion.ts";

const loaded = hcl2Parser as unknown as PatchedModule & { readonly default?: PatchedModule };
const parser = openHashicorpParser(loaded.default ?? loaded);
const answer: WorkerAnswer = parser.parse(String(workerData)).diagnostics;
parentPort?.postMessage(answer);
