// Finds the verb, parses its flags, runs it, and turns its outcome into an exit code.
import { nearest } from "../base/nearest.ts";
import { VERSION } from "../base/programs.ts";
import { ProblemError } from "../base/result.ts";
import type { CodeCache } from "./codeCache.ts";
import { EXIT } from "./exitCodes.ts";
import { asSwitch, parseArguments, type ParsedArguments } from "./flags.ts";
import { GLOBAL_FLAGS, overview, verbHelp } from "./help.ts";
import { catchInterrupts, type Interrupts } from "./interrupts.ts";
import { keepCode } from "./keepCode.ts";
import { isWorkingDirectoryGone, processTerminal, workingDirectoryGone, type Terminal } from "./terminal.ts";
import type { Verb, VerbLoaders } from "./verb.ts";
import { VERB_GROUPS, VERBS } from "./verbs.ts";

/** What each of the bundles exports for the launcher (main.ts): it runs a command line, out of this cache if there is one. */
export type Main = (words: readonly string[], cache: CodeCache | undefined) => Promise<void>;

/** Runs one command line with the verbs of a bundle and leaves its exit code with the process. */
export async function runCommandLine(
  words: readonly string[],
  verbs: VerbLoaders,
  cache: CodeCache | undefined,
): Promise<void> {
  if (cache !== undefined) keepCode(cache);
  const noColor = words.map((word) => asSwitch(word, "no-color")).findLast((position) => position !== undefined);
  const terminal = processTerminal({ noColor: noColor === "on" });
  process.exitCode = await run(words, verbs, terminal);
  // What was written at once is out: taking Node down piece by piece would only cost time.
  if (terminal.isFlushed()) process.exit();
}

const HELP: readonly string[] = ["help", "--help", "-help", "-h", "--h"];
const MORE = 'The verbs are listed by "nomad-qemu --help".';

/** Runs one command line; never throws for anything a user can cause. */
async function run(words: readonly string[], verbs: VerbLoaders, terminal: Terminal): Promise<number> {
  // Every verb knows this flag, and it may stand before the verb too.
  const [name, ...rest] = words;
  if (name !== undefined && asSwitch(name, "no-color") !== undefined) return run(rest, verbs, terminal);
  if (name === undefined) {
    terminal.note(overview(VERB_GROUPS));
    return EXIT.usage;
  }
  if (HELP.includes(name)) {
    const about = rest.find((word) => !word.startsWith("-") && !HELP.includes(word));
    if (about !== undefined) return run([about, "--help"], verbs, terminal);
    terminal.print(overview(VERB_GROUPS));
    return EXIT.ok;
  }
  if (["version", "--version", "-version", "-v"].includes(name)) {
    terminal.print(`nomad-qemu ${VERSION}`);
    return EXIT.ok;
  }
  const entry = VERBS.find((candidate) => candidate.name === name);
  const load = verbs[name];
  if (name.startsWith("-")) {
    terminal.note(`unknown flag ${name}; the flags of a verb stand after it: nomad-qemu VERB ${name}\n${MORE}`);
    return EXIT.usage;
  }
  if (entry === undefined || load === undefined) {
    const near = nearest(
      name.toLowerCase(),
      VERBS.map((candidate) => candidate.name),
    );
    terminal.note(`unknown verb "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}\n${MORE}`);
    return EXIT.usage;
  }

  const verb = await load();
  const parsed = parseArguments(rest, { ...verb.flags, ...GLOBAL_FLAGS });
  const usage = (message: string): number => {
    terminal.note(
      `${message}\nUsage: ${`nomad-qemu ${name} [flags] ${verb.operands}`.trimEnd()}\nMore: "nomad-qemu ${name} --help".`,
    );
    return EXIT.usage;
  };
  if (!parsed.ok) return usage(parsed.error);
  if (parsed.value.has("help")) {
    terminal.print(verbHelp(entry, verb));
    return EXIT.ok;
  }
  // What stands after `--` is an operand, however it begins; a verb that runs a command gets it apart.
  const { operands: plain, rest: afterDashes = [] } = parsed.value;
  const operands = verb.operands.includes("-- ") ? plain : [...plain, ...afterDashes];
  const count = operands.length;
  const [minimum, maximum] = verb.arity;
  if (count < minimum) return usage(`"${name}" needs ${verb.operands}`);
  if (count > maximum) return usage(`too many arguments: ${operands.slice(maximum).join(" ")}`);

  if (readsOfStdin(verb, { ...parsed.value, operands }) > 1)
    return usage('"-" is standard input, which can be read only once');

  return runVerb(verb, { ...parsed.value, operands }, terminal, usage);
}

/** How many of the files that a call names are standard input. */
function readsOfStdin({ operands, flags }: Verb, given: ParsedArguments): number {
  const ofFlags = Object.entries(flags).map(([name, { kind, value }]) => {
    if (value !== "FILE") return [];
    return kind === "list" ? given.list(name) : [given.value(name)];
  });
  const files = [...(/^(FILE|PATH)/.test(operands) ? given.operands : []), ...ofFlags.flat()];
  return files.filter((file) => file === "-").length;
}

async function runVerb(
  verb: Verb,
  given: ParsedArguments,
  terminal: Terminal,
  usage: (message: string) => number,
): Promise<number> {
  // A verb that does not ask for them ends as any program does.
  let interrupts: Interrupts | undefined;
  try {
    return await verb.run({
      arguments: given,
      terminal,
      get signal() {
        return (interrupts ??= catchInterrupts()).first;
      },
      get kill() {
        return (interrupts ??= catchInterrupts()).second;
      },
    });
  } catch (thrown) {
    if (interrupts?.first.aborted === true) return EXIT.interrupted;
    const error = isWorkingDirectoryGone(thrown) ? workingDirectoryGone(thrown) : thrown;
    if (error instanceof ProblemError) {
      if (error.problem.code === "usage") return usage(error.problem.what);
      terminal.complain(error.problem);
      return MISSING.has(error.problem.code) ? EXIT.missing : EXIT.no;
    }
    terminal.complain({
      code: "internal",
      what: "This is a fault in nomad-qemu",
      why: error instanceof Error ? (error.stack ?? error.message) : String(error),
      next: "Please report it with the lines above and the command you typed.",
    });
    return EXIT.no;
  } finally {
    interrupts?.dispose();
  }
}

/** Codes of problems that mean "something is missing on this machine". */
const MISSING = new Set([
  "host-not-running",
  "host-not-started",
  "host-start-failed",
  "qemu-not-found",
  "image-missing",
]);
