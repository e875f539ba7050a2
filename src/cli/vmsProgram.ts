// dist/vms.js: the verbs on VMs. They talk to the host and read no job file themselves, so this bundle is small.
import { runCommandLine, type Main } from "./commandLine.ts";
import type { VerbOf } from "./programs.ts";
import type { VerbLoaders } from "./verb.ts";

const verbs: VerbLoaders<VerbOf<"vms">> = {
  ps: async () => (await import("./verbs/ps.ts")).ps,
  status: async () => (await import("./verbs/status.ts")).status,
  logs: async () => (await import("./verbs/logs.ts")).logs,
  console: async () => (await import("./verbs/console.ts")).consoleVerb,
  stop: async () => (await import("./verbs/stop.ts")).stop,
  restart: async () => (await import("./verbs/restart.ts")).restart,
  host: async () => (await import("./verbs/host.ts")).host,
  lsp: async () => (await import("./verbs/lsp.ts")).lsp,
};

export const main: Main = (words, cache) => runCommandLine(words, verbs, cache);
