// What the machine and its operator say: QEMU's fingerprint, and the plugin configuration of agent files.
import { fail, ok, type Result } from "../base/result.ts";
import { fingerprint, type Fingerprint } from "../driver/fingerprint.ts";
import { UNRESTRICTED, type PluginConfig } from "../driver/pluginConfig.ts";
import { parseAgentConfig, type Located } from "../jobspec/agentConfig.ts";
import { readAgentConfigFiles } from "../jobspec/agentConfigFiles.ts";

/** What QEMU can do here; the allowlist of emulators plays no part in it. */
export function fingerprintHere(): Promise<Fingerprint> {
  return fingerprint({ pluginConfig: UNRESTRICTED, environment: process.env });
}

/** Reads agent files (or folders of them) as Nomad does. A file that would keep Nomad's agent from starting is a problem. */
export async function loadAgentFiles(paths: readonly string[]): Promise<Result<PluginConfig>> {
  const sources = await readAgentConfigFiles(paths);
  if (!sources.ok) return sources;
  const { plugin, diagnostics } = parseAgentConfig(sources.value);
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) {
    const place = error.source !== undefined && error.subject !== undefined;
    return fail({
      code: "agent-config-wrong",
      what: "The plugin configuration cannot be used, so nothing is run",
      where: place ? error.source.describe(error.subject) : paths.join(", "),
      why: `${error.summary}: ${error.detail}`,
      next: 'Mend it with "Nomad QEMU: Open plugin configuration".',
    });
  }
  const values = (list: readonly Located[]): string[] => list.map(({ value }) => value);
  const { imagePaths, argsAllowlist, emulatorsAllowlist } = plugin;
  return ok({
    imagePaths: values(imagePaths),
    argsAllowlist: values(argsAllowlist),
    emulatorsAllowlist: values(emulatorsAllowlist),
  });
}
