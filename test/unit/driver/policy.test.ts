// The rules of the driver as tables. What real Nomad said to whole jobs is in test/golden/driverErrors.test.ts.
import { describe, expect, test } from "vitest";
import { UNRESTRICTED } from "../../../src/driver/pluginConfig.ts";
import { firstViolation, taskViolations, type TaskToCheck } from "../../../src/driver/policy.ts";
import type { TaskConfig } from "../../../src/driver/taskConfig.ts";

const CONFIG: TaskConfig = {
  imagePath: "local/tiny.img",
  emulator: "",
  machineType: "",
  driveInterface: "",
  accelerator: "",
  gracefulShutdown: false,
  guestAgent: false,
  args: [],
  portMap: {},
  portMapBlock: {},
};

type Change = Partial<Omit<TaskToCheck, "taskConfig" | "pluginConfig">> & {
  readonly config?: Partial<TaskConfig>;
  readonly plugin?: Partial<TaskToCheck["pluginConfig"]>;
};

function task({ config, plugin, ...rest }: Change): TaskToCheck {
  return {
    user: "",
    memoryMB: 300,
    taskNetworkLabels: "none",
    allocDir: "/alloc",
    taskDir: "/alloc/vm",
    emulatorPaths: { x86_64: "/usr/bin/qemu-system-x86_64" },
    platform: "linux",
    ...rest,
    taskConfig: { ...CONFIG, ...config },
    pluginConfig: { ...UNRESTRICTED, ...plugin },
  };
}
const message = (change: Change): string | undefined => firstViolation(task(change))?.message;

test("an emulator that hangs is refused before it is started, any other is not", () => {
  const here = { emulatorPaths: { x86_64: "/q/qemu-system-x86_64", arm: "/q/qemu-system-arm" } };
  expect(firstViolation(task({ ...here, silentEmulators: ["x86_64"] }))).toMatchObject({
    code: "qemu/emulator-silent",
    message: "qemu-system-x86_64 does not answer",
    detail: expect.stringContaining("/q/qemu-system-x86_64 --version hangs"),
  });
  expect(message({ ...here, silentEmulators: ["arm"] })).toBeUndefined();
  expect(message({ ...here, silentEmulators: ["mips"] })).toBeUndefined();
});

describe("image_path", () => {
  const srv = { imagePaths: ["/srv/images"] };
  test.each([
    ["local/x.img", {}, "allowed"],
    [".", {}, "allowed"],
    ["vm/../alloc/x", {}, "allowed"],
    ["file:/etc/shadow", {}, "allowed"],
    ["json:{}", {}, "allowed"],
    ["/alloc/x.img", {}, "allowed"],
    ["/alloc", {}, "allowed"],
    ["../x.img", {}, "refused"],
    ["local/../../x.img", {}, "refused"],
    ["..x", {}, "refused"],
    ["/alloc2/x.img", {}, "refused"],
    ["/srv/images/x.img", {}, "refused"],
    ["/srv/images/x.img", srv, "allowed"],
    ["/srv/images", srv, "allowed"],
    ["/srv/images/a/../x.img", srv, "allowed"],
    ["/srv/images/x.img,file=/etc/shadow", srv, "allowed"],
    ["/srv/images/../x.img", srv, "refused"],
    ["/srv/images-old/x.img", srv, "refused"],
    ["/srv/images/..x", srv, "refused"],
    ["/srv/Images/x.img", srv, "refused"],
    ["/srv/x.img", { imagePaths: ["/srv/*"] }, "refused"],
    ["/srv/images/x.img", { imagePaths: ["srv/images"] }, "refused"],
    ["/etc/hostname", { imagePaths: ["/"] }, "allowed"],
    ["/etc/hostname", { imagePaths: [""] }, "refused"],
  ] as const)("%s with %j is %s", (imagePath, plugin, verdict) => {
    const expected = verdict === "allowed" ? undefined : "image_path is not in the allowed paths";
    expect(message({ config: { imagePath }, plugin })).toBe(expected);
  });
  test("must be set", () => expect(message({ config: { imagePath: "" } })).toBe("image_path must be set"));
});

describe("args_allowlist", () => {
  const plugin = { argsAllowlist: ["-snapshot", "-smp"] };
  test.each([
    [["-snapshot", "-smp", "2", "loose", "a -drive"], undefined],
    [["-drive"], '"-drive" is not in args_allowlist'],
    [[" -smp"], '" -smp" is not in args_allowlist'],
    [["--smp"], '"--smp" is not in args_allowlist'],
    [["\t-x"], '"\\t-x" is not in args_allowlist'],
    [["\u0085-x"], '"\\u0085-x" is not in args_allowlist'],
    [["\u00a0-x"], '"\\u00a0-x" is not in args_allowlist'],
    [["\ufeff-x"], undefined],
    [['-q"x\n€'], '"-q\\"x\\n€" is not in args_allowlist'],
    [["-\x7f\u{1F600}\u{E0001}"], '"-\\x7f😀\\U000e0001" is not in args_allowlist'],
    [["-1"], '"-1" is not in args_allowlist'],
  ] as const)("%j → %s", (args, expected) => {
    expect(message({ config: { args }, plugin })).toBe(expected);
  });
  test("every argument at fault is named with its place", () => {
    const found = taskViolations(task({ config: { args: ["-a", "b", "-smp", "-c"] }, plugin }));
    expect(found.map(({ path }) => path)).toEqual([
      ["Config", "args", 0],
      ["Config", "args", 3],
    ]);
  });
  test("an empty list forbids nothing", () => expect(message({ config: { args: ["-x"] } })).toBeUndefined());
});

describe("emulator", () => {
  const emulatorPaths = { x86_64: "/q/x", arm: "/q/a" };
  test.each([
    ["", [], undefined],
    ["", ["x86_64"], "'' is not an allowed emulator"],
    ["x86_64", ["x86_64"], undefined],
    ["qemu-system-x86_64", ["x86_64"], "'qemu-system-x86_64' is not an allowed emulator"],
    ["qemu-system-x86_64", ["qemu-system-x86_64"], undefined],
    ["qemu-system-arm", [], undefined],
    [
      "foo",
      [],
      'failed to resolve path to "qemu-system-foo" executable: exec: "qemu-system-foo": executable file not found in $PATH',
    ],
    [
      "/../x",
      [],
      'failed to resolve path to "qemu-system-/../x" executable: exec: "qemu-system-/../x": stat qemu-system-/../x: no such file or directory',
    ],
    [
      "__proto__",
      [],
      'failed to resolve path to "qemu-system-__proto__" executable: exec: "qemu-system-__proto__": executable file not found in $PATH',
    ],
  ])("%j with the list %j", (emulator, emulatorsAllowlist, expected) => {
    expect(message({ config: { emulator }, plugin: { emulatorsAllowlist }, emulatorPaths })).toBe(expected);
  });
});

describe("the other rules", () => {
  const bounds = "QEMU memory assignment out of bounds";
  test.each([
    [127, bounds],
    [128, undefined],
    [4_000_000, undefined],
    [4_000_001, bounds],
  ])("memory of %d MB", (memoryMB, expected) => expect(message({ memoryMB })).toBe(expected));

  test.each([
    ["ide", undefined],
    ["none", undefined],
    ["IDE", "Unsupported drive_interface"],
    ["virtio,x=y", "Unsupported drive_interface"],
  ])("drive_interface %s", (driveInterface, expected) =>
    expect(message({ config: { driveInterface } })).toBe(expected),
  );

  test.each([
    ["linux", 108, undefined],
    ["linux", 109, 108],
    ["darwin", 104, undefined],
    ["darwin", 105, 104],
    ["aix", 300, undefined],
  ] as const)("a socket path on %s of %d bytes", (platform, bytes, limit) => {
    const taskDir = `/${"v".repeat(bytes - "/".length - "/qm.sock".length)}`;
    const expected =
      limit === undefined
        ? undefined
        : `socket path ${taskDir}/qm.sock is longer than the maximum length allowed (${limit}), try to reduce the task name or Nomad's data_dir if possible.`;
    expect(message({ config: { gracefulShutdown: true }, taskDir, platform })).toBe(expected);
  });

  test("port labels must be those of the task's own network, when there is one", () => {
    const config = { portMap: { ssh: 22, web: 80 }, portMapBlock: { ssh: 0, web: 1 } };
    expect(message({ config })).toBeUndefined();
    const found = firstViolation(task({ config, taskNetworkLabels: ["ssh"] }));
    expect(found).toMatchObject({ message: 'Unknown port label "web"', path: ["Config", "port_map", 1, "web"] });
  });

  test.each([
    ["linux", "kvm", undefined],
    ["darwin", "kvm", "KVM accelerator is unsupported on the current platform"],
    ["win32", "kvm", "KVM accelerator is unsupported on the current platform"],
    ["darwin", "KVM", undefined],
  ] as const)("on %s accelerator %s", (platform, accelerator, expected) =>
    expect(message({ config: { accelerator }, platform })).toBe(expected),
  );

  test("Windows has neither of the driver's sockets", () => {
    const config = { gracefulShutdown: true, guestAgent: true };
    expect(taskViolations(task({ config, platform: "win32" })).map((found) => found.message)).toEqual([
      "QEMU graceful shutdown is unsupported on the Windows platform",
      "QEMU Guest Agent socket is unsupported on the Windows platform",
    ]);
  });

  test("root is refused before everything else", () => {
    const found = firstViolation(task({ user: "root", config: { imagePath: "" } }));
    expect(found).toMatchObject({
      message: 'validate: running as user "root" is disallowed',
      event: "Task hook failed",
    });
  });
});

test("violations come in Nomad's order", () => {
  const found = taskViolations(
    task({
      user: "Administrator",
      memoryMB: 1,
      taskNetworkLabels: [],
      taskDir: `/${"t".repeat(200)}`,
      config: {
        imagePath: "../x",
        emulator: "no",
        driveInterface: "no",
        accelerator: "kvm",
        gracefulShutdown: true,
        guestAgent: true,
        args: ["-no"],
        portMap: { no: 1 },
      },
      plugin: { argsAllowlist: ["-x"], emulatorsAllowlist: ["x"] },
    }),
  );
  expect(found.map(({ code }) => code)).toEqual([
    "qemu/user-not-allowed",
    "qemu/emulator-not-allowed",
    "qemu/args-not-allowed",
    "qemu/image-path-not-allowed",
    "qemu/memory-out-of-bounds",
    "qemu/emulator-not-found",
    "qemu/drive-interface",
    "qemu/socket-path-too-long",
    "qemu/socket-path-too-long",
    "qemu/unknown-port-label",
  ]);
});

test("nothing is said about what is not known yet", () => {
  const change: Change = {
    memoryMB: undefined,
    allocDir: undefined,
    taskDir: undefined,
    emulatorPaths: undefined,
    taskNetworkLabels: undefined,
    unknown: [
      ["Config", "image_path"],
      ["Config", "args", 1],
    ],
    config: { imagePath: "", gracefulShutdown: true, emulator: "x", args: ["-a", "-b"], portMap: { x: 1 } },
    plugin: { argsAllowlist: ["-a"] },
  };
  expect(taskViolations(task(change))).toEqual([]);
});
