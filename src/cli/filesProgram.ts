// Loads the bundle of the verbs that read job files when one of them is called.
import { createRequire } from "node:module";
import { programFile } from "../base/programs.ts";
import type * as fileVerbs from "./fileVerbs.ts";

export function filesProgram(): typeof fileVerbs {
  const file = programFile("files.js");
  return createRequire(file)(file) as typeof fileVerbs;
}
