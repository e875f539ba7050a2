// Parts of other bundles, loaded when `run` needs them.
import type * as machineProgram from "./machineProgram.ts";
import { loadProgram } from "./program.ts";
import type * as vmsProgram from "./vmsProgram.ts";

type Parts<Program extends { readonly parts: object }> = Program["parts"];
type MachineParts = Parts<typeof machineProgram>;
type VmsParts = Parts<typeof vmsProgram>;

/** What reads job files. */
export function machinePart<Name extends keyof MachineParts>(name: Name): ReturnType<MachineParts[Name]> {
  const { parts } = loadProgram("machine", `run-${name}`) as typeof machineProgram;
  return parts[name]() as ReturnType<MachineParts[Name]>;
}

/** What talks to the host. */
export function vmsPart<Name extends keyof VmsParts>(name: Name): ReturnType<VmsParts[Name]> {
  const { parts } = loadProgram("vms", `run-${name}`) as typeof vmsProgram;
  return parts[name]() as ReturnType<VmsParts[Name]>;
}
