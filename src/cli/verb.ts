// What a verb of the command line is: its help as data, and a function that runs it.
import type { FlagSpec, FlagSpecs, ParsedArguments } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

export interface Verb {
  /** Operands as in a synopsis: `FILE…`, `ALLOC [TASK]`. */
  readonly operands: string;
  /** How many operands there may be. */
  readonly arity: readonly [minimum: number, maximum: number];
  /** More than one line of explanation, shown by `--help`. */
  readonly description?: string;
  readonly flags: FlagSpecs;
  readonly examples: readonly string[];
  /** Resolves to the process's exit code. */
  readonly run: (context: VerbContext) => Promise<number>;
}

/** The verbs of a bundle by name; each is set up when it is called. */
export type VerbLoaders<Name extends string = string> = Readonly<Record<Name, () => Promise<Verb>>>;

export interface VerbContext {
  readonly arguments: ParsedArguments;
  readonly terminal: Terminal;
  /** Aborted by the first Ctrl-C (SIGINT) or SIGTERM. */
  readonly signal: AbortSignal;
  /** Aborted by the second; without a listener the second ends the process. */
  readonly kill: AbortSignal;
}

const format = (choices: readonly string[]): FlagSpec => ({
  kind: "value",
  value: choices.join("|"),
  choices,
  help: `how to print the result; ${choices[0] ?? "text"} when absent`,
});

/** Flags that several verbs share, written once. */
export const flag = {
  format,
  dataDir: { kind: "value", value: "DIR", help: "per-user state directory (also NOMAD_QEMU_DATA_DIR)" },
  pluginConfig: {
    kind: "list",
    value: "FILE",
    help: 'Nomad agent file with the operator\'s plugin "qemu" block; may be repeated',
  },
  var: { kind: "list", value: "NAME=VALUE", help: "value of a variable; may be repeated" },
  varFile: { kind: "list", value: "FILE", help: "file with values of variables; may be repeated" },
  group: { kind: "value", value: "NAME", help: "task group, when the job has several" },
  task: { kind: "value", value: "NAME", help: "task, when the group has several" },
} as const satisfies Record<string, FlagSpec | ((choices: readonly string[]) => FlagSpec)>;
