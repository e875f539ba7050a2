// `argv`: the QEMU command line that would run, without running anything.
import path from "node:path";
import { dataPaths } from "../../base/paths.ts";
import { ProblemError } from "../../base/result.ts";
import { previewTask, type TaskPreview } from "../../client/previewTask.ts";
import type { Refusal } from "../../driver/refusal.ts";
import type { Job, Task, TaskGroup } from "../../jobspec/job.ts";
import { ANY_NODE, type NodeDescription } from "../../jobspec/node.ts";
import { NO_ALLOCATION_ID } from "../../jobspec/taskVariables.ts";
import { EXIT } from "../exitCodes.ts";
import { shellQuote } from "../format.ts";
import { dataDirOf } from "../dataDir.ts";
import { readAcceptedJob } from "../jobFile.ts";
import { jobFileFlags } from "../jobText.ts";
import { nodeFlags, nodeOf } from "../node.ts";
import { pluginConfigOf } from "../pluginConfig.ts";
import { flag, type Verb, type VerbContext } from "../verb.ts";

interface TaskLine {
  readonly group: string;
  readonly task: string;
  /** Empty when the task is refused before there is a line. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** What the task sets; the caller's own variables pass through beside it. */
  readonly env: Readonly<Record<string, string>>;
  readonly refused: readonly {
    readonly code: string;
    readonly message: string;
    readonly detail: string;
    readonly path: Refusal["path"];
  }[];
}

export const argv: Verb = {
  operands: "FILE",
  arity: [1, 1],
  description:
    "Prints what Nomad's client would run, argument for argument. What is only decided at run time can be given by flags;\nports that are not given are shown as 0. The local runner appends its own options after these (nomad-qemu status -verbose).",
  flags: {
    format: flag.format(["text", "json"]),
    group: flag.group,
    task: flag.task,
    "alloc-dir": { kind: "value", value: "DIR", help: "allocation directory to assume" },
    port: { kind: "list", value: "LABEL=N", help: "host port of a label; may be repeated" },
    attr: { kind: "list", value: "NAME=VALUE", help: "node attribute (attr.x, meta.x, node.x); may be repeated" },
    "emulator-path": { kind: "value", value: "PATH", help: "path of the emulator to assume" },
    ...nodeFlags,
    ...jobFileFlags,
    "plugin-config": flag.pluginConfig,
    "data-dir": flag.dataDir,
  },
  examples: ["nomad-qemu argv vm.nomad.hcl", "nomad-qemu argv -format json -port ssh=2222 vm.nomad.hcl"],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    const parsed = await readAcceptedJob(given.operands[0] ?? "", context);
    if (parsed === undefined) return EXIT.no;
    const { job } = parsed;
    const pluginConfig = await pluginConfigOf(context);
    const judged = await nodeOf(context, pluginConfig);
    const assumptions = {
      allocDir: allocDirOf(context),
      node: withAttributes(judged?.node ?? ANY_NODE, given.list("attr")),
      hostEnvironment: terminal.environment,
      hostPorts: new Map(given.list("port").map(hostPort)),
      pluginConfig,
      fingerprint: judged?.fingerprint,
      emulatorPath: given.value("emulator-path"),
    };
    const lines = chosenTasks(job, given.value("group"), given.value("task")).map(([group, task]) =>
      taskLine(group, task, previewTask(job, group, task, assumptions)),
    );
    if (lines.length === 0) {
      const names = chosenTasks(job, undefined, undefined).map(([group, task]) => `${group.Name ?? ""}/${task.Name}`);
      const others = names.length === 0 ? "It has none." : `It has ${names.join(", ")}.`;
      terminal.note(`No task of this job with the driver qemu matches. ${others}`);
      return EXIT.no;
    }
    if (given.value("format") === "json") terminal.print(JSON.stringify(lines, undefined, 2));
    else for (const line of lines) printLine(context, line, lines.length);
    return lines.some((line) => line.refused.length > 0) ? EXIT.no : EXIT.ok;
  },
};

const NODE_FIELDS: Readonly<Record<string, keyof NodeDescription>> = {
  "node.unique.id": "id",
  "node.unique.name": "name",
  "node.datacenter": "datacenter",
  "node.class": "class",
  "node.pool": "pool",
  "node.region": "region",
};

/** The node with what `-attr` says of it; a name without a prefix is an attribute. */
function withAttributes(node: NodeDescription, given: readonly string[]): NodeDescription {
  return given.reduce((changed, written) => {
    const [name, value] = splitPair(written, "attr", "NAME=VALUE");
    const field = NODE_FIELDS[name];
    if (field !== undefined) return { ...changed, [field]: value };
    if (name.startsWith("meta.")) return { ...changed, meta: { ...changed.meta, [name.slice("meta.".length)]: value } };
    const key = name.startsWith("attr.") ? name.slice("attr.".length) : name;
    return { ...changed, attributes: { ...changed.attributes, [key]: value } };
  }, node);
}

/** @throws ProblemError for what is not of the form */
function splitPair(written: string, flag: string, form: string): [string, string] {
  const at = written.indexOf("=");
  if (at <= 0) throw new ProblemError({ code: "usage", what: `-${flag} takes ${form}, not "${written}"` });
  return [written.slice(0, at), written.slice(at + 1)];
}

const PORT_MAX = 65_535;

function hostPort(written: string): [label: string, port: number] {
  const [label, text] = splitPair(written, "port", "LABEL=N");
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(port <= PORT_MAX))
    throw new ProblemError({ code: "usage", what: `-port takes a number from 0 to ${PORT_MAX}, not "${text}"` });
  return [label, port];
}

function chosenTasks(job: Job, group: string | undefined, task: string | undefined): [TaskGroup, Task][] {
  return (job.TaskGroups ?? [])
    .filter(({ Name }) => group === undefined || Name === group)
    .flatMap((candidate) => (candidate.Tasks ?? []).map((each): [TaskGroup, Task] => [candidate, each]))
    .filter(([, { Name, Driver }]) => Driver === "qemu" && (task === undefined || Name === task));
}

/** What the flags say of the allocation; without them it would lie in the data directory. */
function allocDirOf(context: VerbContext): string {
  const asked = context.arguments.value("alloc-dir");
  if (asked !== undefined) return path.resolve(context.terminal.cwd, asked);
  return path.join(dataPaths(dataDirOf(context)).allocDir, NO_ALLOCATION_ID);
}

function taskLine(group: TaskGroup, task: Task, preview: TaskPreview): TaskLine {
  return {
    group: group.Name ?? "",
    task: task.Name,
    argv: preview.argv,
    cwd: preview.dirs.taskDir,
    env: preview.environment,
    refused: preview.refusals.map(({ code, message, detail, path: place }) => ({ code, message, detail, path: place })),
  };
}

/** One argument a line, an option and its value together, ready for a POSIX shell. */
function printLine({ terminal }: VerbContext, line: TaskLine, count: number): void {
  if (count > 1) terminal.print(terminal.style("bold", `# ${line.group}/${line.task}`));
  for (const { message, detail } of line.refused)
    terminal.note(`${terminal.style("error", "refused:")} ${message}\n  ${detail}`);
  if (line.argv.length > 0) terminal.print(line.argv.map((word) => shellQuote([word])).join(" \\\n  "));
}
