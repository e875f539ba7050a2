// Gives the disk space of a spool's copied part back while QEMU goes on appending to the file.
import { run } from "../../base/processRunner.ts";

const TIMEOUT_MS = 10_000;

/**
 * Makes a hole of the first `bytes` of the file; its size stays. Cutting the file off instead would lose what QEMU appends
 * in between. Node has no call for it, so util-linux's `fallocate` does it: on Linux, where the file system can (ext4, xfs,
 * btrfs, tmpfs). Elsewhere a spool takes its full size on disk until its run ends. Fire and forget: failing costs only space.
 */
export function punchSpool(spool: string, bytes: number): void {
  if (process.platform !== "linux") return;
  void run("fallocate", {
    args: ["--punch-hole", "--keep-size", "--offset", "0", "--length", String(bytes), spool],
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    timeoutMs: TIMEOUT_MS,
  });
}
