// One job for each rule: what stands in it, and what is marked.
import type { LintOptions } from "../../../src/lint/lint.ts";
import type { JobParts } from "./support.ts";

export type Case = readonly [what: string, parts: JobParts, finding: string, options?: Partial<LintOptions>];

export const allowlist = (list: Partial<LintOptions["pluginConfig"]>): Partial<LintOptions> => ({
  pluginConfig: { imagePaths: [], argsAllowlist: [], emulatorsAllowlist: [], ...list },
});
export const machine = (...architectures: string[]): Partial<LintOptions> => ({
  fingerprint: {
    attributes: {},
    detected: true,
    healthy: true,
    healthDescription: "Healthy",
    emulatorPaths: Object.fromEntries(architectures.map((name) => [name, `/usr/bin/qemu-system-${name}`])),
  },
});

/** What the driver refuses. */
export const POLICY: Case[] = [
  [
    "a forbidden argument",
    { config: 'args = ["-smp", "2", "-vnc", ":1"]' },
    'error qemu/args-not-allowed: "-vnc"',
    allowlist({ argsAllowlist: ["-smp"] }),
  ],
  [
    "an argument with a blank before its dash",
    { config: 'args = ["-smp", " -smp"]' },
    'error qemu/args-not-allowed: " -smp"',
    allowlist({ argsAllowlist: ["-smp"] }),
  ],
  [
    "no emulator where some are allowed",
    {},
    "error qemu/emulator-not-allowed: config",
    allowlist({ emulatorsAllowlist: ["x86_64"] }),
  ],
  [
    "another emulator",
    { config: 'emulator = "arm"\nmachine_type = "virt"\ndrive_interface = "virtio"' },
    'error qemu/emulator-not-allowed: "arm"',
    allowlist({ emulatorsAllowlist: ["x86_64"] }),
  ],
  [
    "an emulator that is not here",
    { config: 'emulator = "i386"' },
    'error qemu/emulator-not-found: "i386"',
    machine("x86_64"),
  ],
  [
    "an emulator that hangs",
    { config: 'emulator = "i386"' },
    'error qemu/emulator-silent: "i386"',
    { fingerprint: { ...machine("i386").fingerprint, silent: ["i386"] } as LintOptions["fingerprint"] & object },
  ],
  [
    "an image elsewhere",
    { config: 'image_path = "/srv/a.qcow2"' },
    'error qemu/image-path-not-allowed: "/srv/a.qcow2"',
  ],
  [
    "an image above the allocation",
    { config: 'image_path = "../../x"' },
    'error qemu/image-path-not-allowed: "../../x"',
  ],
  ["an empty image_path", { config: 'image_path = ""' }, 'error qemu/image-path-missing: ""'],
  ["too little memory", { resources: "memory = 64" }, "error qemu/memory-out-of-bounds: 64"],
  ["an interface in capitals", { config: 'drive_interface = "IDE"' }, 'error qemu/drive-interface: "IDE"'],
  ["root", { task: 'user = "root"' }, 'error qemu/user-not-allowed: "root"'],
  [
    "an unknown label",
    { config: "port_map { nope = 22 }", resources: 'network {\nport "ssh" {}\n}' },
    "error qemu/unknown-port-label: nope",
  ],
  ["KVM on macOS", { config: 'accelerator = "kvm"' }, 'error qemu/kvm-unsupported: "kvm"', { platform: "darwin" }],
  [
    "graceful_shutdown on Windows",
    { config: "graceful_shutdown = true", task: 'kill_timeout = "20s"' },
    "error qemu/graceful-shutdown-windows: true",
    { platform: "win32" },
  ],
  [
    "guest_agent on Windows",
    { config: "guest_agent = true" },
    "error qemu/guest-agent-windows: true",
    { platform: "win32" },
  ],
  [
    "a long path of a socket",
    { config: "guest_agent = true" },
    "error qemu/socket-path-too-long: true",
    { allocRoot: `/${"x".repeat(80)}` },
  ],
  ["no config", { config: "image_path = null" }, "error qemu/config-empty: config"],
  ["no image_path", { config: 'image_path = null\nemulator = "x86_64"' }, "error qemu/config-missing-argument: config"],
  ["an unknown argument", { config: "cpus = 2" }, "error qemu/config-unknown-argument: cpus"],
  ["a string for a list", { config: 'args = "-snapshot"' }, 'error qemu/config-type: "-snapshot"'],
  [
    "a fraction of a port",
    { config: "port_map { ssh = 22.5 }", resources: 'network {\nport "ssh" {}\n}' },
    "error qemu/port-map-not-integer: 22.5",
  ],
  [
    "an unknown runtime name",
    { config: 'args = ["-name", "${NOMAD_TASKNAME}"]' },
    'error qemu/config-unknown-variable: "${NOMAD_TASKNAME}"',
  ],
  [
    "a name of the agent's environment",
    { config: 'args = ["-name", "${HOME}"]' },
    'warning qemu/config-unknown-variable: "${HOME}"',
  ],
  [
    "an allowlist of full names",
    { config: 'emulator = "qemu-system-x86_64"' },
    'error qemu/allowlist-hides-driver: "qemu"',
    allowlist({ emulatorsAllowlist: ["qemu-system-x86_64"] }),
  ],
];

/** What Nomad accepts and should not be written. */
export const TRAPS: Case[] = [
  [
    "a comma in the image's name",
    { config: 'image_path = "local/a,b.qcow2"' },
    'error qemu/image-path-comma: "local/a,b.qcow2"',
  ],
  ["a folder as image", { config: 'image_path = "local/"' }, 'error qemu/image-path-folder: "local/"'],
  [
    "an image that nothing provides",
    { config: 'image_path = "local/dsk.qcow2"' },
    'warning qemu/image-not-provided: "local/dsk.qcow2"',
  ],
  [
    "a raw image",
    {
      config: 'image_path = "local/a.img"',
      artifact: 'source = "https://x.org/a.img"\noptions { checksum = "md5:00000000000000000000000000000000" }',
    },
    'hint qemu/raw-image: "local/a.img"',
  ],
  ["scsi on pc", { config: 'drive_interface = "scsi"' }, 'error qemu/drive-interface-machine: "scsi"'],
  ["ide on microvm", { config: 'machine_type = "microvm"' }, 'error qemu/drive-interface-machine: "microvm"'],
  ["no machine for aarch64", { config: 'emulator = "aarch64"' }, 'error qemu/machine-type-missing: "aarch64"'],
  ["an unknown machine", { config: 'machine_type = "q36"' }, 'error qemu/machine-type-unknown: "q36"'],
  ["an accelerator in capitals", { config: 'accelerator = "KVM"' }, 'error qemu/accelerator-unknown: "KVM"'],
  [
    "options of the machine",
    { config: 'machine_type = "pc,kernel=/x"' },
    'warning qemu/machine-type-options: "pc,kernel=/x"',
  ],
  [
    "an option with its value in one element",
    { config: 'args = ["-smp 2"]' },
    'error qemu/argument-with-spaces: "-smp 2"',
  ],
  ["an unknown option", { config: 'args = ["-zzz"]' }, 'error qemu/unknown-option: "-zzz"'],
  ["a removed option", { config: 'args = ["-nodefconfig"]' }, 'error qemu/removed-option: "-nodefconfig"'],
  ["a forgotten dash", { config: 'args = ["snapshot"]' }, 'error qemu/positional-argument: "snapshot"'],
  [
    "a second disk without an option",
    { config: 'drive_interface = "virtio"\nargs = ["local/b.img"]' },
    'warning qemu/positional-argument: "local/b.img"',
  ],
  ["-nodefaults", { config: 'args = ["-nodefaults"]' }, 'info qemu/nodefaults: "-nodefaults"'],
  [
    "-serial stdio beside the monitor",
    { config: 'args = ["-serial", "stdio"]' },
    'error qemu/stdio-used-twice: "-serial"',
  ],
  ["-accel", { config: 'args = ["-accel", "kvm"]' }, 'error qemu/accel-option: "-accel"'],
  ["-daemonize", { config: 'args = ["-daemonize"]' }, 'error qemu/daemonize: "-daemonize"'],
  ["-version", { config: 'args = ["--version"]' }, 'warning qemu/option-ends-qemu: "--version"'],
  [
    "port_map with a group's network",
    { config: "port_map { ssh = 22 }", group: 'network {\nport "ssh" {}\n}' },
    "warning qemu/port-map-ignored: port_map",
  ],
  [
    "a port beyond 65535",
    { config: "port_map { ssh = 70000 }", resources: 'network {\nport "ssh" {}\n}' },
    "error qemu/guest-port-range: 70000",
  ],
  [
    "Nomad's netdev id",
    { config: 'port_map { ssh = 22 }\nargs = ["-netdev", "user,id=user.0"]', resources: 'network {\nport "ssh" {}\n}' },
    'error qemu/netdev-id-taken: "user,id=user.0"',
  ],
  [
    "a forward from the guest's port",
    {
      config: 'args = ["-nic", "user,hostfwd=tcp:127.0.0.1:${NOMAD_PORT_ssh}-:22"]',
      group: 'network {\nport "ssh" { to = 22 }\n}',
    },
    'warning qemu/forward-from-guest-port: "user,hostfwd=tcp:127.0.0.1:${NOMAD_PORT_ssh}-:22"',
  ],
  [
    "a forward on all addresses",
    { config: 'args = ["-nic", "user,hostfwd=tcp::2222-:22"]' },
    'info qemu/forward-on-all-addresses: "user,hostfwd=tcp::2222-:22"',
  ],
  [
    "an artifact from a file",
    { artifact: 'source = "/srv/disk.qcow2"' },
    'warning artifact/local-file: "/srv/disk.qcow2"',
  ],
  [
    "an artifact by FTP",
    { artifact: 'source = "ftp://x.org/disk.qcow2"' },
    'error artifact/scheme: "ftp://x.org/disk.qcow2"',
  ],
  [
    "a compressed image",
    { artifact: 'source = "https://x.org/disk.qcow2.xz"' },
    'error artifact/compressed-file: "https://x.org/disk.qcow2.xz"',
  ],
  [
    "a compressed image without a name",
    { artifact: 'source = "https://x.org/disk.qcow2.gz"\nmode = "file"' },
    'warning artifact/unpacked-name: "https://x.org/disk.qcow2.gz"',
  ],
  [
    "mode dir with a file",
    { artifact: 'source = "https://x.org/disk.qcow2"\nmode = "dir"' },
    'warning artifact/mode-dir: "dir"',
  ],
  [
    "a file's name as destination",
    { artifact: 'source = "https://x.org/disk.qcow2"\ndestination = "local/disk.qcow2"' },
    'warning artifact/destination-is-folder: "local/disk.qcow2"',
  ],
  [
    "no checksum",
    { artifact: 'source = "https://x.org/disk.qcow2"' },
    'hint artifact/no-checksum: "https://x.org/disk.qcow2"',
  ],
  ["cores without KVM", { resources: "cores = 4" }, "warning qemu/cores-not-in-guest: 4"],
  ["cpu with KVM", { config: 'accelerator = "kvm"' }, "hint qemu/cpu-not-in-guest: 100"],
  ["no room for QEMU", { resources: "memory = 512" }, "hint qemu/memory-overhead: 512"],
  ["a short kill_timeout", { config: "graceful_shutdown = true" }, "warning qemu/kill-timeout-short: true"],
  ["a long kill_timeout", { task: 'kill_timeout = "2m"' }, 'info job/kill-timeout-capped: "2m"'],
  ["a signal that QEMU ignores", { task: 'kill_signal = "SIGUSR1"' }, 'warning qemu/kill-signal: "SIGUSR1"'],
  ["a signal in small letters", { task: 'kill_signal = "sigint"' }, 'error job/kill-signal-name: "sigint"'],
  ["a service that ends", { type: "service" }, 'hint qemu/service-restarts-guest: "service"'],
  [
    "a volume",
    {
      group: 'volume "v" {\ntype = "host"\nsource = "v"\n}',
      task: 'volume_mount {\nvolume = "v"\ndestination = "/v"\n}',
    },
    "error qemu/no-volumes: volume_mount",
  ],
  ["an action", { task: 'action "a" {\ncommand = "/bin/true"\n}' }, 'warning qemu/no-exec: action "a"'],
  [
    "a template that signals",
    { task: 'template {\ndata = "x"\ndestination = "local/x"\nchange_mode = "signal"\n}' },
    'warning qemu/template-change-mode: "signal"',
  ],
  [
    "a hostname in bridge mode",
    { group: 'network {\nmode = "bridge"\nhostname = "h"\n}' },
    'error qemu/no-hostname: "h"',
  ],
  ["network mode none", { group: 'network {\nmode = "none"\n}' }, 'warning qemu/network-mode-none: "none"'],
  [
    "the node's metadata for the job's",
    { job: 'meta {\n    rack = "r1"\n  }', config: 'args = ["-name", "${meta.rack}"]' },
    "warning job/meta-of-the-node: meta.rack",
  ],
  [
    "an old constraint",
    { job: 'constraint {\nattribute = "${driver.qemu.version}"\noperator = "version"\nvalue = ">= 7"\n}' },
    'error constraint/attribute-unsupported: "${driver.qemu.version}"',
  ],
  [
    "a constraint on the job's metadata",
    { job: 'meta { rack = "r1" }\nconstraint {\nattribute = "${meta.rack}"\nvalue = "r1"\n}' },
    'warning job/constraint-job-meta: "${meta.rack}"',
  ],
  [
    "versions compared as text",
    { job: 'constraint {\nattribute = "${attr.driver.qemu.version}"\noperator = ">"\nvalue = "7.2.0"\n}' },
    'warning job/constraint-compares-text: ">"',
  ],
  [
    "a dropped shorthand",
    { job: 'constraint {\nattribute = "${attr.os.signals}"\nvalue = "a"\nset_contains_any = "a,b"\n}' },
    "warning job/constraint-shorthand-ignored: set_contains_any",
  ],
  [
    "an argument that the chosen Nomad lacks",
    { config: 'machine_type = "q35"' },
    "warning job/needs-newer-nomad: machine_type",
    { nomadVersion: "1.10.4" },
  ],
  ["a deprecated argument", { group: 'max_client_disconnect = "1h"' }, "hint job/deprecated: max_client_disconnect"],
];
