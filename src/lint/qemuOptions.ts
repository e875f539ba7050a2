// QEMU's command line options: which take a value, which are gone, and how a list of arguments is read.
// Source: qemu-options.hx of QEMU 2.12 to 10.1 and docs/about/removed-features; 7.2 was asked itself.

/** Options that stand alone. Every other option takes exactly one value. */
const WITHOUT_VALUE = words(`
  S async-teardown audio-help daemonize enable-kvm enable-sync-profile full-screen h help jitdump mem-prealloc
  no-acpi no-fd-bootchk no-hpet no-reboot no-shutdown no-user-config nodefaults nographic old-param only-migratable
  perfmap portrait preconfig s semihosting singlestep snapshot usb version win2k-hack xen-attach xen-domid-restrict
`);

const WITH_VALUE = words(`
  D L M accel acpitable action add-fd append audio audiodev bios blockdev boot cdrom chardev chroot compat cpu d
  debugcon device dfilter display drive dtb dump-vmstate echr fda fdb fsdev fw_cfg g gdb global hda hdb hdc hdd icount
  igvm incoming initrd iscsi k kernel loadvm m machine mem-path mon monitor msg mtdblock name net netdev nic numa
  object option-rom overcommit parallel pflash pidfile plugin prom-env qmp qmp-pretty qtest qtest-log readconfig
  rotate rtc run-with runas sandbox sd seed semihosting-config serial set shim smbios smp spice tpmdev trace
  usbdevice uuid vga virtfs vnc watchdog-action xen-domid
`);

export interface RemovedOption {
  /** The first QEMU version that refuses it. */
  readonly since: string;
  readonly takesValue: boolean;
  /** What to write instead, as arguments; undefined when there is nothing to write. */
  readonly instead?: string;
}

const REMOVED: Readonly<Record<string, RemovedOption>> = {
  "alt-grab": { since: "7.1", takesValue: false, instead: "-display sdl,grab-mod=lshift-lctrl-lalt" },
  balloon: { since: "3.1", takesValue: true, instead: "-device virtio-balloon" },
  bootp: { since: "3.1", takesValue: true, instead: "-netdev user,bootfile=…" },
  "ctrl-grab": { since: "7.1", takesValue: false, instead: "-display sdl,grab-mod=rctrl" },
  curses: { since: "7.1", takesValue: false, instead: "-display curses" },
  "enable-fips": { since: "7.1", takesValue: false },
  hdachs: { since: "2.12", takesValue: true, instead: "-device ide-hd,cyls=…,heads=…,secs=…" },
  localtime: { since: "3.1", takesValue: false, instead: "-rtc base=localtime" },
  "no-kvm": { since: "5.2", takesValue: false },
  "no-kvm-irqchip": { since: "3.0", takesValue: false, instead: "-machine kernel_irqchip=off" },
  "no-kvm-pit": { since: "2.12", takesValue: false },
  "no-kvm-pit-reinjection": { since: "3.0", takesValue: false, instead: "-global kvm-pit.lost_tick_policy=discard" },
  "no-quit": { since: "7.0", takesValue: false, instead: "-display …,window-close=off" },
  nodefconfig: { since: "3.1", takesValue: false, instead: "-no-user-config" },
  realtime: { since: "6.0", takesValue: true, instead: "-overcommit mem-lock=on" },
  redir: { since: "3.1", takesValue: true, instead: "-netdev user,hostfwd=…" },
  sdl: { since: "7.1", takesValue: false, instead: "-display sdl" },
  "show-cursor": { since: "6.0", takesValue: false, instead: "-display sdl,show-cursor=on" },
  smb: { since: "3.1", takesValue: true, instead: "-netdev user,smb=…" },
  soundhw: { since: "7.1", takesValue: true, instead: "-device intel-hda -device hda-duplex" },
  startdate: { since: "3.1", takesValue: true, instead: "-rtc base=…" },
  "tb-size": { since: "6.0", takesValue: true, instead: "-accel tcg,tb-size=…" },
  tdf: { since: "2.12", takesValue: false },
  tftp: { since: "3.1", takesValue: true, instead: "-netdev user,tftp=…" },
  watchdog: { since: "7.2", takesValue: true, instead: "-device i6300esb" },
  writeconfig: { since: "7.1", takesValue: true },
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Every option that some supported QEMU knows, without its dash, sorted. */
export const KNOWN_OPTIONS: readonly string[] = [...WITHOUT_VALUE, ...WITH_VALUE].sort();

export function removedOption(name: string): RemovedOption | undefined {
  return Object.hasOwn(REMOVED, name) ? REMOVED[name] : undefined;
}

export function isKnownOption(name: string): boolean {
  return WITHOUT_VALUE.has(name) || WITH_VALUE.has(name);
}

/** Whether QEMU takes the next argument as this option's value; unknown options are taken to. */
export function takesValue(name: string): boolean {
  return removedOption(name)?.takesValue ?? !WITHOUT_VALUE.has(name);
}

/** One option as it stands in `args`. */
export interface OptionUse {
  /** Without its dashes: `-smp` and `--smp` are `smp`. */
  readonly name: string;
  /** As written. */
  readonly text: string;
  readonly index: number;
  /** Undefined when the option takes none, or the list ends before it. `text` is undefined when it is not known yet. */
  readonly value: { readonly index: number; readonly text: string | undefined } | undefined;
}

/** An argument in the place of an option that has no dash: QEMU takes it for a disk image. */
export interface PositionalUse {
  readonly text: string;
  readonly index: number;
}

export interface ReadArguments {
  readonly options: readonly OptionUse[];
  readonly positionals: readonly PositionalUse[];
}

/**
 * Reads arguments as QEMU does: an option, its value if it takes one, the next option. `undefined` stands for an argument
 * that only the client knows; what follows one could be its value, so nothing is said of it unless it has a dash.
 */
export function readArguments(args: readonly (string | undefined)[]): ReadArguments {
  const options: OptionUse[] = [];
  const positionals: PositionalUse[] = [];
  for (let index = 0; index < args.length; index++) {
    const text = args[index];
    if (text === undefined) {
      if (!(args[index + 1] ?? "-").startsWith("-")) index++;
      continue;
    }
    if (!text.startsWith("-") || text === "-") {
      positionals.push({ text, index });
      continue;
    }
    const name = text.startsWith("--") ? text.slice(2) : text.slice(1);
    const hasValue =
      takesValue(name) && index + 1 < args.length && !(isStray(name) && args[index + 1]?.startsWith("-"));
    options.push({ name, text, index, value: hasValue ? { index: index + 1, text: args[index + 1] } : undefined });
    if (hasValue) index++;
  }
  return { options, positionals };
}

/** A word that no QEMU knows as an option: whether it would take a value cannot be known. */
const isStray = (name: string): boolean => !isKnownOption(name) && removedOption(name) === undefined;
