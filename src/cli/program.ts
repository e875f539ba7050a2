// The bundles of the command line, loaded with their compiled code. Every call of the command line goes through here: it
// loads no module that Node has not loaded already.
import { programFile } from "../base/programs.ts";
import { userCacheDir } from "../base/userFolders.ts";
import { loadBundle, type LoadedBundle } from "./codeCache.ts";
import type { Program } from "./programs.ts";

/** A bundle; `use` is the verb that it is loaded for. */
export function loadProgram(program: Program, use: string): LoadedBundle {
  const { env } = process;
  const folder = env["NODE_DISABLE_COMPILE_CACHE"] === "1" ? undefined : `${userCacheDir(env)}/code`;
  // A bundle lies beside this one and requires what this one would.
  return loadBundle(programFile(`${program}.js`), { require, folder, name: `${program}-${use}` });
}
