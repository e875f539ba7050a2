// What runs on this machine with a text in its command line; Linux only, elsewhere nothing is found.
import { readdir, readFile } from "node:fs/promises";

export interface RunningProcess {
  readonly pid: number;
  /** Its arguments with blanks between them. */
  readonly commandLine: string;
}

/** Processes whose arguments contain `text`, except this one. */
export async function processesWith(text: string): Promise<RunningProcess[]> {
  const names = await readdir("/proc").catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(async (name) => {
        const raw = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
        return { pid: Number(name), commandLine: raw.replaceAll("\0", " ").trim() };
      }),
  );
  return found.filter(({ commandLine }) => commandLine.includes(text));
}
