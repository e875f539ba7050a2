// The constraints that Nomad adds to a group at registration because of other things in the job.
// Source: Nomad nomad/job_endpoint_hooks.go, jobImpliedConstraints.
import type { Constraint, Job, Task, TaskGroup } from "../job.ts";
import type { JobPath } from "../origin.ts";

export interface ImpliedConstraint {
  readonly constraint: Constraint;
  /** What in the job asks for it. */
  readonly path: JobPath;
}

interface ServiceLike {
  Provider?: string | null;
  Cluster?: string | null;
  Checks?: readonly unknown[] | null;
  Connect?: { SidecarService?: { Proxy?: { TransparentProxy?: unknown } | null } | null } | null;
}
interface VaultLike {
  Cluster?: string | null;
  ChangeMode?: string | null;
  ChangeSignal?: string | null;
}

const CNI_PLUGINS = ["bridge", "firewall", "host-local", "loopback", "portmap"];

/**
 * The implied constraints of one group, in Nomad's order. One that the job already has (the same target for versions of
 * other software, the very same constraint otherwise) is not repeated. Signals are sorted, where Nomad's order is random.
 */
export function impliedConstraints(job: Job, groupIndex: number): ImpliedConstraint[] {
  const group = job.TaskGroups?.[groupIndex];
  if (group === undefined) return [];
  const groupPath: JobPath = ["TaskGroups", groupIndex];
  const wanted: ImpliedConstraint[] = [
    ...vault(group, groupPath),
    ...secrets(job),
    ...numa(group, groupPath),
    ...signals(group, groupPath),
    ...services(group, groupPath),
    ...networks(group, groupPath),
    ...transparentProxy(group, groupPath),
    ...schedules(group, groupPath),
  ];
  const result: ImpliedConstraint[] = [];
  const present = [...(group.Constraints ?? [])];
  for (const implied of wanted) {
    if (present.some((constraint) => replaces(constraint, implied.constraint))) continue;
    present.push(implied.constraint);
    result.push(implied);
  }
  return result;
}

/** The job's own constraint on a version (or on a set attribute) replaces the implied one, whatever it asks for. */
function replaces(own: Constraint, implied: Constraint): boolean {
  if (own.LTarget !== implied.LTarget) return false;
  const byTarget = implied.Operand === "is_set" || /^\$\{attr\.(?:vault|consul|plugins)\./.test(implied.LTarget);
  return byTarget || (own.Operand === implied.Operand && own.RTarget === implied.RTarget);
}

const constraint = (LTarget: string, Operand: string, RTarget: string): Constraint => ({ LTarget, RTarget, Operand });

function* tasks(group: TaskGroup, groupPath: JobPath): Generator<[Task, JobPath]> {
  for (const [index, task] of (group.Tasks ?? []).entries()) yield [task, [...groupPath, "Tasks", index]];
}

function* vault(group: TaskGroup, groupPath: JobPath): Generator<ImpliedConstraint> {
  const sorted = [...tasks(group, groupPath)].sort(([a], [b]) => (a.Name < b.Name ? -1 : 1));
  for (const [task, path] of sorted) {
    const block = task["Vault"] as VaultLike | null | undefined;
    if (block === null || block === undefined) continue;
    yield {
      constraint: constraint(versionTarget("vault", block.Cluster), "semver", ">= 0.6.1"),
      path: [...path, "Vault"],
    };
  }
}

function versionTarget(software: string, cluster: string | null | undefined): string {
  const named = cluster !== undefined && cluster !== null && cluster !== "" && cluster !== "default";
  return named ? `\${attr.${software}.${cluster}.version}` : `\${attr.${software}.version}`;
}

/** Nomad asks every group for the providers of the secrets of all groups. */
function* secrets(job: Job): Generator<ImpliedConstraint> {
  for (const [groupIndex, group] of (job.TaskGroups ?? []).entries()) {
    for (const [task, path] of tasks(group, ["TaskGroups", groupIndex])) {
      const blocks = (task["Secrets"] ?? []) as readonly { Provider?: string | null }[];
      for (const [index, block] of blocks.entries()) {
        const target = `\${attr.plugins.secrets.${block.Provider ?? ""}.version}`;
        yield { constraint: constraint(target, "is_set", ""), path: [...path, "Secrets", index] };
      }
    }
  }
}

function* numa(group: TaskGroup, groupPath: JobPath): Generator<ImpliedConstraint> {
  for (const [task, path] of tasks(group, groupPath)) {
    const block = task.Resources?.["NUMA"] as { Affinity?: string | null } | null | undefined;
    const affinity = block?.Affinity ?? "none";
    if (affinity === "none" || affinity === "") continue;
    const at: JobPath = [...path, "Resources", "NUMA"];
    yield { constraint: constraint("${attr.nomad.version}", "semver", ">= 1.6.3-dev"), path: at };
    yield { constraint: constraint("${attr.kernel.name}", "=", "linux"), path: at };
  }
}

function* signals(group: TaskGroup, groupPath: JobPath): Generator<ImpliedConstraint> {
  const found = new Map<string, JobPath>();
  const add = (signal: string | null | undefined, path: JobPath): void => {
    if (!found.has(signal ?? "")) found.set(signal ?? "", path);
  };
  for (const [task, path] of tasks(group, groupPath)) {
    if (task.KillSignal !== "") add(task.KillSignal, [...path, "KillSignal"]);
    const block = task["Vault"] as VaultLike | null | undefined;
    if (block?.ChangeMode === "signal") add(block.ChangeSignal, [...path, "Vault", "ChangeSignal"]);
    for (const [index, template] of (task.Templates ?? []).entries()) {
      if (template.ChangeMode !== "signal") continue;
      add(template["ChangeSignal"] as string | null | undefined, [...path, "Templates", index, "ChangeSignal"]);
    }
  }
  if (found.size === 0) return;
  const names = [...found.keys()].sort();
  const path = found.size === 1 ? [...found.values()][0] : undefined;
  yield { constraint: constraint("${attr.os.signals}", "set_contains", names.join(",")), path: path ?? groupPath };
}

function* services(group: TaskGroup, groupPath: JobPath): Generator<ImpliedConstraint> {
  const all: [ServiceLike, JobPath][] = [];
  const collect = (owner: { [field: string]: unknown }, path: JobPath): void => {
    for (const [index, service] of ((owner["Services"] ?? []) as readonly ServiceLike[]).entries()) {
      all.push([service, [...path, "Services", index]]);
    }
  };
  collect(group, groupPath);
  for (const [task, path] of tasks(group, groupPath)) collect(task, path);
  const native = all.filter(([service]) => service.Provider === "nomad");
  const first = native[0];
  if (first !== undefined) {
    yield { constraint: constraint("${attr.nomad.service_discovery}", "=", "true"), path: first[1] };
  }
  const checked = native.find(([service]) => (service.Checks ?? []).length > 0);
  if (checked !== undefined) {
    yield { constraint: constraint("${attr.nomad.version}", "semver", ">= 1.4.0"), path: [...checked[1], "Checks"] };
  }
  for (const [service, path] of all) {
    if (service.Provider !== "nomad") {
      yield { constraint: constraint(versionTarget("consul", service.Cluster), "semver", ">= 1.8.0"), path };
    }
  }
}

function* networks(group: TaskGroup, groupPath: JobPath): Generator<ImpliedConstraint> {
  const index = (group.Networks ?? []).findIndex((network) => network.Mode === "bridge");
  if (index < 0) return;
  for (const plugin of CNI_PLUGINS) {
    const target = `\${attr.plugins.cni.version.${plugin}}`;
    yield { constraint: constraint(target, "semver", ">= 0.4.0"), path: [...groupPath, "Networks", index, "Mode"] };
  }
}

function* transparentProxy(group: TaskGroup, groupPath: JobPath): Generator<ImpliedConstraint> {
  const list = (group["Services"] ?? []) as readonly ServiceLike[];
  const index = list.findIndex((service) => {
    const proxy = service.Connect?.SidecarService?.Proxy?.TransparentProxy;
    return proxy !== undefined && proxy !== null;
  });
  if (index < 0) return;
  const path: JobPath = [...groupPath, "Services", index, "Connect"];
  yield { constraint: constraint("${attr.plugins.cni.version.consul-cni}", "semver", ">= 1.4.2"), path };
  yield { constraint: constraint("${attr.nomad.version}", "semver", ">= 1.8.0-dev"), path };
}

function* schedules(group: TaskGroup, groupPath: JobPath): Generator<ImpliedConstraint> {
  for (const [task, path] of tasks(group, groupPath)) {
    const schedule = task["Schedule"];
    if (schedule === undefined || schedule === null) continue;
    yield { constraint: constraint("${attr.nomad.version}", "semver", ">= 1.8.0-dev"), path: [...path, "Schedule"] };
    return;
  }
}
