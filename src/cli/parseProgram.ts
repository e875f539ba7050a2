// dist/parse.js: the one verb that is judged by how fast it starts (bench/commands.ts), alone and ready when it is loaded.
import { runCommandLine } from "./commandLine.ts";
import type { VerbLoaders } from "./verb.ts";
import { parse } from "./verbs/parse.ts";
import type { VerbOf } from "./verbs.ts";

const verbs: VerbLoaders<VerbOf<"parse">> = { parse: () => Promise.resolve(parse) };

export const main = (words: readonly string[]): Promise<void> => runCommandLine(words, verbs);
