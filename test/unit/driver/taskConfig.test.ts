// From the decoded config to the driver's form, and the ports that only the driver refuses.
import { describe, expect, test } from "vitest";
import { decodeTaskConfig, failedValidationText } from "../../../src/driver/taskConfig.ts";
import type { NodeDescription } from "../../../src/jobspec/node.ts";

const node: NodeDescription = {
  knowledge: "partial",
  id: undefined,
  name: undefined,
  datacenter: "dc1",
  class: undefined,
  pool: undefined,
  region: undefined,
  attributes: {},
  meta: {},
  drivers: {},
};
const decode = (config: Record<string, unknown> | null) =>
  decodeTaskConfig(config, { environment: { NOMAD_TASK_NAME: "vm" }, node });

test("every argument has its place; later port maps win and are remembered", () => {
  const { taskConfig, refusals } = decode({
    image_path: "local/${NOMAD_TASK_NAME}.img",
    emulator: "arm",
    machine_type: "virt",
    drive_interface: "virtio",
    accelerator: "tcg",
    graceful_shutdown: "true",
    guest_agent: true,
    args: ["-smp", 2, null, true, 1.5],
    port_map: [{ ssh: 22, web: "80" }, null, { ssh: 2222, none: null }],
  });
  expect(refusals).toEqual([]);
  expect(taskConfig).toEqual({
    imagePath: "local/vm.img",
    emulator: "arm",
    machineType: "virt",
    driveInterface: "virtio",
    accelerator: "tcg",
    gracefulShutdown: true,
    guestAgent: true,
    args: ["-smp", "2", "", "true", "1.5"],
    portMap: { ssh: 2222, web: 80, none: 0 },
    portMapBlock: { ssh: 2, web: 0, none: 2 },
  });
});

test("what the node does not say is unknown, not wrong", () => {
  const { taskConfig, refusals, unknown } = decode({ image_path: "${attr.x}", args: ["-a", "${meta.y}"] });
  expect(refusals).toEqual([]);
  expect(unknown).toEqual([
    ["Config", "args", 1],
    ["Config", "image_path"],
  ]);
  expect(taskConfig?.args).toEqual(["-a", ""]);
});

test("problems are refusals with their place, and make the event's text", () => {
  const { taskConfig, refusals } = decode({ imagepath: "x", args: "-a" });
  expect(taskConfig).toBeUndefined();
  expect(refusals.map(({ code, path }) => [code, path])).toEqual([
    ["qemu/config-missing-argument", ["Config"]],
    ["qemu/config-unknown-argument", ["Config", "imagepath"]],
    ["qemu/config-type", ["Config", "args"]],
  ]);
  expect(failedValidationText(refusals)).toBe(
    '4 errors occurred:\n\t* failed to parse config: \n\t* Missing required argument: The argument "image_path" is required, but no definition was found.\n\t* Invalid label: No argument or block type is named "imagepath". Did you mean "image_path"?\n\t* Incorrect attribute value type: Inappropriate value for attribute "args": list of string required, but have string.\n\n',
  );
});

describe("guest ports", () => {
  const withPort = (port: unknown, image = "local/tiny.img") =>
    decode({ image_path: image, port_map: [{ ssh: port }] }).refusals[0]?.message;
  const error = (position: number, descriptor: string): string =>
    `failed to decode driver config: msgpack decode error [pos ${position}]: cannot decode signed integer: unrecognized descriptor byte: ${descriptor}`;

  test.each([0, -1, 22, 127, 128, 255, 256, 65_536, 700_000, 2 ** 40, -200, -40_000, -(2 ** 40)])(
    "%d is passed on, sensible or not",
    (port) => expect(withPort(port)).toBeUndefined(),
  );
  test.each([
    [22.5, error(135, "cb/float")],
    [22.1, error(135, "a4/string|bytes")],
    [1e20, error(135, "b5/string|bytes")],
    [2 ** 63, error(135, "b3/string|bytes")],
    [1e300, error(135, "da/string|bytes")],
    ["1e400", error(135, "da/string|bytes")],
    ["${1/3}", error(135, "d9/string|bytes")],
    ["0.123456789012345678901234567890123456", error(135, "d9/string|bytes")],
    ["inf", error(135, "cb/float")],
  ])("%s is refused by the driver", (port, message) => expect(withPort(port)).toBe(message));

  test("the position counts what stands before: earlier ports, longer texts", () => {
    expect(withPort(22.5, "x".repeat(14))).toBe(error(135, "cb/float"));
    expect(withPort(22.5, "x".repeat(40))).toBe(error(135 + 26 + 1, "cb/float"));
    expect(withPort(22.5, "x".repeat(300))).toBe(error(135 + 286 + 2, "cb/float"));
    const { refusals } = decode({ image_path: "local/tiny.img", port_map: [{ a: 1, b: 300, c: 70_000, d: 0.5 }] });
    expect(refusals[0]).toMatchObject({
      message: error(135 - 2 + 3 + 5 + 7 - 0, "cb/float"),
      path: ["Config", "port_map", 0, "d"],
      event: "Driver Failure",
    });
  });

  test("labels are taken in the order of their bytes", () => {
    const { refusals } = decode({ image_path: "local/tiny.img", port_map: [{ "😀": 0.5, ﬀ: 0.5 }] });
    expect(refusals[0]?.path).toEqual(["Config", "port_map", 0, "ﬀ"]);
  });
});
