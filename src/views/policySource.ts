// Where the plugin configuration comes from. Order: the agent files of the settings, else the lists of the settings when any
// is set, else the machine's file `<config dir>/nomad-qemu/agent.hcl`, else no restriction. Never the workspace.
import path from "node:path";

/** The operator's configuration as settings; undefined where a list is not set. */
export interface PolicySettings {
  readonly agentConfigFiles: readonly string[];
  readonly imagePaths: readonly string[] | undefined;
  readonly argsAllowlist: readonly string[] | undefined;
  readonly emulatorsAllowlist: readonly string[] | undefined;
}

export type PolicySource =
  | { readonly kind: "files"; readonly files: readonly string[] }
  | { readonly kind: "settings" }
  | { readonly kind: "machine-file"; readonly file: string }
  | { readonly kind: "none" };

/** Which source is in force. `file` is the machine's file. */
export function chooseSource(settings: PolicySettings, file: string, presence: "exists" | "absent"): PolicySource {
  if (settings.agentConfigFiles.length > 0) return { kind: "files", files: settings.agentConfigFiles };
  const lists = [settings.imagePaths, settings.argsAllowlist, settings.emulatorsAllowlist];
  if (lists.some((list) => list !== undefined)) return { kind: "settings" };
  return presence === "exists" ? { kind: "machine-file", file } : { kind: "none" };
}

/** A few characters for the language status. */
export function titleOf(source: PolicySource): string {
  switch (source.kind) {
    case "files":
      return source.files.map((file) => path.basename(file)).join(", ");
    case "machine-file":
      return path.basename(source.file);
    case "settings":
      return "settings";
    case "none":
      return "nothing is restricted";
  }
}
