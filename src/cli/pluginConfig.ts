// The operator's configuration for this call: `--plugin-config`, else the machine's file, else no restriction.
import { ProblemError } from "../base/result.ts";
import { pluginConfigInForce } from "../driver/loadPluginConfig.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import type { VerbContext } from "./verb.ts";

/** Throws a ProblemError when the configuration cannot be read: nothing is judged by half a configuration. */
export async function pluginConfigOf({ arguments: given, terminal }: VerbContext): Promise<PluginConfig> {
  const config = await pluginConfigInForce(given.list("plugin-config"), terminal.environment);
  if (!config.ok) throw new ProblemError(config.error);
  return config.value;
}
