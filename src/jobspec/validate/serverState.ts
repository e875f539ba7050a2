// What depends on the server and not only on the job: namespaces, node pools, Vault, Consul clusters, the edition.
// Source: Nomad nomad/job_endpoint_hook_*.go, job_endpoint_validators.go, job_endpoint_hooks.go.
import { amount, block, type Fields, indexed, isSet, text } from "../fields.ts";
import { compareText, quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import type { Validation } from "./context.ts";
import { identitiesOf } from "./secrets.ts";

/** The first problem with Vault, as Nomad reports only that one. */
export function checkVaultClusters({ groups, server, error }: Validation): void {
  const uses: { vault: Fields; path: JobPath }[] = [];
  for (const { tasks } of groups) {
    for (const { task, path } of tasks) {
      const vault = block(task, "Vault");
      if (vault !== undefined) uses.push({ vault, path: [...path, "Vault"] });
    }
  }
  const { vaultClusters } = server;
  const disabled =
    vaultClusters === "any" ? undefined : uses.find(({ vault }) => !vaultClusters.includes(text(vault, "Cluster")));
  if (disabled !== undefined) {
    const cluster = quote(text(disabled.vault, "Cluster"));
    error("server/vault-disabled", disabled.path, `Vault ${cluster} not enabled but used in the job`);
    return;
  }
  if (server.edition !== "community") return;
  const withNamespace = uses.filter(({ vault }) => text(vault, "Namespace") !== "");
  const [first] = withNamespace;
  if (first !== undefined) {
    const names = [...new Set(withNamespace.map(({ vault }) => text(vault, "Namespace")))].sort(compareText).join(", ");
    const words = `multiple Vault namespaces requires Nomad Enterprise, Namespaces: ${names}`;
    error("server/vault-namespace", [...first.path, "Namespace"], words);
    return;
  }
  const other = uses.find(({ vault }) => text(vault, "Cluster") !== "default");
  if (other !== undefined) {
    error("server/vault-cluster", [...other.path, "Cluster"], "non-default Vault cluster requires Nomad Enterprise");
  }
}

/** The first problem with Consul's clusters and partitions. */
export function checkConsulClusters({ groups, server, error }: Validation): void {
  if (server.edition !== "community") return;
  const needsEnterprise = (owner: Fields | undefined, path: JobPath): boolean => {
    if (owner === undefined || text(owner, "Cluster") === "default") return false;
    error("server/consul-cluster", [...path, "Cluster"], "non-default Consul cluster requires Nomad Enterprise");
    return true;
  };
  const serviceNeeds = (owner: Fields, path: JobPath): boolean => {
    for (const [index, service] of indexed(owner, "Services")) {
      if (text(service, "Provider") === "consul" && needsEnterprise(service, [...path, "Services", index])) return true;
    }
    return false;
  };
  for (const { group, path, tasks } of groups) {
    const groupConsul = block(group, "Consul");
    if (needsEnterprise(groupConsul, [...path, "Consul"]) || serviceNeeds(group, path)) return;
    const groupPartition = text(groupConsul ?? {}, "Partition");
    for (const { task, path: taskPath } of tasks) {
      if (serviceNeeds(task, taskPath)) return;
      const consul = block(task, "Consul");
      const partition = text(consul ?? {}, "Partition");
      if (partition !== "" && groupPartition !== "" && partition !== groupPartition) {
        const words = `task.consul.partition ${quote(partition)} must match group.consul.partition ${quote(groupPartition)} if both are set`;
        error("server/consul-partition", [...taskPath, "Consul", "Partition"], words);
        return;
      }
      if (needsEnterprise(consul, [...taskPath, "Consul"])) return;
    }
  }
}

export function checkPlaces({ job, server, error }: Validation): void {
  const [id, namespace, pool] = [quote(text(job, "ID")), text(job, "Namespace"), text(job, "NodePool")];
  if (server.namespaces !== "any" && !server.namespaces.includes(namespace)) {
    error("server/namespace-missing", ["Namespace"], `job ${id} is in nonexistent namespace ${quote(namespace)}`);
  }
  if (server.nodePools !== "any" && !server.nodePools.includes(pool)) {
    error("server/node-pool-missing", ["NodePool"], `job ${id} is in nonexistent node pool ${quote(pool)}`);
  }
}

/** Identities that services and Vault need, and identities that nothing uses. */
export function checkServiceIdentities({ groups, error, warn }: Validation): void {
  for (const { group, name, path, tasks } of groups) {
    const nameless = (owner: Fields, place: JobPath, parent: string): void => {
      for (const [index, service] of indexed(owner, "Services")) {
        const identity = block(service, "Identity");
        if (identity === undefined || text(identity, "Name") !== "") continue;
        const words = `Service ${text(service, "Name")} in ${parent} has an identity with an empty name`;
        error("service/identity-name", [...place, "Services", index, "Identity"], words);
      }
    };
    nameless(group, path, `task group ${name}`);
    for (const prepared of tasks) {
      const { task, name: taskName, path: taskPath } = prepared;
      nameless(task, taskPath, `task ${taskName}`);
      const { others } = identitiesOf(prepared);
      const vault = block(task, "Vault");
      if (vault === undefined) {
        for (const { identity, path: place } of others) {
          const identityName = text(identity, "Name");
          if (!identityName.startsWith("vault_")) continue;
          warn(
            "identity/vault-block-missing",
            place,
            `Task ${taskName} has an identity called ${identityName} but no vault block`,
          );
        }
        continue;
      }
      const cluster = text(vault, "Cluster");
      const wanted = `vault_${cluster}`;
      if (cluster === "default" || others.some(({ identity }) => text(identity, "Name") === wanted)) continue;
      const words = `Task ${taskName} uses Vault cluster ${cluster} but does not have an identity named ${wanted} and no default identity is provided in agent configuration`;
      error("vault/identity-missing", [...taskPath, "Vault"], words);
    }
  }
}

export function checkMemoryOversubscription({ groups, server, warn }: Validation): void {
  if (server.memoryOversubscription !== "disabled") return;
  for (const { name, tasks } of groups) {
    for (const { task, name: taskName, path } of tasks) {
      if (amount(block(task, "Resources") ?? {}, "MemoryMaxMB") === 0) continue;
      const words = `Memory oversubscription is not enabled; memory_max of task "${name}.${taskName}" is ignored`;
      warn("server/memory-oversubscription", [...path, "Resources", "MemoryMaxMB"], words);
    }
  }
}

/** Only the first task that needs Nomad Enterprise is reported, for each reason. */
export function checkEnterprise({ groups, server, error }: Validation): void {
  if (server.edition !== "community") return;
  const tasks = groups.flatMap((group) => group.tasks);
  const numa = tasks.find(({ task }) => {
    const requested = block(block(task, "Resources") ?? {}, "NUMA");
    return requested !== undefined && text(requested, "Affinity") !== "none";
  });
  if (numa !== undefined)
    error("server/numa", [...numa.path, "Resources", "NUMA"], "numa scheduling requires Nomad Enterprise");
  const scheduled = tasks.find(({ task }) => isSet(block(task, "Schedule") ?? {}, "Cron"));
  if (scheduled !== undefined)
    error("server/schedule", [...scheduled.path, "Schedule"], "task schedules requires Nomad Enterprise");
}
