// Loads the bundle that reads job files when `run` needs a part of it.
import type * as machineProgram from "./machineProgram.ts";
import { loadProgram } from "./program.ts";

type Parts = typeof machineProgram.parts;

/** One part of the bundle, set up. */
export function machinePart<Name extends keyof Parts>(name: Name): ReturnType<Parts[Name]> {
  const { parts } = loadProgram("machine", `run-${name}`) as typeof machineProgram;
  return parts[name]() as ReturnType<Parts[Name]>;
}
