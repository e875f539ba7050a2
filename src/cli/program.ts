// The bundles of the command line, loaded with their compiled code.
import path from "node:path";
import { programFile } from "../base/programs.ts";
import { userCacheDir } from "../base/userFolders.ts";
import { loadBundle } from "./codeCache.ts";
import type { Program } from "./verbs.ts";

/** The exports of a bundle; `use` is the verb that it is loaded for. */
export function loadProgram(program: Program, use: string): unknown {
  const { env } = process;
  const folder = env["NODE_DISABLE_COMPILE_CACHE"] === "1" ? undefined : path.join(userCacheDir(env), "code");
  return loadBundle(programFile(`${program}.js`), { folder, use });
}
