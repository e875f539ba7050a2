// Loads the bundle that reads job files when a part of it is asked for.
import { createRequire } from "node:module";
import { programFile } from "../base/programs.ts";
import type * as fileVerbs from "./fileVerbs.ts";

type Parts = typeof fileVerbs.parts;

/** One part of the bundle, set up: a verb on files, or a function that `run` needs now and then. */
export function filesProgram<Name extends keyof Parts>(part: Name): ReturnType<Parts[Name]> {
  const file = programFile("files.js");
  const { parts } = createRequire(file)(file) as typeof fileVerbs;
  return parts[part]() as ReturnType<Parts[Name]>;
}
