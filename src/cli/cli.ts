// Finds the verb, parses its flags, runs it, and turns its outcome into an exit code.
import { getEventListeners } from "node:events";
import { nearest } from "../base/nearest.ts";
import { VERSION } from "../base/programs.ts";
import { ProblemError } from "../base/result.ts";
import { EXIT } from "./exitCodes.ts";
import { parseArguments } from "./flags.ts";
import { GLOBAL_FLAGS, overview, verbHelp } from "./help.ts";
import { processTerminal, type Terminal } from "./terminal.ts";
import { VERB_GROUPS } from "./verbs.ts";

export async function main(words: readonly string[]): Promise<void> {
  const terminal = processTerminal({ noColor: words.includes("--no-color") || words.includes("-no-color") });
  // A reader that goes away (`| head`) is no error of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.no),
  );
  process.exitCode = await run(words, terminal);
}

/** Runs one command line; never throws for anything a user can cause. */
async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  // Every verb knows this flag, and it may stand before the verb too.
  if (words[0] === "--no-color" || words[0] === "-no-color") return run(words.slice(1), terminal);
  const [name, ...rest] = words;
  if (name === undefined) {
    terminal.note(overview(VERB_GROUPS));
    return EXIT.usage;
  }
  if (["help", "--help", "-help", "-h"].includes(name)) {
    if (rest[0] !== undefined) return run([rest[0], "--help"], terminal);
    terminal.print(overview(VERB_GROUPS));
    return EXIT.ok;
  }
  if (["version", "--version", "-version", "-v"].includes(name)) {
    terminal.print(`nomad-qemu ${VERSION}`);
    return EXIT.ok;
  }
  const entries = VERB_GROUPS.flatMap((group) => group.verbs);
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const near = nearest(
      name,
      entries.map((candidate) => candidate.name),
    );
    terminal.note(
      `unknown verb "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}\nThe verbs are listed by "nomad-qemu --help".`,
    );
    return EXIT.usage;
  }

  const verb = await entry.load();
  const parsed = parseArguments(rest, { ...verb.flags, ...GLOBAL_FLAGS });
  const usage = (message: string): number => {
    terminal.note(`${message}\nUsage: nomad-qemu ${name} [flags] ${verb.operands}\nMore: "nomad-qemu ${name} --help".`);
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

  const interrupts = catchInterrupts();
  try {
    return await verb.run({
      arguments: { ...parsed.value, operands },
      terminal,
      signal: interrupts.first,
      kill: interrupts.second,
    });
  } catch (error) {
    if (interrupts.first.aborted) return EXIT.interrupted;
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
    interrupts.dispose();
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

/**
 * The first and the second SIGINT or SIGTERM as signals. A second one that nobody listens for ends the process.
 * The handler stays in place all the time: between two handlers a Ctrl-C would end us half-way.
 */
function catchInterrupts(): { first: AbortSignal; second: AbortSignal; dispose: () => void } {
  const first = new AbortController();
  const second = new AbortController();
  const onSignal = (): void => {
    if (!first.signal.aborted) first.abort(new Error("interrupted"));
    else if (getEventListeners(second.signal, "abort").length === 0) process.exit(EXIT.interrupted);
    else second.abort(new Error("interrupted twice"));
  };
  const names = ["SIGINT", "SIGTERM"] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    first: first.signal,
    second: second.signal,
    dispose: () => {
      for (const name of names) process.removeListener(name, onSignal);
    },
  };
}
