// What each request does. Reads of the outside world's data are checked here; everything behind is typed.
import type { Allocations } from "../client/allocations.ts";
import type { Consoles } from "./consoles.ts";
import type { InitializeResult, RunFileResult } from "./protocol.ts";
import type { RequestFiles } from "./requestFiles.ts";
import { runFile, type RunFileContext } from "./runFile.ts";
import type { Handlers } from "./server.ts";

export interface HandlerContext extends RunFileContext {
  readonly identity: InitializeResult;
  readonly allocations: Allocations;
  readonly consoles: Consoles;
  /** Resolves when what a former host left has been taken over: nothing is said about allocations before. */
  readonly restored: Promise<void>;
  readonly requests: RequestFiles<RunFileResult>;
  readonly clientCount: () => number;
  readonly leave: (why: string) => void;
}

export function createHandlers(context: HandlerContext): Handlers {
  const { identity, allocations, consoles, restored } = context;
  return {
    "host/initialize": ({ client: name, purpose = "work" }, client) => {
      client.name = name;
      client.purpose = purpose;
      return Promise.resolve(identity);
    },
    "host/status": async () => {
      await restored;
      const counts = { allocations: allocations.size(), running: allocations.running() };
      return { ...identity, ...counts, clients: context.clientCount() };
    },
    "host/stop": (_, client) => {
      client.afterReply(() => context.leave(`${client.name} asked for it`));
      return Promise.resolve(null);
    },
    "allocation/run": async (params) => {
      await restored;
      return allocations.run(params);
    },
    "job/run": async (params) => {
      await restored;
      return runFile(params, context);
    },
    "job/answer": async ({ request }) => {
      const result = await context.requests.answer(request);
      // Of what happened until now this client has heard nothing.
      return result.kind === "started"
        ? { ...result, allocation: allocations.get(result.allocation.id).summary() }
        : result;
    },
    "allocation/list": async () => {
      await restored;
      return allocations.list();
    },
    "allocation/get": async ({ id }) => {
      await restored;
      return allocations.get(id).summary();
    },
    "allocation/stop": async ({ id, now, purge }) => {
      await restored;
      return allocations.stop(id, now ? "now" : "graceful", purge ? "purge" : "keep");
    },
    "allocation/restart": async ({ id, task }) => {
      await restored;
      const runner = allocations.get(id);
      runner.restart(task);
      return runner.summary();
    },
    "allocation/remove": async ({ id }) => {
      await restored;
      allocations.remove(id);
      return null;
    },
    "console/attach": async ({ id, task, historyBytes }, client) => {
      await restored;
      return consoles.attach(allocations.get(id).task(task), historyBytes, client);
    },
    "console/write": async ({ consoleId, data }, client) => {
      await consoles.write(consoleId, Buffer.from(data, "base64"), client);
      return null;
    },
    "console/detach": ({ consoleId }, client) => {
      consoles.detach(consoleId, client);
      return Promise.resolve(null);
    },
  };
}
