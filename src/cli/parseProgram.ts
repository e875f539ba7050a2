// dist/parse.js: the one verb that is judged by how fast it starts (bench/commands.ts), alone and ready when it is loaded.
import { runCommandLine, type Main } from "./commandLine.ts";
import type { VerbOf } from "./programs.ts";
import type { VerbLoaders } from "./verb.ts";
import { parse } from "./verbs/parse.ts";

const verbs: VerbLoaders<VerbOf<"parse">> = { parse: () => Promise.resolve(parse) };

export const main: Main = (words, cache) => runCommandLine(words, verbs, cache);
