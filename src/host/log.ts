// The host's log file: one line a message, rotated by size, readable by its owner only, free of secrets by habit
// (callers log ids, names and states, never environments, headers or console data).
import { appendFileSync, renameSync, statSync } from "node:fs";
import type { Logger } from "../base/logger.ts";

const ROTATE_AT_BYTES = 2 * 1024 * 1024;
const LEVELS = ["trace", "debug", "info", "warn", "error"] as const;
type Level = (typeof LEVELS)[number];

/**
 * A logger that appends to `file`. At 2 MiB the file is moved to `file.1` (an older one is replaced), so the log never
 * takes more than twice that. A log that cannot be written is given up silently: it must never stop a VM's owner.
 */
export function fileLogger(file: string, level: string | undefined): Logger {
  const threshold = Math.max(0, LEVELS.indexOf((level ?? "info") as Level));
  let size = sizeOf(file);
  const write = (at: Level, message: string, details: readonly unknown[]): void => {
    if (LEVELS.indexOf(at) < threshold) return;
    const line = `${new Date().toISOString()} ${at.padEnd(5)} ${[message, ...details.map(describe)].join(" ")}\n`;
    try {
      if (size > ROTATE_AT_BYTES) {
        renameSync(file, `${file}.1`);
        size = 0;
      }
      appendFileSync(file, line, { mode: 0o600 });
      size += Buffer.byteLength(line);
    } catch {
      // Disk full or folder gone: the next message tries again.
    }
  };
  return {
    trace: (message, ...details) => write("trace", message, details),
    debug: (message, ...details) => write("debug", message, details),
    info: (message, ...details) => write("info", message, details),
    warn: (message, ...details) => write("warn", message, details),
    error: (message, ...details) => write("error", message, details),
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

function describe(detail: unknown): string {
  if (detail instanceof Error) return detail.stack ?? detail.message;
  return typeof detail === "string" ? detail : JSON.stringify(detail);
}
