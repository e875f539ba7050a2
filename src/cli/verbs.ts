// The verbs, in the order in which `--help` lists them. Each is loaded only when it is called.
import { filesProgram } from "./filesProgram.ts";
import type { VerbGroup } from "./help.ts";
import type { VerbEntry } from "./verb.ts";

type FileVerb = "argv" | "constraints" | "eval" | "fingerprint" | "fmt" | "lint" | "parse" | "validate";

/** A verb on files, from its own bundle. */
const onFiles = (name: FileVerb, summary: string): VerbEntry => ({ name, summary, load: () => filesProgram(name) });

export const VERB_GROUPS: readonly VerbGroup[] = [
  {
    title: "On files (need no QEMU)",
    verbs: [
      onFiles("parse", "print the job as Nomad parses it"),
      onFiles("validate", "the checks of Nomad's server"),
      onFiles("eval", "the value of an expression"),
      onFiles("fmt", "format job files as nomad fmt does"),
      onFiles("lint", "everything the editor would mark"),
      onFiles("argv", "the QEMU command line that would run"),
      onFiles("constraints", "whether a node may run the job, and why"),
    ],
  },
  {
    title: "On this machine",
    verbs: [
      onFiles("fingerprint", "what QEMU can do here"),
      {
        name: "run",
        summary: "run a job's VM here",
        load: async () => (await import("./verbs/run.ts")).run,
      },
      {
        name: "ps",
        summary: "list allocations and their tasks",
        load: async () => (await import("./verbs/ps.ts")).ps,
      },
      {
        name: "status",
        summary: "one allocation in detail",
        load: async () => (await import("./verbs/status.ts")).status,
      },
      {
        name: "logs",
        summary: "what a task printed",
        load: async () => (await import("./verbs/logs.ts")).logs,
      },
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
