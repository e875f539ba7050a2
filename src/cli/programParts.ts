// Parts of another bundle, loaded when `run` needs them.
import { keepCode } from "./keepCode.ts";
import type * as machineProgram from "./machineProgram.ts";
import { loadProgram } from "./program.ts";

type MachineParts = (typeof machineProgram)["parts"];

/** What reads job files. */
export function machinePart<Name extends keyof MachineParts>(name: Name): ReturnType<MachineParts[Name]> {
  const { exports, cache } = loadProgram("machine", `run-${name}`);
  if (cache !== undefined) keepCode(cache);
  const { parts } = exports as typeof machineProgram;
  return parts[name]() as ReturnType<MachineParts[Name]>;
}
