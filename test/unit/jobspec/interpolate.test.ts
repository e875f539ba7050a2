import { describe, expect, test } from "vitest";
import { findPlaceholders, interpolateMap, interpolateText } from "../../../src/jobspec/interpolate.ts";
import { lookupNode, nodeVariables, type NodeDescription } from "../../../src/jobspec/node.ts";
import { nodeFromApi, nodeFromMachine, type MachineFacts } from "../../../src/jobspec/nodeSources.ts";

const node: NodeDescription = {
  knowledge: "complete",
  id: "11111111-2222-3333-4444-555555555555",
  name: "n1",
  datacenter: "dc1",
  class: "vmhost",
  pool: "default",
  region: "global",
  attributes: { "kernel.name": "linux", "driver.qemu.version": "7.2.22" },
  meta: { rack: "r1", "dash-key": "dashed", "dot.key": "dotted" },
  drivers: {},
};

const environment = {
  NOMAD_TASK_NAME: "vm",
  "A.B": "dotted-env",
  "with-dash": "dashed-env",
  "attr.kernel.name": "from env",
};

describe("the text engine", () => {
  test.each([
    ["plain", "plain"],
    ["${NOMAD_TASK_NAME}", "vm"],
    ["a-${NOMAD_TASK_NAME}-b-${meta.rack}", "a-vm-b-r1"],
    ["${A.B} ${with-dash}", "dotted-env dashed-env"],
    ["${meta.dash-key}/${meta.dot.key}", "dashed/dotted"],
    [
      "${node.datacenter} ${node.class} ${node.pool} ${node.region} ${node.unique.name}",
      "dc1 vmhost default global n1",
    ],
    ["${driver.qemu.version} ${attr.driver.qemu.version}", "${driver.qemu.version} 7.2.22"],
    ["${nope} ${meta.nope} ${node.nope}", "${nope} ${meta.nope} ${node.nope}"],
    ["${ NOMAD_TASK_NAME }", "${ NOMAD_TASK_NAME }"],
    ['${env["A.B"]}', '${env["A.B"]}'],
    ["${upper(NOMAD_TASK_NAME)}", "${upper(NOMAD_TASK_NAME)}"],
    ["$${NOMAD_TASK_NAME}", "$vm"],
    ["${}", "${}"],
    ["${attr.kernel.name}", "from env"],
    ["${constructor} ${meta.toString}", "${constructor} ${meta.toString}"],
  ])("%s becomes %s", (text, expected) => {
    expect(interpolateText(text, environment, node)).toBe(expected);
  });

  test("does not look at replaced text again", () => {
    expect(interpolateText("${a}", { a: "${b}", b: "x" }, node)).toBe("${b}");
  });

  test("leaves the keys of a map alone", () => {
    expect(interpolateMap({ "${NOMAD_TASK_NAME}": "${NOMAD_TASK_NAME}" }, environment, node)).toEqual({
      "${NOMAD_TASK_NAME}": "vm",
    });
  });

  test("says where its placeholders are", () => {
    expect(findPlaceholders("a${b.c}${d e}${f}")).toEqual([
      { name: "b.c", start: 1, end: 7 },
      { name: "f", start: 13, end: 17 },
    ]);
  });
});

describe("a node", () => {
  test("that is completely known has no other names", () => {
    expect(lookupNode(node, "attr.nope")).toEqual({ kind: "absent" });
    expect(lookupNode(node, "nope")).toEqual({ kind: "absent" });
  });

  test("that is partly known may have other attributes, but no other kinds of names", () => {
    const partly: NodeDescription = { ...node, knowledge: "partial", id: undefined };
    expect(lookupNode(partly, "attr.nope")).toEqual({ kind: "unknown" });
    expect(lookupNode(partly, "node.unique.id")).toEqual({ kind: "unknown" });
    expect(lookupNode(partly, "device.nope")).toEqual({ kind: "absent" });
    expect(nodeVariables(partly).has("node.unique.id")).toBe(false);
  });

  test("is read from Nomad's API", () => {
    const read = nodeFromApi({
      ID: "abc",
      Name: "golden",
      Datacenter: "dc2",
      NodeClass: "vm",
      NodePool: "gpu",
      Attributes: { "driver.qemu": "1" },
      Meta: null,
      Drivers: {
        qemu: { Detected: true, Healthy: true, HealthDescription: "Healthy", Attributes: { "driver.qemu": true } },
      },
    });
    expect(read).toEqual({
      ok: true,
      value: {
        knowledge: "complete",
        id: "abc",
        name: "golden",
        datacenter: "dc2",
        class: "vm",
        pool: "gpu",
        region: "global",
        attributes: { "driver.qemu": "1" },
        meta: {},
        drivers: {
          qemu: { detected: true, healthy: true, healthDescription: "Healthy", attributes: { "driver.qemu": "true" } },
        },
      },
    });
  });

  test.each([null, 1, [], {}, { Attributes: [] }])("is not made from %j", (json) => {
    expect(nodeFromApi(json)).toMatchObject({ ok: false, error: { code: "node-not-recognised" } });
  });

  const facts: MachineFacts = {
    platform: "linux",
    arch: "x64",
    hostname: "box",
    kernelVersion: "6.1.0",
    cpuModel: "AMD EPYC",
    cpuCount: 2,
    cpuMHz: 2596,
    memoryBytes: 4096,
    osName: "debian",
    osVersion: "12",
    ipAddress: "10.0.0.2",
  };

  test("is made from this machine in Nomad's words", () => {
    const machine = nodeFromMachine(facts, { attributes: { "driver.qemu": "1" }, meta: { rack: "r1" } });
    expect(machine).toMatchObject({
      knowledge: "partial",
      name: "box",
      datacenter: "dc1",
      pool: "default",
      region: "global",
      meta: { rack: "r1" },
      attributes: {
        "cpu.arch": "amd64",
        "cpu.totalcompute": "5192",
        "kernel.arch": "x86_64",
        "kernel.name": "linux",
        "driver.qemu": "1",
      },
    });
  });

  test.each([
    ["darwin", "arm64", "arm64", "arm64", "darwin"],
    ["linux", "arm64", "arm64", "aarch64", "linux"],
    ["win32", "x64", "amd64", undefined, "windows"],
  ])("on %s/%s has cpu.arch %s, kernel.arch %s, kernel.name %s", (platform, arch, cpu, kernel, name) => {
    const { attributes } = nodeFromMachine({ ...facts, platform, arch });
    expect([attributes["cpu.arch"], attributes["kernel.arch"], attributes["kernel.name"]]).toEqual([cpu, kernel, name]);
  });
});
