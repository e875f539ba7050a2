// Which data directory a call means.
import { resolveDataDir } from "../base/paths.ts";
import type { VerbContext } from "./verb.ts";

/** The data directory of this call: flag, environment, per-user default. */
export function dataDirOf({ arguments: given, terminal }: VerbContext): string {
  return resolveDataDir(given.value("data-dir"), terminal.environment);
}
