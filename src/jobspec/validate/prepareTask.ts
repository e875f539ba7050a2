// What the server fills in for a task and for services. Source: Nomad nomad/structs (Canonicalize).
import { amount, block, blocks, type Fields, SECOND, text } from "../fields.ts";

/** Also for tasks that Connect adds. */
export function prepareTask(task: Fields, job: Fields, groupName: string): void {
  if (amount(task, "KillTimeout") === 0) task["KillTimeout"] = 5 * SECOND;
  for (const service of blocks(task, "Services")) prepareService(service, job, groupName, text(task, "Name"));
  for (const template of blocks(task, "Templates")) {
    template["ChangeSignal"] = text(template, "ChangeSignal").toUpperCase();
  }
  const vault = block(task, "Vault");
  if (vault !== undefined) {
    vault["ChangeSignal"] = text(vault, "ChangeSignal").toUpperCase();
    if (text(vault, "ChangeMode") === "") vault["ChangeMode"] = "restart";
  }
  const own = block(task, "Identity");
  for (const identity of [...(own === undefined ? [] : [own]), ...blocks(task, "Identities")]) {
    if (text(identity, "Name") === "") identity["Name"] = "default";
    // The default identity is for Nomad alone, whatever the job says.
    if (text(identity, "Name") === "default") identity["Audience"] = ["nomadproject.io"];
    identity["ChangeSignal"] = text(identity, "ChangeSignal").toUpperCase();
  }
}

/** `task` is `group` for a service of the group. */
export function prepareService(service: Fields, job: Fields, group: string, task: string): void {
  const jobName = text(job, "Name");
  if (text(service, "TaskName") === "" && task !== "group") service["TaskName"] = task;
  service["Name"] = replaceNames(text(service, "Name"), {
    JOB: jobName,
    TASKGROUP: group,
    TASK: task,
    BASE: `${jobName}-${group}-${task}`,
  });
  for (const check of blocks(service, "Checks")) {
    if (text(check, "Name") === "") check["Name"] = `service: ${JSON.stringify(service["Name"])} check`;
    if (text(check, "TaskName") === "") check["TaskName"] = text(service, "TaskName");
  }
  const identity = block(service, "Identity");
  if (identity !== undefined && text(service, "Provider") === "consul") {
    identity["Name"] = `consul-service_${text(service, "Name")}-${text(service, "PortLabel")}`;
  }
}

/** Replaces `${name}` by the values given; other placeholders stay. */
export function replaceNames(value: string, names: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{([a-zA-Z0-9_\-.]+)\}/g, (whole, name: string) =>
    Object.hasOwn(names, name) ? (names[name] ?? whole) : whole,
  );
}
