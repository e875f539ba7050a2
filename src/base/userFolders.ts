// Where a user's own data, settings and caches belong on each platform.
import { isAbsolute, join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

const NAME = "nomad-qemu";

/** Few ask, every start of the command line comes by here, and the module takes time to load. */
const homedir = (): string => process.getBuiltinModule("node:os").homedir();

/** An absolute path as it is; anything else counts as not given. */
export function absolute(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}

/** The per-user data directory when nothing else was asked for. */
export function defaultDataDir(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const home = homedir();
  if (platform === "win32") return join(absolute(env["LOCALAPPDATA"]) ?? join(home, "AppData/Local"), NAME);
  if (platform === "darwin") return join(home, "Library/Application Support", NAME);
  // The XDG base directory specification: relative values are to be ignored.
  return join(absolute(env["XDG_STATE_HOME"]) ?? join(home, ".local/state"), NAME);
}

/** The folder of the machine's settings (`--plugin-config` replaces what is in there). */
export function configDir(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const home = homedir();
  if (platform === "win32") return join(absolute(env["APPDATA"]) ?? join(home, "AppData/Roaming"), NAME);
  if (platform === "darwin") return join(home, "Library/Preferences", NAME);
  return join(absolute(env["XDG_CONFIG_HOME"]) ?? join(home, ".config"), NAME);
}

/** Where things are kept that can be made again at any time. */
export function userCacheDir(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (platform === "win32")
    return join(absolute(env["LOCALAPPDATA"]) ?? join(homedir(), "AppData/Local"), NAME, "Cache");
  // Elsewhere HOME is what homedir() looks at first.
  const home = absolute(env["HOME"]) ?? homedir();
  if (platform === "darwin") return join(home, "Library/Caches", NAME);
  return join(absolute(env["XDG_CACHE_HOME"]) ?? join(home, ".cache"), NAME);
}
