// What the local runner appends to Nomad's command line for itself: two control sockets, a pid file and the serial console. It is kept
// apart from Nomad's part, can be shown, and leaves the guest's hardware as Nomad's line alone makes it.
import path from "node:path";
import { checkSocketPath } from "../base/paths.ts";
import { fail, ok, type Problem, type Result } from "../base/result.ts";
import type { TaskConfig } from "./taskConfig.ts";

export interface LocalSuffixInput {
  readonly taskConfig: Pick<TaskConfig, "args" | "gracefulShutdown">;
  /** Names this run of the task and no other: letters, digits, `-`. */
  readonly runId: string;
  /** Short, owner-only, used by this run alone: QEMU puts its sockets here. */
  readonly socketDir: string;
  /** Where what must outlive the sockets is kept: the log of events, and `stdout`, to which the console appends. */
  readonly spoolDir: string;
}

export interface LocalSuffix {
  readonly args: readonly string[];
  readonly endpoints: LocalEndpoints;
}

/** Where to reach a VM. Plain data; part of the durable state. */
export interface LocalEndpoints {
  /** The label by which a VM says which run it is (`query-chardev`). */
  readonly identity: string;
  /** QMP; its log keeps every event, so that the reason of an exit can be read later by anyone. Commands go elsewhere. */
  readonly events: { readonly socket: string; readonly log: string };
  /** QMP for commands. `pidFile` is written by QEMU; undefined when the task's arguments name their own. */
  readonly control: { readonly socket: string; readonly pidFile: string | undefined };
  /** The serial console; undefined when the task's own arguments decide about serial ports. */
  readonly console: { readonly socket: string; readonly log: string } | undefined;
}

/** Ids of our character devices; QEMU wants a letter first, and no user would choose this prefix. */
const ID_PREFIX = "nomad-qemu-";

/**
 * The suffix for one run of a task. `-serial` takes the place of the default serial port only where Nomad's line would
 * have made QEMU create one on standard output; the port is then the same port, behind a socket that also logs.
 * Where the task's arguments name serial ports themselves, or stdio, or switch defaults off, nothing is added to them,
 * so that QEMU does (and refuses) what it would have done under Nomad.
 *
 * Fails with `socket-path-too-long` when `socketDir` is too long for a socket.
 */
export function localSuffix(input: LocalSuffixInput): Result<LocalSuffix> {
  const identity = `${ID_PREFIX}${input.runId}`;
  const serial = serialPlan(input.taskConfig);
  const endpoints: LocalEndpoints = {
    identity,
    events: { socket: path.join(input.socketDir, "e.sock"), log: path.join(input.spoolDir, "qmp-events.log") },
    control: {
      socket: path.join(input.socketDir, "q.sock"),
      pidFile: hasOption(input.taskConfig.args, "pidfile") ? undefined : path.join(input.socketDir, "pid"),
    },
    console:
      serial === "console"
        ? { socket: path.join(input.socketDir, "s.sock"), log: path.join(input.spoolDir, "stdout") }
        : undefined,
  };
  const tooLong: Problem | undefined =
    checkSocketPath(endpoints.events.socket) ?? checkSocketPath(endpoints.control.socket);
  if (tooLong !== undefined) return fail(tooLong);

  const args = [
    ...["-chardev", listener(`${ID_PREFIX}events`, endpoints.events)],
    ...["-mon", `chardev=${ID_PREFIX}events,mode=control`],
    ...["-chardev", listener(identity, endpoints.control)],
    ...["-mon", `chardev=${identity},mode=control`],
    ...(endpoints.control.pidFile === undefined ? [] : ["-pidfile", endpoints.control.pidFile]),
  ];
  if (endpoints.console !== undefined) {
    args.push("-chardev", listener(`${ID_PREFIX}console`, endpoints.console));
    args.push("-serial", `chardev:${ID_PREFIX}console`);
  }
  // Any -mon switches QEMU's default monitor off. Where Nomad's line has it alone on standard output, it is named instead.
  if (serial === "monitor-on-stdio") args.push("-monitor", "stdio");
  return ok({ args, endpoints });
}

/** QEMU takes `--x` for `-x`. */
function hasOption(args: readonly string[], option: string): boolean {
  return args.includes(`-${option}`) || args.includes(`--${option}`);
}

function listener(id: string, place: { readonly socket: string; readonly log?: string }): string {
  const log = place.log === undefined ? "" : `,logfile=${escapeCommas(place.log)},logappend=on`;
  return `socket,id=${id},path=${escapeCommas(place.socket)},server=on,wait=off${log}`;
}

/** In QEMU's option lists a comma of a value is written twice. */
function escapeCommas(value: string): string {
  return value.replaceAll(",", ",,");
}

/** What is to become of the default serial port and the default monitor. */
export type SerialPlan =
  /** The default serial port gets our console; a monitor that shared standard output with it is dropped. */
  | "console"
  /** Left alone: the task's arguments decide. */
  | "untouched"
  /** Left alone, and Nomad's line would have the default monitor by itself on standard output. */
  | "monitor-on-stdio";

/** Options after which QEMU makes no default monitor (softmmu/vl.c, default_monitor). */
const MONITOR_OPTIONS = ["monitor", "mon", "qmp", "qmp-pretty", "nodefaults"];
/** Options that can bring serial ports or terminals that we cannot see, or that refuse to run with -nographic. */
const OPAQUE_OPTIONS = ["readconfig", "daemonize", "curses"];
/** Devices that stand for the default serial port when they are named (softmmu/vl.c, default_list). */
const SERIAL_DEVICE = /\b(isa-serial|xen-console)\b/;
const STDIO = /(^|[:=,"])stdio($|[,"])/;

/** Reads the plan off the task's arguments. */
export function serialPlan(taskConfig: Pick<TaskConfig, "args" | "gracefulShutdown">): SerialPlan {
  const { args } = taskConfig;
  const has = (option: string): boolean => hasOption(args, option);
  const ownSerial = has("serial") || args.some((arg) => SERIAL_DEVICE.test(arg));
  const ownMonitor = taskConfig.gracefulShutdown || MONITOR_OPTIONS.some(has);
  if (ownSerial && !ownMonitor) return "monitor-on-stdio";
  const leaveAlone =
    ownSerial ||
    has("nodefaults") ||
    OPAQUE_OPTIONS.some(has) ||
    args.some((arg) => STDIO.test(arg) || /^(display=)?curses/.test(arg));
  return leaveAlone ? "untouched" : "console";
}
