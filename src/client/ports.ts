// Host ports of an allocation: the ones a job fixes, and the ones chosen for it, both tried on the real machine first.
import dgram from "node:dgram";
import net from "node:net";
import { fail, ok, type Problem, type Result } from "../base/result.ts";
import { assignedPort, groupPorts, type AssignedPort } from "../jobspec/groupPorts.ts";
import type { Port, TaskGroup } from "../jobspec/job.ts";
import { portOwner } from "./portOwner.ts";

/** Nomad: client/config, MinDynamicPort and MaxDynamicPort. */
export const DYNAMIC_PORT_MIN = 20_000;
export const DYNAMIC_PORT_MAX = 32_000;

export interface PortRequest {
  readonly group: TaskGroup;
  /** Host ports that other allocations of this host keep. */
  readonly taken: ReadonlyMap<number, string>;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/**
 * Assigns a host port to every label of the group's network and its tasks' networks. A port counts as free when this
 * machine lets us listen on it, TCP and UDP, on all addresses. Only the first network block counts, as in Nomad.
 * Problems: `port-taken`, `port-not-allowed`, `no-free-port`.
 */
export async function assignPorts(request: PortRequest): Promise<Result<readonly AssignedPort[]>> {
  const wanted = groupPorts(request.group);
  const assigned: AssignedPort[] = [];
  const used = new Map(request.taken);
  const ordered = [...wanted.filter(({ port }) => port.Value > 0), ...wanted.filter(({ port }) => port.Value <= 0)];
  for (const one of ordered) {
    const { port } = one;
    const found = port.Value > 0 ? await fixedPort(port, used) : await freePort(port, used, request.random);
    if (!found.ok) return found;
    used.set(found.value, `port ${JSON.stringify(port.Label)} of this job`);
    assigned.push(assignedPort(one, found.value));
  }
  return ok(assigned);
}

async function fixedPort(port: Port, used: ReadonlyMap<number, string>): Promise<Result<number>> {
  const where = `port ${JSON.stringify(port.Label)} { static = ${port.Value} }`;
  const holder = used.get(port.Value);
  if (holder !== undefined) return fail(taken(port.Value, where, `It belongs to ${holder}.`));
  const refusal = await tryPort(port.Value);
  if (refusal === undefined) return ok(port.Value);
  if (refusal.code === "EACCES")
    return fail({
      code: "port-not-allowed",
      what: `Port ${port.Value} may not be listened on`,
      where,
      why: refusal.message,
      next: "Ports below 1024 need an administrator's rights. Choose a higher static port, or leave `static` out.",
    });
  const owner = await portOwner(port.Value);
  return fail(taken(port.Value, where, owner === undefined ? refusal.message : `${owner} listens on it.`));
}

function taken(port: number, where: string, why: string): Problem {
  return {
    code: "port-taken",
    what: `Port ${port} is already in use`,
    where,
    why,
    next: "Stop what listens there, choose another static port, or leave `static` out to have a free one chosen.",
  };
}

async function freePort(port: Port, used: ReadonlyMap<number, string>, random: () => number): Promise<Result<number>> {
  const span = DYNAMIC_PORT_MAX - DYNAMIC_PORT_MIN + 1;
  const start = Math.floor(random() * span);
  for (let step = 0; step < span; step++) {
    const candidate = DYNAMIC_PORT_MIN + ((start + step) % span);
    if (!used.has(candidate) && (await tryPort(candidate)) === undefined) return ok(candidate);
  }
  return fail({
    code: "no-free-port",
    what: `No port from ${DYNAMIC_PORT_MIN} to ${DYNAMIC_PORT_MAX} is free`,
    where: `port ${JSON.stringify(port.Label)}`,
    next: "Stop allocations or other programs that hold these ports.",
  });
}

/** Listens on all addresses for a moment; the error when that is refused. */
async function tryPort(port: number): Promise<NodeJS.ErrnoException | undefined> {
  return (await tryTcp(port)) ?? (await tryUdp(port));
}

function tryTcp(port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", resolve);
    server.listen({ port, host: "0.0.0.0", exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function tryUdp(port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket("udp4");
    socket.once("error", (error) => {
      socket.close();
      resolve(error);
    });
    socket.bind({ port, address: "0.0.0.0", exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}
