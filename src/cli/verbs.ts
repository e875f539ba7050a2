// The verbs as a list, in the order in which `--help` shows them, and the bundle that each is in. Nothing is loaded by it.

/**
 * The bundles, dist/<name>.js: `parse` only parses, `files` reads job files, `machine` also asks this machine, `vms` talks
 * to the host, `run` sends it a job and follows it.
 */
export type Program = "parse" | "files" | "machine" | "vms" | "run";

export interface VerbEntry {
  readonly name: string;
  readonly summary: string;
  readonly program: Program;
}

export interface VerbGroup {
  readonly title: string;
  readonly verbs: readonly VerbEntry[];
}

export const VERB_GROUPS = [
  {
    title: "On files (need no QEMU)",
    verbs: [
      { name: "parse", summary: "print the job as Nomad parses it", program: "parse" },
      { name: "validate", summary: "the checks of Nomad's server", program: "files" },
      { name: "eval", summary: "the value of an expression", program: "files" },
      { name: "fmt", summary: "format job files as nomad fmt does", program: "files" },
      { name: "lint", summary: "everything the editor would mark", program: "machine" },
      { name: "argv", summary: "the QEMU command line that would run", program: "machine" },
      { name: "constraints", summary: "whether a node may run the job, and why", program: "machine" },
    ],
  },
  {
    title: "On this machine",
    verbs: [
      { name: "fingerprint", summary: "what QEMU can do here", program: "machine" },
      { name: "run", summary: "run a job's VM here", program: "run" },
      { name: "ps", summary: "list allocations and their tasks", program: "vms" },
      { name: "status", summary: "one allocation in detail", program: "vms" },
      { name: "logs", summary: "what a task printed", program: "vms" },
      { name: "console", summary: "attach to a serial console", program: "vms" },
      { name: "stop", summary: "stop an allocation gracefully", program: "vms" },
      { name: "restart", summary: "restart an allocation's task", program: "vms" },
      { name: "host", summary: "the background process that owns the VMs", program: "vms" },
      { name: "lsp", summary: "the language server for any editor", program: "vms" },
    ],
  },
] as const satisfies readonly VerbGroup[];

type Verbs = (typeof VERB_GROUPS)[number]["verbs"][number];

/** The names of the verbs in a bundle. */
export type VerbOf<In extends Program> = Extract<Verbs, { program: In }>["name"];

/** All verbs, whatever their group. */
export const VERBS: readonly VerbEntry[] = VERB_GROUPS.flatMap((group): readonly VerbEntry[] => group.verbs);
