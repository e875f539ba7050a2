// Which bundle has a verb. Every call of the command line reads this, so there is nothing else in here.

/**
 * The bundles, dist/<name>.js: `parse` only parses, `files` reads job files, `machine` also asks this machine, `vms` talks
 * to the host, `run` sends it a job and follows it.
 */
export const PROGRAM_OF = {
  parse: "parse",
  validate: "files",
  eval: "files",
  fmt: "files",
  lint: "machine",
  argv: "machine",
  constraints: "machine",
  fingerprint: "machine",
  run: "run",
  ps: "vms",
  status: "vms",
  logs: "vms",
  console: "vms",
  stop: "vms",
  restart: "vms",
  host: "vms",
  lsp: "vms",
} as const;

export type VerbName = keyof typeof PROGRAM_OF;
export type Program = (typeof PROGRAM_OF)[VerbName];

/** The names of the verbs in a bundle. */
export type VerbOf<In extends Program> = {
  [Name in VerbName]: (typeof PROGRAM_OF)[Name] extends In ? Name : never;
}[VerbName];
