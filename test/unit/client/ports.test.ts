// Host ports: tried on the real machine.
import { once } from "node:events";
import dgram from "node:dgram";
import net, { type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { assignPorts, DYNAMIC_PORT_MAX, DYNAMIC_PORT_MIN } from "../../../src/client/ports.ts";
import type { Network, Port, TaskGroup } from "../../../src/jobspec/job.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const port = (Label: string, Value = 0, To = 0): Port => ({ Label, Value, To, HostNetwork: "default" });

function group(groupPorts: Port[], taskPorts: Port[] = []): TaskGroup {
  const network = (ports: Port[]): Network[] => [
    {
      Mode: "host",
      ReservedPorts: ports.filter(({ Value }) => Value > 0),
      DynamicPorts: ports.filter(({ Value }) => Value === 0),
      DNS: null,
      Hostname: "",
    },
  ];
  const task = { Name: "vm", Resources: { Networks: taskPorts.length === 0 ? null : network(taskPorts) } };
  return { Name: "g", Networks: network(groupPorts), Tasks: [task] } as unknown as TaskGroup;
}

async function listenTcp(): Promise<number> {
  const server = net.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const assign = (from: TaskGroup, taken = new Map<number, string>(), random = 0.5) =>
  assignPorts({ group: from, taken, random: () => random });

test("every label gets a free port of the dynamic range, none twice", async () => {
  const assigned = await assign(group([port("a"), port("b", 0, 80)], [port("c")]));
  if (!assigned.ok) throw new Error(assigned.error.what);
  const numbers = assigned.value.map(({ hostPort }) => hostPort);
  expect(new Set(numbers).size).toBe(3);
  for (const number of numbers) expect(number >= DYNAMIC_PORT_MIN && number <= DYNAMIC_PORT_MAX).toBe(true);
  expect(assigned.value.map(({ label, to, owner }) => ({ label, to, owner }))).toEqual([
    { label: "a", to: 0, owner: "group" },
    { label: "b", to: 80, owner: "group" },
    { label: "c", to: 0, owner: { task: "vm" } },
  ]);
});

test("a port that another allocation keeps is passed over, a fixed one is refused with its name", async () => {
  const first = DYNAMIC_PORT_MIN + 6_000;
  const kept = new Map([[first, "allocation 1234"]]);
  const assigned = await assign(group([port("a")]), kept, 6_000 / 12_001);
  expect(assigned.ok && assigned.value[0]?.hostPort !== first).toBe(true);
  expect(await assign(group([port("a", first)]), kept)).toMatchObject({
    ok: false,
    error: { code: "port-taken", what: `Port ${first} is already in use`, why: "It belongs to allocation 1234." },
  });
});

test("a fixed port that somebody listens on is refused with the program's name", async () => {
  const taken = await listenTcp();
  const refused = await assign(group([port("web", taken)]));
  expect(refused).toMatchObject({
    ok: false,
    error: { code: "port-taken", where: `port "web" { static = ${taken} }` },
  });
  if (!refused.ok && process.platform === "linux") expect(refused.error.why).toContain(`(pid ${process.pid})`);
});

test("a port whose UDP half is taken is taken", async () => {
  const socket = dgram.createSocket("udp4");
  cleanups.push(() => socket.close());
  socket.bind(0, "0.0.0.0");
  await once(socket, "listening");
  const { port: taken } = socket.address();
  expect(await assign(group([port("dns", taken)]))).toMatchObject({ ok: false, error: { code: "port-taken" } });
});

test("two labels cannot have the same fixed port", async () => {
  const free = await listenTcp();
  for (const cleanup of cleanups.splice(0)) cleanup();
  expect(await assign(group([port("a", free), port("b", free)]))).toMatchObject({
    ok: false,
    error: { code: "port-taken", why: 'It belongs to port "a" of this job.' },
  });
});
