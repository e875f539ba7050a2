// The operator's configuration from Nomad agent files, for the command line and the editor alike.
import { existsSync } from "node:fs";
import type { Environment } from "../base/userFolders.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { SourceText } from "../hcl/source.ts";
import { parseAgentConfig, type Located } from "../jobspec/agentConfig.ts";
import { readAgentConfigFiles } from "../jobspec/agentConfigFiles.ts";
import { machinePluginConfigFile, UNRESTRICTED, type PluginConfig } from "./pluginConfig.ts";

/**
 * Reads `plugin "qemu"` from agent files (or folders of them) as Nomad does. A file that would keep Nomad's agent from
 * starting is a problem: judging without the operator's lists would allow what they forbid.
 */
export async function loadPluginConfig(
  files: readonly string[],
  standardInput?: () => Promise<SourceText>,
): Promise<Result<PluginConfig>> {
  const sources = await readAgentConfigFiles(files, standardInput);
  if (!sources.ok) return sources;
  const { plugin, diagnostics } = parseAgentConfig(sources.value);
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) {
    const { source, subject } = error;
    return fail({
      code: "plugin-config-wrong",
      what: "The plugin configuration cannot be used",
      where: source !== undefined && subject !== undefined ? source.describe(subject) : files.join(", "),
      why: `${error.summary}: ${error.detail}`,
      next: "Mend the file: until then it is not known what may run, so nothing is run.",
    });
  }
  const values = (list: readonly Located[]): string[] => list.map(({ value }) => value);
  return ok({
    imagePaths: values(plugin.imagePaths),
    argsAllowlist: values(plugin.argsAllowlist),
    emulatorsAllowlist: values(plugin.emulatorsAllowlist),
  });
}

/** The configuration in force: the named files, else the machine's file when there is one, else no restriction. */
export async function pluginConfigInForce(
  named: readonly string[],
  environment: Environment,
  standardInput?: () => Promise<SourceText>,
): Promise<Result<PluginConfig>> {
  if (named.length > 0) return loadPluginConfig(named, standardInput);
  const file = machinePluginConfigFile(environment);
  return existsSync(file) ? loadPluginConfig([file]) : ok(UNRESTRICTED);
}
