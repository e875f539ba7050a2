// The part of the extension that reads jobs and asks QEMU: a program of its own in dist/, loaded when it is first needed, so
// that an editor with nothing to run does not carry it.
import { createRequire } from "node:module";
import { programFile } from "../base/programs.ts";
import type * as jobs from "./jobs.ts";

let loaded: typeof jobs | undefined;

export function jobsProgram(): typeof jobs {
  const file = programFile("jobs.js");
  loaded ??= createRequire(file)(file) as typeof jobs;
  return loaded;
}
