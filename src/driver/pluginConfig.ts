// The operator's configuration of the driver: `plugin "qemu" { config { … } }` of a Nomad agent.

/** Nomad: drivers/qemu/driver.go, configSpec. An empty list allows everything. */
export interface PluginConfig {
  /** Extra parent folders that `image_path` may lie in; the allocation directory always may. Compared lexically. */
  readonly imagePaths: readonly string[];
  readonly argsAllowlist: readonly string[];
  readonly emulatorsAllowlist: readonly string[];
}

export const UNRESTRICTED: PluginConfig = { imagePaths: [], argsAllowlist: [], emulatorsAllowlist: [] };
