// What follows the request of `run`: the answer, then events and consoles until the allocation ends.
import type { AllocationSummary } from "../client/status.ts";
import { ProblemError } from "../base/result.ts";
import type { Fingerprint } from "../driver/fingerprint.ts";
import type { AheadCall } from "../host/callAhead.ts";
import type { HostConnection } from "../host/connect.ts";
import type { RunFileParams } from "../host/protocol.ts";
import { EXIT } from "./exitCodes.ts";
import { heardMeanwhile, runInForeground, type ForegroundFormat } from "./foreground.ts";
import { openSuccessor, withHost } from "./hostClient.ts";
import { machinePart } from "./programParts.ts";
import type { VerbContext } from "./verb.ts";

/** Runs the job and resolves to the exit code. The request may be under way already. */
export function followRun(context: VerbContext, params: RunFileParams, ahead: AheadCall | undefined): Promise<number> {
  const { arguments: given, terminal } = context;
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
      return (
        (await runInForeground({ context, format, host, start, reconnect: () => openSuccessor(context) })) ??
        outcome.refused ??
        EXIT.no
      );
    const started = await heardMeanwhile(start, context);
    if (started === undefined) return outcome.refused ?? EXIT.no;
    if (context.signal.aborted) {
      await host.request("allocation/stop", { id: started.id, now: true, purge: false });
      return EXIT.interrupted;
    }
    terminal.print(format === "jsonl" ? JSON.stringify(started) : started.id);
    return EXIT.ok;
  };
  return withHost(context, follow, ahead);
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
