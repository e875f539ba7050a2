// The constraints that Nomad adds to a group at registration because of other things in the job.
// Source: Nomad nomad/job_endpoint_hooks.go, jobImpliedConstraints.
import { block, blocks, indexed, isSet, text, type Fields } from "../fields.ts";
import type { Constraint, Job } from "../job.ts";
import type { JobPath } from "../origin.ts";

export interface ImpliedConstraint {
  readonly constraint: Constraint;
  /** What in the job asks for it. */
  readonly path: JobPath;
}

const CNI_PLUGINS = ["bridge", "firewall", "host-local", "loopback", "portmap"];

/**
 * The implied constraints of one group, in Nomad's order. One that the job already has (the same target for versions of
 * other software, the very same constraint otherwise) is not repeated. Signals are sorted, where Nomad's order is random.
 */
export function impliedConstraints(job: Job, groupIndex: number): ImpliedConstraint[] {
  const group = blockAt(job, "TaskGroups", groupIndex);
  if (group === undefined) return [];
  const groupPath: JobPath = ["TaskGroups", groupIndex];
  const wanted: ImpliedConstraint[] = [
    ...vault(group, groupPath),
    ...secrets(job),
    ...numa(group, groupPath),
    ...requiredSignals(group, groupPath),
    ...services(group, groupPath),
    ...networks(group, groupPath),
    ...transparentProxy(group, groupPath),
    ...schedules(group, groupPath),
  ];
  const result: ImpliedConstraint[] = [];
  const present = blocks(group, "Constraints").map((own) =>
    constraint(text(own, "LTarget"), text(own, "Operand"), text(own, "RTarget")),
  );
  for (const implied of wanted) {
    if (present.some((own) => replaces(own, implied.constraint))) continue;
    present.push(implied.constraint);
    result.push(implied);
  }
  return result;
}

function blockAt(owner: Fields, name: string, wanted: number): Fields | undefined {
  for (const [index, item] of indexed(owner, name)) if (index === wanted) return item;
  return undefined;
}

/** The job's own constraint on a version (or on a set attribute) replaces the implied one, whatever it asks for. */
function replaces(own: Constraint, implied: Constraint): boolean {
  if (own.LTarget !== implied.LTarget) return false;
  const byTarget = implied.Operand === "is_set" || /^\$\{attr\.(?:vault|consul|plugins)\./.test(implied.LTarget);
  return byTarget || (own.Operand === implied.Operand && own.RTarget === implied.RTarget);
}

const constraint = (LTarget: string, Operand: string, RTarget: string): Constraint => ({ LTarget, RTarget, Operand });

function* tasks(group: Fields, groupPath: JobPath): Generator<[Fields, JobPath]> {
  for (const [index, task] of indexed(group, "Tasks")) yield [task, [...groupPath, "Tasks", index]];
}

function* vault(group: Fields, groupPath: JobPath): Generator<ImpliedConstraint> {
  const sorted = [...tasks(group, groupPath)].sort(([a], [b]) => (text(a, "Name") < text(b, "Name") ? -1 : 1));
  for (const [task, path] of sorted) {
    const settings = block(task, "Vault");
    if (settings === undefined) continue;
    const target = versionTarget("vault", text(settings, "Cluster"));
    yield { constraint: constraint(target, "semver", ">= 0.6.1"), path: [...path, "Vault"] };
  }
}

function versionTarget(software: string, cluster: string): string {
  const named = cluster !== "" && cluster !== "default";
  return named ? `\${attr.${software}.${cluster}.version}` : `\${attr.${software}.version}`;
}

/** Nomad asks every group for the providers of the secrets of all groups. */
function* secrets(job: Fields): Generator<ImpliedConstraint> {
  for (const [groupIndex, group] of indexed(job, "TaskGroups")) {
    for (const [task, path] of tasks(group, ["TaskGroups", groupIndex])) {
      for (const [index, secret] of indexed(task, "Secrets")) {
        const target = `\${attr.plugins.secrets.${text(secret, "Provider")}.version}`;
        yield { constraint: constraint(target, "is_set", ""), path: [...path, "Secrets", index] };
      }
    }
  }
}

function* numa(group: Fields, groupPath: JobPath): Generator<ImpliedConstraint> {
  for (const [task, path] of tasks(group, groupPath)) {
    const affinity = text(block(block(task, "Resources") ?? {}, "NUMA") ?? {}, "Affinity");
    if (affinity === "none" || affinity === "") continue;
    const at: JobPath = [...path, "Resources", "NUMA"];
    yield { constraint: constraint("${attr.nomad.version}", "semver", ">= 1.6.3-dev"), path: at };
    yield { constraint: constraint("${attr.kernel.name}", "=", "linux"), path: at };
  }
}

/** At most one constraint: the node must know the signals that the tasks may be sent. */
export function* requiredSignals(group: Fields, groupPath: JobPath): Generator<ImpliedConstraint> {
  const found = new Map<string, JobPath>();
  const add = (signal: string, path: JobPath): void => {
    if (!found.has(signal)) found.set(signal, path);
  };
  for (const [task, path] of tasks(group, groupPath)) {
    if (text(task, "KillSignal") !== "") add(text(task, "KillSignal"), [...path, "KillSignal"]);
    const settings = block(task, "Vault") ?? {};
    if (text(settings, "ChangeMode") === "signal")
      add(text(settings, "ChangeSignal"), [...path, "Vault", "ChangeSignal"]);
    for (const [index, template] of indexed(task, "Templates")) {
      if (text(template, "ChangeMode") !== "signal") continue;
      // A template without a signal of its own sends SIGHUP, and its name is taken in any letter case.
      const signal = isSet(template, "ChangeSignal") ? text(template, "ChangeSignal").toUpperCase() : "SIGHUP";
      add(signal, [...path, "Templates", index, "ChangeSignal"]);
    }
  }
  if (found.size === 0) return;
  const names = [...found.keys()].sort();
  const path = found.size === 1 ? [...found.values()][0] : undefined;
  yield { constraint: constraint("${attr.os.signals}", "set_contains", names.join(",")), path: path ?? groupPath };
}

function* services(group: Fields, groupPath: JobPath): Generator<ImpliedConstraint> {
  const all: [Fields, JobPath][] = [];
  const collect = (owner: Fields, path: JobPath): void => {
    for (const [index, service] of indexed(owner, "Services")) all.push([service, [...path, "Services", index]]);
  };
  collect(group, groupPath);
  for (const [task, path] of tasks(group, groupPath)) collect(task, path);
  const native = all.filter(([service]) => text(service, "Provider") === "nomad");
  const first = native[0];
  if (first !== undefined) {
    yield { constraint: constraint("${attr.nomad.service_discovery}", "=", "true"), path: first[1] };
  }
  const checked = native.find(([service]) => blocks(service, "Checks").length > 0);
  if (checked !== undefined) {
    yield { constraint: constraint("${attr.nomad.version}", "semver", ">= 1.4.0"), path: [...checked[1], "Checks"] };
  }
  for (const [service, path] of all) {
    if (text(service, "Provider") === "nomad") continue;
    const target = versionTarget("consul", text(service, "Cluster"));
    yield { constraint: constraint(target, "semver", ">= 1.8.0"), path };
  }
}

function* networks(group: Fields, groupPath: JobPath): Generator<ImpliedConstraint> {
  for (const [index, network] of indexed(group, "Networks")) {
    if (text(network, "Mode") !== "bridge") continue;
    const path: JobPath = [...groupPath, "Networks", index, "Mode"];
    for (const plugin of CNI_PLUGINS) {
      const target = `\${attr.plugins.cni.version.${plugin}}`;
      yield { constraint: constraint(target, "semver", ">= 0.4.0"), path };
    }
    return;
  }
}

function* transparentProxy(group: Fields, groupPath: JobPath): Generator<ImpliedConstraint> {
  for (const [index, service] of indexed(group, "Services")) {
    const sidecar = block(block(service, "Connect") ?? {}, "SidecarService");
    if (!isSet(block(sidecar ?? {}, "Proxy") ?? {}, "TransparentProxy")) continue;
    const path: JobPath = [...groupPath, "Services", index, "Connect"];
    yield { constraint: constraint("${attr.plugins.cni.version.consul-cni}", "semver", ">= 1.4.2"), path };
    yield { constraint: constraint("${attr.nomad.version}", "semver", ">= 1.8.0-dev"), path };
    return;
  }
}

function* schedules(group: Fields, groupPath: JobPath): Generator<ImpliedConstraint> {
  for (const [task, path] of tasks(group, groupPath)) {
    if (!isSet(task, "Schedule")) continue;
    yield { constraint: constraint("${attr.nomad.version}", "semver", ">= 1.8.0-dev"), path: [...path, "Schedule"] };
    return;
  }
}
