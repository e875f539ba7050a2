// The operator's configuration of the driver: `plugin "qemu" { config { … } }` of a Nomad agent.
import path from "node:path";
import { configDir, type Environment } from "../base/userFolders.ts";

/** Nomad: drivers/qemu/driver.go, configSpec. An empty list allows everything. */
export interface PluginConfig {
  /** Extra parent folders that `image_path` may lie in; the allocation directory always may. Compared lexically. */
  readonly imagePaths: readonly string[];
  readonly argsAllowlist: readonly string[];
  readonly emulatorsAllowlist: readonly string[];
}

export const UNRESTRICTED: PluginConfig = { imagePaths: [], argsAllowlist: [], emulatorsAllowlist: [] };

/** The file that applies on this machine when nobody names another: `<config dir>/nomad-qemu/agent.hcl`. */
export function machinePluginConfigFile(environment: Environment): string {
  return path.join(configDir(environment), "agent.hcl");
}
