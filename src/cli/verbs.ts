// The verbs, in the order in which `--help` lists them. Each is loaded only when it is called.
import type { VerbGroup } from "./help.ts";

export const VERB_GROUPS: readonly VerbGroup[] = [
  {
    title: "On files (need no QEMU)",
    verbs: [
      {
        name: "parse",
        summary: "print the job as Nomad parses it",
        load: async () => (await import("./verbs/parse.ts")).parse,
      },
      {
        name: "validate",
        summary: "the checks of Nomad's server",
        load: async () => (await import("./verbs/validate.ts")).validate,
      },
      {
        name: "eval",
        summary: "the value of an expression",
        load: async () => (await import("./verbs/eval.ts")).evalVerb,
      },
      {
        name: "lint",
        summary: "everything the editor would mark",
        load: async () => (await import("./verbs/lint.ts")).lint,
      },
      {
        name: "argv",
        summary: "the QEMU command line that would run",
        load: async () => (await import("./verbs/argv.ts")).argv,
      },
      {
        name: "constraints",
        summary: "whether a node may run the job, and why",
        load: async () => (await import("./verbs/constraints.ts")).constraints,
      },
    ],
  },
  {
    title: "On this machine",
    verbs: [
      {
        name: "fingerprint",
        summary: "what QEMU can do here",
        load: async () => (await import("./verbs/fingerprint.ts")).fingerprint,
      },
      { name: "run", summary: "run a job's VM here", load: async () => (await import("./verbs/run.ts")).run },
      { name: "ps", summary: "list allocations and their tasks", load: async () => (await import("./verbs/ps.ts")).ps },
      {
        name: "status",
        summary: "one allocation in detail",
        load: async () => (await import("./verbs/status.ts")).status,
      },
      { name: "logs", summary: "what a task printed", load: async () => (await import("./verbs/logs.ts")).logs },
      {
        name: "console",
        summary: "attach to a serial console",
        load: async () => (await import("./verbs/console.ts")).consoleVerb,
      },
      {
        name: "stop",
        summary: "stop an allocation gracefully",
        load: async () => (await import("./verbs/stop.ts")).stop,
      },
      {
        name: "restart",
        summary: "restart an allocation's task",
        load: async () => (await import("./verbs/restart.ts")).restart,
      },
      {
        name: "host",
        summary: "the background process that owns the VMs",
        load: async () => (await import("./verbs/host.ts")).host,
      },
      {
        name: "lsp",
        summary: "the language server for any editor",
        load: async () => (await import("./verbs/lsp.ts")).lsp,
      },
    ],
  },
];
