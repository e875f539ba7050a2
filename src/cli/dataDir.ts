// Which data directory a call means, and what the call calls itself there.
import { resolveDataDir } from "../base/paths.ts";
import { VERSION } from "../base/programs.ts";
import type { VerbContext } from "./verb.ts";

/** Named in the host's log. */
export const CLIENT_NAME = `nomad-qemu ${VERSION}`;

/** The data directory of this call: flag, environment, per-user default. */
export function dataDirOf({ arguments: given, terminal }: VerbContext): string {
  return resolveDataDir(given.value("data-dir"), terminal.environment);
}
