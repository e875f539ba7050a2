// The note by which clients find the living host of a data directory: `<data dir>/host.json`.
import { readFileSync, rmSync } from "node:fs";
import { writeJsonAtomic } from "../base/atomicFile.ts";
import type { ProcessIdentity } from "../base/processIdentity.ts";

export interface HostNote {
  /** The socket or named pipe it listens on. Written here, because another login may see another temporary folder. */
  readonly endpoint: string;
  readonly process: ProcessIdentity;
  readonly protocolVersion: number;
}

export function writeHostNote(file: string, note: HostNote): void {
  writeJsonAtomic(file, note);
}

/** The note, or undefined when there is none that can be read. It may be a dead host's. */
export function readHostNote(file: string): HostNote | undefined {
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as Partial<HostNote> | null;
    return typeof value?.endpoint === "string" && typeof value.process?.pid === "number"
      ? (value as HostNote)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the note when it is this process's own. */
export function removeHostNote(file: string): void {
  if (readHostNote(file)?.process.pid === process.pid) rmSync(file, { force: true });
}
