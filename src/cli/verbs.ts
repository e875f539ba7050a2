// The verbs as a list, in the order in which `--help` shows them. Nothing is loaded by it.
import type { VerbName } from "./programs.ts";

export interface VerbEntry {
  readonly name: VerbName;
  readonly summary: string;
}

export interface VerbGroup {
  readonly title: string;
  readonly verbs: readonly VerbEntry[];
}

export const VERB_GROUPS: readonly VerbGroup[] = [
  {
    title: "On files (need no QEMU)",
    verbs: [
      { name: "parse", summary: "print the job as Nomad parses it" },
      { name: "validate", summary: "the checks of Nomad's server" },
      { name: "eval", summary: "the value of an expression" },
      { name: "fmt", summary: "format job files as nomad fmt does" },
      { name: "lint", summary: "everything the editor would mark" },
      { name: "argv", summary: "the QEMU command line that would run" },
      { name: "constraints", summary: "whether a node may run the job, and why" },
    ],
  },
  {
    title: "On this machine",
    verbs: [
      { name: "fingerprint", summary: "what QEMU can do here" },
      { name: "run", summary: "run a job's VM here" },
      { name: "ps", summary: "list allocations and their tasks" },
      { name: "status", summary: "one allocation in detail" },
      { name: "logs", summary: "what a task printed" },
      { name: "console", summary: "attach to a serial console" },
      { name: "stop", summary: "stop an allocation gracefully" },
      { name: "restart", summary: "restart an allocation's task" },
      { name: "host", summary: "the background process that owns the VMs" },
      { name: "lsp", summary: "the language server for any editor" },
    ],
  },
];

/** All verbs, whatever their group. */
export const VERBS: readonly VerbEntry[] = VERB_GROUPS.flatMap(({ verbs }) => verbs);
