// `argv`: the QEMU command line that would run, without running anything.
import path from "node:path";
import { dataPaths } from "../../base/paths.ts";
import { HOST_IP, type AssignedPort } from "../../client/ports.ts";
import { allocationTaskDirs } from "../../client/allocDir.ts";
import { planTask } from "../../client/taskPlan.ts";
import { commandLine } from "../../driver/commandLine.ts";
import { emulatorArchitecture, emulatorProgram } from "../../driver/emulator.ts";
import type { Fingerprint } from "../../driver/fingerprint.ts";
import type { PluginConfig } from "../../driver/pluginConfig.ts";
import { taskViolations } from "../../driver/policy.ts";
import type { Refusal } from "../../driver/refusal.ts";
import type { TaskConfig } from "../../driver/taskConfig.ts";
import type { Job, Port, Task, TaskGroup } from "../../jobspec/job.ts";
import { ANY_NODE, type NodeDescription } from "../../jobspec/node.ts";
import { definedVariables } from "../environment.ts";
import { EXIT } from "../exitCodes.ts";
import { shellQuote } from "../format.ts";
import { dataDirOf } from "../hostClient.ts";
import { readAcceptedJob, jobFileFlags } from "../jobFile.ts";
import { nodeFlags, nodeOf } from "../node.ts";
import { pluginConfigOf } from "../pluginConfig.ts";
import { flag, type Verb, type VerbContext } from "../verb.ts";

/** Stands for an id that is only known when the job runs. */
const ALLOC_ID_PLACEHOLDER = "00000000-0000-0000-0000-000000000000";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
    const node = withAttributes(judged?.node ?? ANY_NODE, given.list("attr"));
    const lines = chosenTasks(job, given.value("group"), given.value("task")).map(([group, task]) =>
      taskLine(context, { job, group, task, node, pluginConfig, fingerprint: judged?.fingerprint }),
    );
    if (lines.length === 0) {
      terminal.note("No task of this job with the driver qemu matches.");
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
    const [name, value] = splitPair(written);
    const field = NODE_FIELDS[name];
    if (field !== undefined) return { ...changed, [field]: value };
    if (name.startsWith("meta.")) return { ...changed, meta: { ...changed.meta, [name.slice("meta.".length)]: value } };
    const key = name.startsWith("attr.") ? name.slice("attr.".length) : name;
    return { ...changed, attributes: { ...changed.attributes, [key]: value } };
  }, node);
}

function splitPair(written: string): [string, string] {
  const at = written.indexOf("=");
  return at < 0 ? [written, ""] : [written.slice(0, at), written.slice(at + 1)];
}

function chosenTasks(job: Job, group: string | undefined, task: string | undefined): [TaskGroup, Task][] {
  return (job.TaskGroups ?? [])
    .filter(({ Name }) => group === undefined || Name === group)
    .flatMap((candidate) => (candidate.Tasks ?? []).map((each): [TaskGroup, Task] => [candidate, each]))
    .filter(([, { Name, Driver }]) => Driver === "qemu" && (task === undefined || Name === task));
}

interface LineInput {
  readonly job: Job;
  readonly group: TaskGroup;
  readonly task: Task;
  readonly node: NodeDescription;
  readonly pluginConfig: PluginConfig;
  readonly fingerprint: Fingerprint | undefined;
}

function taskLine(context: VerbContext, input: LineInput): TaskLine {
  const { arguments: given, terminal } = context;
  const { job, group, task, node, pluginConfig } = input;
  const asked = given.value("alloc-dir");
  const allocDir =
    asked === undefined
      ? path.join(dataPaths(dataDirOf(context)).allocDir, ALLOC_ID_PLACEHOLDER)
      : path.resolve(terminal.cwd, asked);
  const name = path.basename(allocDir);
  const circumstances = {
    job,
    group,
    task,
    allocId: UUID.test(name) ? name : ALLOC_ID_PLACEHOLDER,
    allocName: `${job.ID ?? ""}.${group.Name ?? ""}[0]`,
    allocIndex: 0,
    allocDir,
    node,
    ports: portsOf(group, new Map(given.list("port").map(splitPair))),
    cores: Array.from({ length: task.Resources?.Cores ?? 0 }, (_, core) => core),
    templateEnvironment: {},
  };
  const plan = planTask({ ...circumstances, hostEnvironment: definedVariables(terminal.environment) });
  const own = planTask({ ...circumstances, hostEnvironment: {} }).processEnvironment;
  const { taskDir } = allocationTaskDirs(allocDir, task.Name);
  const { taskConfig } = plan.config;
  const emulatorPaths =
    taskConfig === undefined ? {} : emulators(taskConfig, given.value("emulator-path"), input.fingerprint);
  const violations =
    taskConfig === undefined
      ? []
      : taskViolations({
          taskConfig,
          pluginConfig,
          user: plan.user,
          memoryMB: plan.memoryMB,
          taskNetworkLabels: plan.taskNetwork === undefined ? "none" : Object.keys(plan.taskNetwork.ports),
          allocDir,
          taskDir,
          emulatorPaths,
          platform: process.platform,
          unknown: plan.config.unknown,
        });
  const refused = [...plan.config.refusals, ...violations];
  const line =
    taskConfig === undefined
      ? []
      : commandLine({
          taskConfig,
          emulatorPath:
            emulatorPaths[emulatorArchitecture(taskConfig)] ?? emulatorProgram(emulatorArchitecture(taskConfig)),
          taskDir,
          memoryMB: plan.memoryMB,
          reservedCores: plan.reservedCores,
          taskNetwork: plan.taskNetwork,
          dns: plan.dns,
        });
  return {
    group: group.Name ?? "",
    task: task.Name,
    argv: line,
    cwd: taskDir,
    env: Object.fromEntries(Object.entries(plan.processEnvironment).filter(([variable]) => variable in own)),
    refused: refused.map(({ code, message, detail, path: place }) => ({ code, message, detail, path: place })),
  };
}

/** The machine's emulators, the one that was given, or, without a node to judge by, the usual place. */
function emulators(
  taskConfig: TaskConfig,
  given: string | undefined,
  fingerprint: Fingerprint | undefined,
): Readonly<Record<string, string>> {
  const architecture = emulatorArchitecture(taskConfig);
  if (given !== undefined) return { [architecture]: given };
  return fingerprint?.emulatorPaths ?? { [architecture]: `/usr/bin/${emulatorProgram(architecture)}` };
}

/** Every port of the group and its tasks, with the host port that was given or the job's static one. */
function portsOf(group: TaskGroup, given: ReadonlyMap<string, string>): AssignedPort[] {
  const assigned = (port: Port, owner: AssignedPort["owner"]): AssignedPort => ({
    label: port.Label,
    hostIp: HOST_IP,
    hostPort: Number(given.get(port.Label) ?? port.Value),
    to: port.To,
    owner,
  });
  const network = group.Networks?.[0];
  const own = (group.Tasks ?? []).flatMap((task) => {
    const first = task.Resources?.Networks?.[0];
    const ports = [...(first?.ReservedPorts ?? []), ...(first?.DynamicPorts ?? [])];
    return ports.map((port) => assigned(port, { task: task.Name }));
  });
  return [
    ...[...(network?.ReservedPorts ?? []), ...(network?.DynamicPorts ?? [])].map((port) => assigned(port, "group")),
    ...own,
  ];
}

/** One argument a line, an option and its value together, ready for a POSIX shell. */
function printLine({ terminal }: VerbContext, line: TaskLine, count: number): void {
  if (count > 1) terminal.print(terminal.style("bold", `# ${line.group}/${line.task}`));
  for (const { message, detail } of line.refused)
    terminal.note(`${terminal.style("error", "refused:")} ${message}\n  ${detail}`);
  if (line.argv.length > 0) terminal.print(line.argv.map((word) => shellQuote([word])).join(" \\\n  "));
}
