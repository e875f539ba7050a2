// The built-in guest does what its source says, on both machines, and its committed form is its source.
import { execa } from "execa";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assemble, GUEST_DIR, GUEST_FILES } from "../../scripts/buildGuest.ts";
import { guestImage, TestWorld, type TestVm } from "../support/vm.ts";

const CTRL = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 64);
const BANNER = "TINY-READY m=";

let world: TestWorld;
beforeEach(() => {
  world = new TestWorld();
});
afterEach(() => world.cleanUp());

const nasm = await execa("nasm", ["-v"], { reject: false });
describe("the committed files", () => {
  test.each(GUEST_FILES)("$result is what $source assembles to", async (file) => {
    const committed = gunzipSync(readFileSync(path.join(GUEST_DIR, file.result)));
    expect(committed.length).toBe(file.bytes);
    if (nasm.exitCode === 0) expect(committed.equals(await assemble(file))).toBe(true);
  });
});

test.each(["assets/guest/README.md", "examples/hello.nomad.hcl"])("%s names the disk's sum", (file) => {
  const sum = createHash("sha256").update(guestImage()).digest("hex");
  expect(readFileSync(path.join(GUEST_DIR, "../..", file), "utf8")).toContain(sum);
});

describe.each([
  ["pc", "ide", "p"],
  ["pc", "virtio", "p"],
  ["q35", "ide", "q"],
  ["q35", "virtio", "q"],
])("on %s with %s", (machineType, driveInterface, letter) => {
  const config = { machineType, driveInterface };

  test("prints its banner, echoes, and obeys the power button", async () => {
    const vm = await world.vm({ config });
    await vm.until(`${BANNER}${letter} pm=0600\r\n`);
    await vm.type("hello, guest");
    await vm.until("hello, guest");
    await vm.handle.execute("system_powerdown");
    expect(await vm.handle.exited).toMatchObject({ exitCode: 0, reason: "guest-shutdown" });
    expect(vm.output()).toMatch(/TINY-OFF\r\n$/);
  });

  test("ignores the button when told to, reports that, and obeys again", async () => {
    const vm = await world.vm({ config });
    await vm.until(BANNER);
    await vm.type(CTRL("I"));
    await vm.until("\nI");
    await vm.handle.execute("system_powerdown");
    await vm.until("!");
    await vm.type(CTRL("I"));
    await vm.until("!i");
    await vm.handle.execute("system_powerdown");
    expect(await vm.handle.exited).toMatchObject({ reason: "guest-shutdown" });
  });

  test("reads and writes its disk", async () => {
    const image = Buffer.from(guestImage());
    image.write("text in sector 16", 16 * 512);
    writeFileSync(path.join(world.root, "alloc/vm/local/tiny.img"), image);
    const vm = await world.vm({ config: { ...config, args: ["-snapshot"] } });
    await vm.until(BANNER);
    await vm.type(CTRL("L"));
    await vm.until("\nL");
    await vm.type(CTRL("W"));
    await vm.until("LW");
    await vm.type(CTRL("V"));
    await vm.until("text in sector 16\r\n");
  });

  test("resets", async () => {
    const vm = await world.vm({ config });
    await vm.until(BANNER);
    const reset = vm.event("RESET");
    await vm.type(CTRL("R"));
    expect(await reset).toMatchObject({ reason: "guest-reset" });
    await vm.until(BANNER, 2);
  });

  test("sleeps and is woken", async () => {
    const vm = await world.vm({ config });
    await vm.until(BANNER);
    const suspended = vm.event("SUSPEND");
    await vm.type(CTRL("S"));
    await suspended;
    await vm.handle.execute("system_wakeup");
    await vm.until(BANNER, 2);
  });
});

describe("keys", () => {
  test("^D switches off", async () => {
    const vm = await world.vm();
    await vm.until(BANNER);
    await vm.type(CTRL("D"));
    expect(await vm.handle.exited).toMatchObject({ exitCode: 0, reason: "guest-shutdown" });
  });

  test("^X leaves through isa-debug-exit with 85, which QEMU announces to nobody", async () => {
    const vm = await world.vm({ config: { args: ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"] } });
    await vm.until(BANNER);
    await vm.type(CTRL("X"));
    expect(await vm.handle.exited).toMatchObject({ exitCode: 85, signal: 0, reason: undefined });
  });

  test("^P reports a panic", async () => {
    const vm = await world.vm({ config: { args: ["-device", "pvpanic"] } });
    await vm.until(BANNER);
    const panicked = vm.event("GUEST_PANICKED");
    await vm.type(CTRL("P"));
    await panicked;
    expect(await vm.handle.exited).toMatchObject({ exitCode: 0, reason: "guest-panic" });
  });

  test("^N arms the watchdog", async () => {
    const vm = await world.vm({ config: { args: ["-device", "ib700", "-action", "watchdog=shutdown"] } });
    await vm.until(BANNER);
    const bitten = vm.event("WATCHDOG");
    await vm.type(CTRL("N"));
    await bitten;
  });

  test("^T ticks, and not twice as often", async () => {
    const vm = await world.vm();
    await vm.until(BANNER);
    await vm.type(CTRL("T"));
    await vm.until("t\r\n", 2);
    await vm.type(CTRL("T"));
  });

  test("^F forges a header, which QEMU refuses to write while it guesses the format", async () => {
    const vm = await world.vm();
    await vm.until(BANNER);
    await vm.type(CTRL("F"));
    await vm.until("\ne");
  });

  test("a key that comes while the banner is still being printed is not lost", async () => {
    const vm = await world.vm();
    await vm.until("TINY");
    await vm.type("abcdefgh");
    await vm.until("abcdefgh");
  });

  test.each([
    ["^H hangs", "H", "1"],
    ["^B spins", "B", "0"],
  ])("%s: only the host can end it", async (_, key, halted) => {
    const vm = await world.vm();
    await vm.until(BANNER);
    await vm.type(`${CTRL(key)}y`);
    await untilDeaf(vm, halted);
    await vm.handle.execute("system_powerdown");
    await vm.handle.execute("quit");
    expect(await vm.handle.exited).toMatchObject({ reason: "host-qmp-quit" });
    expect(vm.output()).not.toContain("y");
  });
});

/** Resolves when the processor has interrupts off and is (or is not) halted, five times in a row. */
async function untilDeaf(vm: TestVm, halted: string): Promise<void> {
  const control = await vm.handle.control();
  if (!control.ok) throw new Error(control.error.what);
  const INTERRUPTS = 0x200;
  for (let times = 0; times < 5;) {
    const registers = await control.value.humanCommand("info registers");
    const text = registers.ok ? registers.value : "";
    const flags = parseInt(/EFL=([0-9a-f]+)/.exec(text)?.[1] ?? "ffffffff", 16);
    times = (flags & INTERRUPTS) === 0 && text.includes(`HLT=${halted}`) ? times + 1 : 0;
  }
}
