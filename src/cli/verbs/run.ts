// `run`: a job's VM on this machine, from the file to the serial console. The host reads the file: it is warm.
import { existsSync } from "node:fs";
import path from "node:path";
import { definedVariables } from "../../base/environment.ts";
import { machinePluginConfigFile, UNRESTRICTED, type PluginConfig } from "../../driver/pluginConfig.ts";
import { callAhead } from "../../host/callAhead.ts";
import type { RunFileParams } from "../../host/protocol.ts";
import { CLIENT_NAME, dataDirOf } from "../dataDir.ts";
import { followRun } from "../followRun.ts";
import { jobFileFlags, readText, variableFlagsOf } from "../jobText.ts";
import { machinePart } from "../programParts.ts";
import { flag, type Verb, type VerbContext } from "../verb.ts";

export const run: Verb = {
  operands: "FILE",
  arity: [1, 1],
  description:
    "Follows events (stderr) and the serial console (stdout) until the job ends. Ctrl-C stops it gracefully, a second one\nkills it. Ends with the task's own exit code when that is not 0.",
  flags: {
    group: flag.group,
    task: { kind: "value", value: "NAME", help: "only this task of the group" },
    detach: { kind: "switch", aliases: ["d"], help: "print the allocation's id and leave it running" },
    format: flag.format(["text", "jsonl"]),
    ...jobFileFlags,
    "plugin-config": flag.pluginConfig,
    "data-dir": flag.dataDir,
  },
  examples: ["nomad-qemu run examples/hello.nomad.hcl", "nomad-qemu run -detach -var image=a.qcow2 vm.nomad.hcl"],
  run: async (context) => {
    const params = await runParams(context.arguments.operands[0] ?? "", context);
    // From here on a Ctrl-C must be heard: what the host has begun would go on without anybody.
    context.signal.throwIfAborted();
    const ahead = callAhead(dataDirOf(context), CLIENT_NAME, params);
    return followRun(context, params, ahead);
  },
};

async function runParams(file: string, context: VerbContext): Promise<RunFileParams> {
  const { arguments: given, terminal } = context;
  const [{ name, text }, variables, pluginConfig] = await Promise.all([
    readText(file, context),
    variableFlagsOf(context),
    pluginConfigOf(context),
  ]);
  return {
    name,
    text,
    form: given.has("json") ? "api-json" : "hcl",
    variables,
    fileRoot: terminal.cwd,
    group: given.value("group"),
    task: given.value("task"),
    jobFile: file === "-" ? undefined : path.resolve(terminal.cwd, file),
    pluginConfig,
    environment: definedVariables(terminal.environment),
    secondOpinion: "not-asked",
  };
}

/** Only where there is a file to read is the bundle needed that can read it. */
async function pluginConfigOf(context: VerbContext): Promise<PluginConfig> {
  const { arguments: given, terminal } = context;
  const isRestricted =
    given.list("plugin-config").length > 0 || existsSync(machinePluginConfigFile(terminal.environment));
  return isRestricted ? (await machinePart("pluginConfigOf"))(context) : UNRESTRICTED;
}
