// The operator's configuration for this call: `--plugin-config`, else the machine's file, else no restriction.
import { ProblemError } from "../base/result.ts";
import { pluginConfigInForce } from "../driver/loadPluginConfig.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import type { SourceText } from "../hcl/source.ts";
import { readSource } from "./jobFile.ts";
import type { VerbContext } from "./verb.ts";

/** Throws a ProblemError when the configuration cannot be read: nothing is judged by half a configuration. */
export async function pluginConfigOf(context: VerbContext): Promise<PluginConfig> {
  const { arguments: given, terminal } = context;
  const standardInput = (): Promise<SourceText> => readSource("-", context);
  const config = await pluginConfigInForce(given.list("plugin-config"), terminal.environment, standardInput);
  if (!config.ok) throw new ProblemError(config.error);
  return config.value;
}
