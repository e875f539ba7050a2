// Requests that reach the host before a connection does. Loading the module for sockets and connecting take a command line
// four milliseconds, in which the host can begin; so the params of a run lie in a folder of the owner's, the host is told of
// them by the file system, and the connection that follows asks for the answer by the file's name. Whoever removes the file
// has the request: the host, which then carries it out once, or the client, which then asks somebody else.
import { readdirSync, readFileSync, renameSync, rmSync, unlinkSync, watch, writeFileSync } from "node:fs";
import path from "node:path";
import { ProblemError } from "../base/result.ts";

/** Names of waiting requests; what is still being written has another ending. */
const WAITING = /^[\w-]+\.json$/;
/** How long the answer to a request is kept for a client that has not connected. */
const UNASKED_MS = 10_000;

/** Leaves params for the living host. @returns the request's name. @throws the file system's error */
export function leaveRequest(folder: string, params: unknown): string {
  const name = `${process.pid}-${Math.random().toString(36).slice(2)}.json`;
  const file = path.join(folder, name);
  writeFileSync(`${file}.new`, JSON.stringify(params), { flag: "wx", mode: 0o600 });
  renameSync(`${file}.new`, file);
  return name;
}

/** Takes a request back; false when the host has it. */
export function withdrawRequest(folder: string, name: string): boolean {
  try {
    unlinkSync(path.join(folder, name));
    return true;
  } catch {
    return false;
  }
}

export interface RequestFiles<Answer> {
  /** The answer to the request of this name, which is begun now if it has not been. @throws ProblemError when there is none */
  answer(name: string): Promise<Answer>;
  /** Takes no more of them. */
  dispose(): void;
}

/** Begins with every request that is left in `folder` from now on; what lies there is of another host's time, and goes. */
export function watchRequests<Answer>(
  folder: string,
  begin: (params: unknown) => Promise<Answer>,
): RequestFiles<Answer> {
  const begun = new Map<string, Promise<Answer>>();
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true, force: true });
  const answer = (name: string): Promise<Answer> | undefined => {
    if (!WAITING.test(name)) return undefined;
    let known = begun.get(name);
    const params = known === undefined ? takeRequest(path.join(folder, name)) : undefined;
    if (params === undefined) return known;
    known = begin(params);
    // Somebody asks for it, or nobody will know.
    known.catch(() => undefined);
    begun.set(name, known);
    setTimeout(() => begun.delete(name), UNASKED_MS).unref();
    return known;
  };
  const stop = watchFolder(folder, answer);
  return {
    answer: (name) => {
      const found = answer(name);
      if (found !== undefined) return found;
      throw new ProblemError({
        code: "request-missing",
        what: "There is no such request",
        where: name,
        next: "Try again.",
      });
    },
    dispose: stop,
  };
}

/** Tells of the names that change. Where that is not possible, a request begins when its answer is asked for. */
function watchFolder(folder: string, changed: (name: string) => unknown): () => void {
  try {
    const watcher = watch(folder, (_, name) => {
      if (name !== null) changed(name);
    });
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}

/** The params of a waiting request, which is then nobody else's; undefined when it is gone, or none. */
function takeRequest(file: string): unknown {
  try {
    const text = readFileSync(file, "utf8");
    unlinkSync(file);
    const params: unknown = JSON.parse(text);
    return typeof params === "object" && params !== null ? params : undefined;
  } catch {
    return undefined;
  }
}
