// Where a user's own data, settings and caches belong on each platform.
import os from "node:os";
import path from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

const NAME = "nomad-qemu";

/** An absolute path as it is; anything else counts as not given. */
export function absolute(value: string | undefined): string | undefined {
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}

/** The per-user data directory when nothing else was asked for. */
export function defaultDataDir(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const home = os.homedir();
  if (platform === "win32") return path.join(absolute(env["LOCALAPPDATA"]) ?? path.join(home, "AppData/Local"), NAME);
  if (platform === "darwin") return path.join(home, "Library/Application Support", NAME);
  // The XDG base directory specification: relative values are to be ignored.
  return path.join(absolute(env["XDG_STATE_HOME"]) ?? path.join(home, ".local/state"), NAME);
}

/** The folder of the machine's settings (`--plugin-config` replaces what is in there). */
export function configDir(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const home = os.homedir();
  if (platform === "win32") return path.join(absolute(env["APPDATA"]) ?? path.join(home, "AppData/Roaming"), NAME);
  if (platform === "darwin") return path.join(home, "Library/Preferences", NAME);
  return path.join(absolute(env["XDG_CONFIG_HOME"]) ?? path.join(home, ".config"), NAME);
}

/** Where things are kept that can be made again at any time. */
export function userCacheDir(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (platform === "win32")
    return path.join(absolute(env["LOCALAPPDATA"]) ?? path.join(os.homedir(), "AppData/Local"), NAME, "Cache");
  // Elsewhere HOME is what os.homedir() looks at first; every start of the command line asks, and node:os takes time to load.
  const home = absolute(env["HOME"]) ?? os.homedir();
  if (platform === "darwin") return path.join(home, "Library/Caches", NAME);
  return path.join(absolute(env["XDG_CACHE_HOME"]) ?? path.join(home, ".cache"), NAME);
}
