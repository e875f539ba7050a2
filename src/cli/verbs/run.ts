// `run`: a job's VM on this machine, from the file to the serial console. The host reads the file: it is warm.
import { existsSync } from "node:fs";
import path from "node:path";
import type { AllocationSummary } from "../../client/status.ts";
import { definedVariables } from "../../base/environment.ts";
import { ProblemError } from "../../base/result.ts";
import type { Fingerprint } from "../../driver/fingerprint.ts";
import { machinePluginConfigFile, UNRESTRICTED, type PluginConfig } from "../../driver/pluginConfig.ts";
import { callAhead } from "../../host/callAhead.ts";
import type { HostConnection } from "../../host/connect.ts";
import type { RunFileParams } from "../../host/protocol.ts";
import { EXIT } from "../exitCodes.ts";
import { CLIENT_NAME, dataDirOf } from "../dataDir.ts";
import type { ForegroundFormat } from "../foreground.ts";
import { jobFileFlags, readText, variableFlagsOf } from "../jobText.ts";
import { machinePart } from "../machineParts.ts";
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
    const { arguments: given, terminal } = context;
    const params = await runParams(given.operands[0] ?? "", context);
    // The host reads the job while this process loads what it needs to follow it.
    const ahead = callAhead(dataDirOf(context), CLIENT_NAME, "job/run", params);
    const { withHost } = await import("../hostClient.ts");
    const { runInForeground } = await import("../foreground.ts");
    const follow = async (host: HostConnection): Promise<number> => {
      const outcome: { refused?: number } = {};
      const start = async (): Promise<AllocationSummary | undefined> => {
        const started = await startFile(host, params, context);
        if (typeof started !== "number") return started;
        outcome.refused = started;
        return undefined;
      };
      const format = (given.value("format") ?? "text") as ForegroundFormat;
      if (!given.has("detach"))
        return (await runInForeground(context, host, start, format)) ?? outcome.refused ?? EXIT.no;
      const started = await start();
      if (started === undefined) return outcome.refused ?? EXIT.no;
      terminal.print(format === "jsonl" ? JSON.stringify(started) : started.id);
      return EXIT.ok;
    };
    return withHost(context, follow, ahead);
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

/** There is none, or the one that stands for all hangs. */
function lacksQemu({ emulatorPaths, silent }: Fingerprint): boolean {
  return Object.keys(emulatorPaths).length === 0 || silent !== undefined;
}

/** The allocation, or the exit code after it has been said why there is none. */
async function startFile(
  host: HostConnection,
  params: RunFileParams,
  context: VerbContext,
): Promise<AllocationSummary | number> {
  const { terminal } = context;
  const result = await host.request("job/run", params);
  switch (result.kind) {
    case "started":
      return result.allocation;
    case "second-opinion": {
      const objection = await (await machinePart("hashicorpObjection"))(params.name, params.text);
      if (objection !== undefined) throw new ProblemError(objection);
      return startFile(host, { ...params, secondOpinion: "accepts" }, context);
    }
    case "refused": {
      const explained = (await machinePart("explainRefusal"))(params, result.fingerprint, context);
      if (explained === "nothing-found") for (const reason of result.reasons) terminal.note(reason);
      return result.fingerprint !== undefined && lacksQemu(result.fingerprint) ? EXIT.missing : EXIT.no;
    }
  }
}
