// Runs a job file: the host is warm, so that it reads the file in the time that a new process needs to load the parser.
import path from "node:path";
import type { Allocations } from "../client/allocations.ts";
import { chooseGroup } from "../client/chooseGroup.ts";
import { previewTask } from "../client/previewTask.ts";
import type { ClientServices, Machine } from "../client/services.ts";
import { formatDiagnostic, hasErrors } from "../hcl/diagnostic.ts";
import { SourceText } from "../hcl/source.ts";
import { parseApiJson } from "../jobspec/apiJson.ts";
import { canonicalize } from "../jobspec/canonicalize.ts";
import type { Job } from "../jobspec/job.ts";
import { isJson } from "../hcl/json.ts";
import { Origins, type JobPath } from "../jobspec/origin.ts";
import { parseJobFile } from "../jobspec/parse.ts";
import { NO_ALLOCATION_ID } from "../jobspec/taskVariables.ts";
import { ANY_SERVER, validateJob } from "../jobspec/validate.ts";
import type { AcceptedSyntax } from "./acceptedSyntax.ts";
import type { RunFileParams, RunFileResult } from "./protocol.ts";

export interface RunFileContext {
  readonly allocations: Pick<Allocations, "run">;
  readonly machine: ClientServices["machine"];
  readonly acceptedSyntax: AcceptedSyntax;
  /** The folder that allocation directories are made in. */
  readonly allocRoot: string;
}

/** @throws ProblemError when the choice of group and task is not possible, or the client refuses the allocation */
export async function runFile(params: RunFileParams, context: RunFileContext): Promise<RunFileResult> {
  const read = readJob(params);
  if (!read.ok) return { kind: "refused", reasons: read.reasons, fingerprint: undefined };
  const { job, group } = chooseGroup(read.job, params);
  if (params.form === "hcl" && !isJson(params.text)) {
    if (params.secondOpinion === "accepts") context.acceptedSyntax.add(params.text);
    else if (!context.acceptedSyntax.has(params.text)) return { kind: "second-opinion" };
  }

  const machine = await context.machine(params.pluginConfig, params.environment);
  const reasons = refusals(params, job, read.origins, group.Name ?? "", machine, context.allocRoot);
  if (reasons.length > 0) return { kind: "refused", reasons, fingerprint: machine.fingerprint };
  const { jobFile, pluginConfig, environment } = params;
  const allocation = await context.allocations.run({
    job,
    group: group.Name ?? "",
    jobFile,
    pluginConfig,
    environment,
  });
  return { kind: "started", allocation };
}

type Read =
  | { readonly ok: true; readonly job: Job; readonly origins: Origins }
  | { readonly ok: false; readonly reasons: string[] };

function readJob({ name, text, form, variables, fileRoot, environment }: RunFileParams): Read {
  if (form === "api-json") {
    const job = parseApiJson(text);
    return job.ok ? { ok: true, job: job.value, origins: new Origins() } : { ok: false, reasons: [job.error] };
  }
  const parsed = parseJobFile(new SourceText(name, text), {
    mode: "strict",
    variables: {
      environment,
      files: variables.files.map((file) => new SourceText(file.name, file.text)),
      flags: variables.flags,
      unknownNames: variables.unknownNames,
    },
    ...(fileRoot === undefined ? {} : { fileRoot }),
  });
  const { job, origins, diagnostics } = parsed;
  if (job !== undefined && !hasErrors(diagnostics)) return { ok: true, job, origins };
  return { ok: false, reasons: diagnostics.filter(({ severity }) => severity === "error").map(formatDiagnostic) };
}

/** What Nomad's server or the driver would refuse, each with its place in the file. */
function refusals(
  { pluginConfig, environment }: RunFileParams,
  job: Job,
  origins: Origins,
  groupName: string,
  { fingerprint, node }: Machine,
  allocRoot: string,
): string[] {
  const at = (place: JobPath, message: string): string => {
    const origin = origins.nearest(place);
    return origin === undefined ? message : `${origin.source.describe(origin.span)}: ${message}`;
  };
  const server = validateJob(job, ANY_SERVER).filter(({ severity }) => severity === "error");
  const reasons = server.map(({ path, message, detail }) => at(path, `${message}; ${detail}`));
  const canonical = canonicalize(job);
  for (const [groupIndex, group] of (canonical.TaskGroups ?? []).entries()) {
    if (group.Name !== groupName) continue;
    for (const [taskIndex, task] of (group.Tasks ?? []).entries()) {
      if (task.Driver !== "qemu") continue;
      const assumed = {
        node,
        hostEnvironment: environment,
        hostPorts: new Map<string, number>(),
        pluginConfig,
        fingerprint,
      };
      const preview = previewTask(canonical, group, task, {
        ...assumed,
        allocDir: path.join(allocRoot, NO_ALLOCATION_ID),
      });
      for (const { severity, path, message, detail } of preview.refusals) {
        if (severity !== "error") continue;
        reasons.push(at(["TaskGroups", groupIndex, "Tasks", taskIndex, ...path], `${message}; ${detail}`));
      }
    }
  }
  return reasons;
}
