// What this machine says of itself, for placeholders and constraints (`attr.kernel.name`, `attr.memory.totalbytes`).
import { readFile } from "node:fs/promises";
import os from "node:os";
import { nodeFromMachine, type MachineFacts } from "../jobspec/nodeSources.ts";
import type { NodeDescription } from "../jobspec/node.ts";
import type { Fingerprint } from "../driver/fingerprint.ts";

/** Asks the operating system; nothing is started. */
export async function machineFacts(): Promise<MachineFacts> {
  const cpus = os.cpus();
  const release = await osRelease();
  return {
    platform: process.platform,
    arch: process.arch,
    hostname: os.hostname(),
    kernelVersion: os.release(),
    cpuModel: cpus[0]?.model,
    cpuCount: cpus.length,
    cpuMHz: cpus[0] === undefined || cpus[0].speed === 0 ? undefined : cpus[0].speed,
    memoryBytes: os.totalmem(),
    osName: release.get("ID"),
    osVersion: release.get("VERSION_ID"),
    ipAddress: outwardAddress(),
  };
}

/** This machine as a Nomad client with default settings would describe it, with what was found of QEMU. */
export async function localNode(fingerprint: Fingerprint): Promise<NodeDescription> {
  const { attributes, detected, healthy, healthDescription } = fingerprint;
  return nodeFromMachine(await machineFacts(), {
    attributes,
    drivers: { qemu: { detected, healthy, healthDescription, attributes } },
  });
}

/** `KEY=value` lines of os-release(5); empty where there is no such file. */
async function osRelease(): Promise<Map<string, string>> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const lines = text.matchAll(/^([A-Z_]+)=(?:"([^"]*)"|(.*))$/gm);
  return new Map([...lines].map((match) => [match[1] ?? "", match[2] ?? match[3] ?? ""]));
}

/** The first address that is not the loopback's: IPv4 before IPv6, interfaces in the system's order. */
function outwardAddress(): string | undefined {
  const addresses = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  const outward = addresses.filter((address) => !address.internal);
  return (outward.find((address) => address.family === "IPv4") ?? outward[0])?.address;
}
