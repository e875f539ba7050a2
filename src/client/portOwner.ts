// Who listens on a port: for the message about a port that is taken. Linux only; elsewhere nobody is named.
import { readdir, readFile, readlink } from "node:fs/promises";

const LISTEN_STATE = "0A";

/** `name (pid N)` of a process that listens on the TCP port, or undefined when it cannot be known (another user's). */
export async function portOwner(port: number): Promise<string | undefined> {
  if (process.platform !== "linux") return undefined;
  const inodes = new Set([...(await listeners("/proc/net/tcp", port)), ...(await listeners("/proc/net/tcp6", port))]);
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    if (!(await hasSocket(pid, inodes))) continue;
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "a process");
    return `${name.trim()} (pid ${pid})`;
  }
  return undefined;
}

/** Socket inodes that listen on the port: the lines of the kernel's table are `sl local remote st … inode`. */
async function listeners(table: string, port: number): Promise<string[]> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const text = await readFile(table, "utf8").catch(() => "");
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === LISTEN_STATE)
    .map((fields) => fields[9] ?? "");
}

async function hasSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const descriptor of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => "");
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}
