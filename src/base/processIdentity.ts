// Which process is it, really? A pid alone is reused; with its start time and the machine's boot it names one process.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";

/** One process of one boot of this machine. Plain data, so that it can be kept on disk and compared by another program. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Linux: clock ticks since boot (field 22 of /proc/PID/stat). Elsewhere: the start time as `ps` prints it (1 s resolution). */
  readonly startTime: string;
  /** Linux: /proc/sys/kernel/random/boot_id. Elsewhere: the second of the last boot. */
  readonly bootId: string;
}

export type Liveness = "alive" | "gone";

/** State and start time of a process. Zombies count as gone: nobody can talk to them any more. */
function inspectLinux(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The command name stands in parentheses and may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  return state === "Z" || state === "X" ? undefined : fields[19];
}

function inspectByPs(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5_000,
    }).trim();
    const [state = "Z", ...start] = line.split(/\s+/);
    return line === "" || state.startsWith("Z") ? undefined : start.join(" ");
  } catch {
    return undefined;
  }
}

/** Windows has no cheap start time without a helper program; there a pid that answers counts as the same process. */
function inspectBySignal(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return "unknown";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "unknown" : undefined;
  }
}

function startTimeOf(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === "linux") return inspectLinux(pid);
  return process.platform === "win32" ? inspectBySignal(pid) : inspectByPs(pid);
}

let cachedBootId: string | undefined;

/** Names this boot of the machine: a start time of another boot says nothing. */
export function bootId(): string {
  cachedBootId ??= readBootId();
  return cachedBootId;
}

function readBootId(): string {
  if (process.platform === "linux") {
    try {
      return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    } catch {
      // A container may hide it; the boot second is the next best.
    }
  }
  // uptime() drifts by fractions of a second against the wall clock: round to a minute.
  return `boot-${Math.round((Date.now() / 1000 - os.uptime()) / 60)}`;
}

/** Identity of a running process, or undefined when there is none (a zombie is none). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId() };
}

/** Whether exactly this process still runs. */
export function livenessOf(identity: ProcessIdentity): Liveness {
  if (identity.bootId !== bootId()) return "gone";
  return startTimeOf(identity.pid) === identity.startTime ? "alive" : "gone";
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return identifyProcess(process.pid) ?? { pid: process.pid, startTime: "unknown", bootId: bootId() };
}
