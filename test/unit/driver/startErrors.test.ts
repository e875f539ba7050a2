// QEMU's last words, as QEMU 7.2 printed them, and what is made of them.
import { expect, test } from "vitest";
import { decisiveLine, explainStartFailure } from "../../../src/driver/startErrors.ts";

const WARNING = `WARNING: Image format was not specified for 'local/tiny.img' and probing guessed raw.
         Automatically detecting the format is dangerous for raw images, write operations on block 0 will be restricted.
         Specify the 'raw' format explicitly to remove the restrictions.
`;
const DRIVE = "-drive file=local/tiny.img,if=ide,id=image0";

test.each([
  ["image-locked", `${DRIVE}: Failed to get "write" lock\nIs another process using the image [local/tiny.img]?`],
  ["image-missing", `${DRIVE}: Could not open 'local/none.img': No such file or directory`],
  ["image-not-readable", `${DRIVE}: Could not open 'local/tiny.img': Permission denied`],
  ["image-not-a-file", "-drive file=/tmp,if=ide: 'file' driver requires '/tmp' to be a regular file"],
  ["image-format", "-drive file=x,format=qcow2: Image is not in qcow2 format"],
  ["port-taken", "-netdev user,id=n0,hostfwd=tcp::22-:22: Could not set up host forwarding rule 'tcp::22-:22'"],
  ["port-rule-invalid", "-netdev user,id=n: Invalid host forwarding rule 'tcp::26750-:-1' (Bad guest port)"],
  ["drive-interface-unsupported", `${DRIVE}: machine type does not support if=scsi,bus=0,unit=0`],
  ["drive-twice", "nodefaults: drive with bus=0, unit=0 (index=0) exists"],
  ["machine-unknown", "unsupported machine type\nUse -machine help to list supported machines"],
  ["accelerator-unknown", "invalid accelerator KVM"],
  ["kvm-unusable", "-accel kvm: failed to initialize kvm: Permission denied"],
  ["accelerator-twice", 'The -accel and "-machine accel=" options are incompatible'],
  ["cpu-unknown", "unable to find CPU model 'nope'"],
  ["memory-unavailable", "cannot set up guest memory 'pc.ram': Cannot allocate memory"],
  ["smp-invalid", "Invalid SMP CPUs 999. The max CPUs supported by machine 'pc-i440fx-7.2' is 255"],
  ["id-twice", "-netdev user,id=user.0: Duplicate ID 'user.0' for netdev"],
  ["stdio-twice", "-serial stdio: cannot use stdio by multiple character devices"],
  ["suffix-swallowed", "-cdrom -chardev: Could not open '-chardev': No such file or directory"],
  ["option-invalid", "-nodefconfig: invalid option"],
  ["option-invalid", "-device virtio-net-pci,foo=1: Property 'virtio-net-pci.foo' not found"],
  ["option-invalid", "-name x,format=raw: Invalid parameter 'format'"],
  ["qemu-exited", "something that nobody has seen before"],
])("%s: %s", (code, words) => {
  const problem = explainStartFailure(`${WARNING}qemu-system-x86_64: ${words}\n`, "/usr/bin/qemu", "exit code 1");
  expect(problem).toMatchObject({ code, what: words.split("\n")[0], where: "/usr/bin/qemu" });
  expect(problem.why).toBeTruthy();
  expect(problem.next).toBeTruthy();
});

test("warnings are no reason, and of several errors the first is", () => {
  expect(decisiveLine(WARNING)).toBeUndefined();
  expect(decisiveLine("qemu-system-x86_64: warning: host doesn't support it\n")).toBeUndefined();
  expect(
    decisiveLine(
      "qemu-system-x86_64: -serial stdio: cannot use it\nqemu-system-x86_64: -serial stdio: could not connect\n",
    ),
  ).toBe("-serial stdio: cannot use it");
  expect(decisiveLine("Segmentation fault\n")).toBe("Segmentation fault");
  expect(explainStartFailure("", "/q", "signal 11").what).toBe("QEMU ended at once (signal 11) without a word");
});
