// What a process uses, as the system counts it.
import { readFile } from "node:fs/promises";
import { run } from "./processRunner.ts";

export interface ProcessStats {
  /** CPU time of all its threads so far, ms. */
  readonly cpuTimeMs: number;
  readonly residentBytes: number;
}

/** Linux: USER_HZ, which is 100 on every architecture that QEMU system emulation is packaged for. */
const TICK_MS = 10;
const PS_TIMEOUT_MS = 2_000;

/** Samples a process; undefined when it is gone or the system cannot be asked (Windows). */
export async function processStats(pid: number): Promise<ProcessStats | undefined> {
  if (process.platform === "linux") return linuxStats(pid);
  return process.platform === "win32" ? undefined : psStats(pid);
}

async function linuxStats(pid: number): Promise<ProcessStats | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile(`/proc/${pid}/status`, "utf8"),
    ]);
    // Behind the last parenthesis, because the name in it may hold anything; utime and stime are fields 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? "0";
    return {
      cpuTimeMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      residentBytes: Number(kilobytes) * 1024,
    };
  } catch {
    return undefined;
  }
}

async function psStats(pid: number): Promise<ProcessStats | undefined> {
  const answer = await run("ps", {
    args: ["-o", "time=,rss=", "-p", String(pid)],
    environment: { PATH: process.env["PATH"], LC_ALL: "C" },
    timeoutMs: PS_TIMEOUT_MS,
  });
  // `[[dd-]hh:]mm:ss[.cc] kilobytes`
  const match = answer.ok ? /^\s*(?:(?:(\d+)-)?(\d+):)?(\d+):([\d.]+)\s+(\d+)/.exec(answer.value.stdout) : null;
  if (match === null) return undefined;
  const [days, hours, minutes, seconds, kilobytes] = match.slice(1).map((text) => Number(text || 0));
  const time = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return { cpuTimeMs: Math.round(time * 1000), residentBytes: (kilobytes ?? 0) * 1024 };
}
