// The ports of a group: those of its network, and those of its tasks' own (deprecated) networks.
import type { Network, Port, TaskGroup } from "./job.ts";

/** A port of the group's network, or of one task's own (deprecated) network, which alone `port_map` can use. */
export type PortOwner = "group" | { readonly task: string };

export interface GroupPort {
  readonly port: Port;
  readonly owner: PortOwner;
}

export interface AssignedPort {
  readonly label: string;
  readonly hostIp: string;
  readonly hostPort: number;
  /** As written in the job: > 0 a port inside the group's network, otherwise the host port. */
  readonly to: number;
  readonly owner: PortOwner;
}

/** The address that ports are announced with. QEMU's forwards listen on every address, as Nomad's line makes them. */
export const HOST_IP = "127.0.0.1";

/** Jobs are plain data that nobody changes, and each task of a group asks for the ports of all. */
const known = new WeakMap<TaskGroup, readonly GroupPort[]>();

/** Every port, the group's first. Only the first network block of each counts, as in Nomad (nomad.md 2.7). */
export function groupPorts(group: TaskGroup): readonly GroupPort[] {
  const ports = known.get(group) ?? findPorts(group);
  known.set(group, ports);
  return ports;
}

function findPorts(group: TaskGroup): GroupPort[] {
  const tasks = (group.Tasks ?? []).flatMap((task) =>
    networkPorts(task.Resources?.Networks?.[0]).map((port): GroupPort => ({ port, owner: { task: task.Name } })),
  );
  return [...networkPorts(group.Networks?.[0]).map((port): GroupPort => ({ port, owner: "group" })), ...tasks];
}

function networkPorts(network: Network | undefined): Port[] {
  return [...(network?.ReservedPorts ?? []), ...(network?.DynamicPorts ?? [])];
}

/** A port with the host port that it got. */
export function assignedPort({ port, owner }: GroupPort, hostPort: number): AssignedPort {
  return { label: port.Label, hostIp: HOST_IP, hostPort, to: port.To, owner };
}
