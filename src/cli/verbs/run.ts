// `run`: a job's VM on this machine, from the file to the serial console.
import path from "node:path";
import type { AllocationSummary } from "../../client/status.ts";
import { dataPaths } from "../../base/paths.ts";
import { ProblemError } from "../../base/result.ts";
import type { Job, TaskGroup } from "../../jobspec/job.ts";
import { lintJobFile } from "../../lint/lint.ts";
import { definedVariables } from "../../base/environment.ts";
import { EXIT } from "../exitCodes.ts";
import { printFindings } from "../findingOutput.ts";
import { runInForeground, type ForegroundFormat } from "../foreground.ts";
import { dataDirOf, openHost } from "../hostClient.ts";
import { readAcceptedJob, jobFileFlags } from "../jobFile.ts";
import { pluginConfigOf } from "../pluginConfig.ts";
import { hashicorpObjection } from "../secondOpinion.ts";
import { flag, type Verb } from "../verb.ts";

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
    const file = given.operands[0] ?? "";
    const pluginConfig = await pluginConfigOf(context);
    const environment = definedVariables(terminal.environment);
    // What waits for others goes first: the host and QEMU's fingerprint come while the file is read.
    const connecting = openHost(context);
    const fingerprinting = connecting.then((host) => host.request("host/fingerprint", { pluginConfig, environment }));
    fingerprinting.catch(() => undefined);
    try {
      const parsed = await readAcceptedJob(file, context);
      if (parsed === undefined) return EXIT.no;
      const { job, source } = parsed;
      const group = chooseGroup(job, given.value("group"), given.value("task"));
      const objection = await hashicorpObjection(source, dataPaths(dataDirOf(context)).cacheDir);
      if (objection !== undefined) throw new ProblemError(objection);
      const found = await fingerprinting;
      const errors = lintJobFile(parsed, { pluginConfig, fingerprint: found }).filter(
        ({ severity }) => severity === "error",
      );
      if (errors.length > 0) {
        printFindings({ ...terminal, print: terminal.note }, [{ file, findings: errors }], "text");
        return Object.keys(found.emulatorPaths).length === 0 ? EXIT.missing : EXIT.no;
      }

      const host = await connecting;
      const start = (): Promise<AllocationSummary> =>
        host.request("allocation/run", {
          job: onlyTask(job, group, given.value("task")),
          group: group.Name ?? "",
          jobFile: file === "-" ? undefined : path.resolve(terminal.cwd, file),
          pluginConfig,
          environment,
        });
      const format = (given.value("format") ?? "text") as ForegroundFormat;
      if (!given.has("detach")) return await runInForeground(context, host, start, format);
      const started = await start();
      terminal.print(format === "jsonl" ? JSON.stringify(started) : started.id);
      return EXIT.ok;
    } finally {
      await connecting.then(
        (host) => host.dispose(),
        () => undefined,
      );
    }
  },
};

/** The group to run: the one that was named, the one with the named task, or the only one with a qemu task. */
function chooseGroup(job: Job, name: string | undefined, task: string | undefined): TaskGroup {
  const groups = job.TaskGroups ?? [];
  const withVm = groups.filter((group) => group.Tasks?.some(({ Driver }) => Driver === "qemu") === true);
  const matching = withVm
    .filter((group) => name === undefined || group.Name === name)
    .filter((group) => task === undefined || group.Tasks?.some((candidate) => candidate.Name === task) === true);
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  const names = withVm.map((group) => group.Name ?? "").join(", ");
  if (withVm.length === 0) {
    throw new ProblemError({
      code: "no-qemu-task",
      what: 'This job has no task with driver = "qemu"',
      where: job.ID ?? "",
      next: "Only such tasks run on this machine; others need a Nomad cluster.",
    });
  }
  throw new ProblemError({
    code: "which-group",
    what: matching.length === 0 ? "No group of this job matches" : "This job has several groups",
    where: job.ID ?? "",
    next: `Name one with -group: ${names}.`,
  });
}

/** The job with only one task left in the group, when one was asked for. */
function onlyTask(job: Job, group: TaskGroup, task: string | undefined): Job {
  if (task === undefined) return job;
  const reduced = { ...group, Tasks: (group.Tasks ?? []).filter(({ Name }) => Name === task) };
  return { ...job, TaskGroups: (job.TaskGroups ?? []).map((each) => (each === group ? reduced : each)) };
}
