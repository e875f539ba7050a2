// Loads the bundle that reads job files when `run` needs a part of it.
import { createRequire } from "node:module";
import { programFile } from "../base/programs.ts";
import type * as machineProgram from "./machineProgram.ts";

type Parts = typeof machineProgram.parts;

/** One part of the bundle, set up. */
export function machinePart<Name extends keyof Parts>(name: Name): ReturnType<Parts[Name]> {
  const file = programFile("machine.js");
  const { parts } = createRequire(file)(file) as typeof machineProgram;
  return parts[name]() as ReturnType<Parts[Name]>;
}
