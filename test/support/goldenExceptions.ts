// Recorded rows that we answer otherwise on purpose, each with its reason.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const file = resolve(import.meta.dirname, "../golden-exceptions.json");

/** The excepted ids of a recording (`jobspec/handwritten`) with their reasons. */
export function exceptionsOf(recording: string): ReadonlyMap<string, string> {
  const all = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  return new Map(Object.entries(all[recording] ?? {}));
}
