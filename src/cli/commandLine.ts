// Finds the verb, parses its flags, runs it, and turns its outcome into an exit code.
import { nearest } from "../base/nearest.ts";
import { VERSION } from "../base/programs.ts";
import { ProblemError } from "../base/result.ts";
import { EXIT } from "./exitCodes.ts";
import { parseArguments, type ParsedArguments } from "./flags.ts";
import { GLOBAL_FLAGS, overview, verbHelp } from "./help.ts";
import { catchInterrupts, type Interrupts } from "./interrupts.ts";
import { processTerminal, type Terminal } from "./terminal.ts";
import type { Verb, VerbLoaders } from "./verb.ts";
import { VERB_GROUPS, VERBS } from "./verbs.ts";

/** Runs one command line with the verbs of a bundle and leaves its exit code with the process. */
export async function runCommandLine(words: readonly string[], verbs: VerbLoaders): Promise<void> {
  const terminal = processTerminal({ noColor: words.includes("--no-color") || words.includes("-no-color") });
  process.exitCode = await run(words, verbs, terminal);
  // What was written at once is out: taking Node down piece by piece would only cost time.
  if (terminal.isFlushed()) process.exit();
}

/** Runs one command line; never throws for anything a user can cause. */
async function run(words: readonly string[], verbs: VerbLoaders, terminal: Terminal): Promise<number> {
  // Every verb knows this flag, and it may stand before the verb too.
  if (words[0] === "--no-color" || words[0] === "-no-color") return run(words.slice(1), verbs, terminal);
  const [name, ...rest] = words;
  if (name === undefined) {
    terminal.note(overview(VERB_GROUPS));
    return EXIT.usage;
  }
  if (["help", "--help", "-help", "-h"].includes(name)) {
    if (rest[0] !== undefined) return run([rest[0], "--help"], verbs, terminal);
    terminal.print(overview(VERB_GROUPS));
    return EXIT.ok;
  }
  if (["version", "--version", "-version", "-v"].includes(name)) {
    terminal.print(`nomad-qemu ${VERSION}`);
    return EXIT.ok;
  }
  const entry = VERBS.find((candidate) => candidate.name === name);
  const load = verbs[name];
  if (entry === undefined || load === undefined) {
    const near = nearest(
      name,
      VERBS.map((candidate) => candidate.name),
    );
    terminal.note(
      `unknown verb "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}\nThe verbs are listed by "nomad-qemu --help".`,
    );
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

  if (/^(FILE|PATH)/.test(verb.operands) && operands.filter((operand) => operand === "-").length > 1)
    return usage('"-" is standard input, which can be read only once');

  return runVerb(verb, { ...parsed.value, operands }, terminal, usage);
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
  } catch (error) {
    if (interrupts?.first.aborted === true) return EXIT.interrupted;
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
