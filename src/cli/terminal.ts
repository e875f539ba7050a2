// Where a verb prints and reads: results on stdout, progress and complaints on stderr, colours only on a terminal.
import type { Readable, Writable } from "node:stream";
import { formatProblem, ProblemError, type Problem } from "../base/result.ts";
import { isTerminal, output } from "./output.ts";

export interface Terminal {
  readonly stdin: NodeJS.ReadStream | Readable;
  /** For bytes that come bit by bit; text is better printed. */
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly inIsTerminal: boolean;
  /** Columns of the terminal, or undefined when stdout is not one. */
  readonly columns: number | undefined;
  readonly color: "on" | "off";
  /** Writes text or bytes to stdout as they are. */
  readonly write: (data: string | Uint8Array) => void;
  /** Writes text and a newline to stdout. */
  readonly print: (text: string) => void;
  /** Writes text and a newline to stderr. */
  readonly note: (text: string) => void;
  /** Writes a problem to stderr as people read it. */
  readonly complain: (problem: Problem) => void;
  readonly style: (style: Style, text: string) => string;
  /** Whether everything printed has left this process. */
  readonly isFlushed: () => boolean;
}

export type Style = "error" | "warning" | "good" | "dim" | "bold";

/** From so many characters on a text is not joined to its newline, which would copy it once more. */
const LONG = 10_000;

const STYLES = { error: ["red", "bold"], warning: "yellow", good: "green", dim: "dim", bold: "bold" } as const;

/** The terminal of this process. `--no-color`, NO_COLOR, NOMAD_CLI_NO_COLOR or a pipe turn colours off. */
export function processTerminal(options: { noColor: boolean }): Terminal {
  const environment = process.env;
  const out = output(1);
  const err = output(2);
  const plain =
    options.noColor ||
    (environment["NO_COLOR"] ?? "") !== "" ||
    (environment["NOMAD_CLI_NO_COLOR"] ?? "") !== "" ||
    environment["TERM"] === "dumb";
  const outIsTerminal = out.isTerminal();
  const color = outIsTerminal && !plain ? "on" : "off";
  // What costs time to find out is found out when it is asked for.
  const terminal: Terminal = {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return out.stream();
    },
    get stderr() {
      return err.stream();
    },
    environment,
    get cwd() {
      return workingDirectory();
    },
    outIsTerminal,
    get errIsTerminal() {
      return err.isTerminal();
    },
    get inIsTerminal() {
      return isTerminal(0);
    },
    get columns() {
      return outIsTerminal ? process.stdout.columns : undefined;
    },
    color,
    write: (data) => out.write(data),
    print: (text) => {
      if (text.length < LONG) out.write(`${text}\n`);
      else {
        out.write(text);
        out.write("\n");
      }
    },
    // Colours are for stdout; stderr may be a file beside it.
    note: (text) => err.write(`${color === "on" && !err.isTerminal() ? uncoloured(text) : text}\n`),
    complain: (problem) => terminal.note(terminal.style("error", "Error: ") + formatProblem(problem)),
    style: (style, text) => (color === "on" ? styled(style, text) : text),
    isFlushed: () => out.isFlushed() && err.isFlushed(),
  };
  return terminal;
}

/** Throws a ProblemError where the folder has been removed. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw workingDirectoryGone(cause);
  }
}

/** What process.cwd() throws where the folder has been removed; other code asks for it as well, to start a program. */
export const isWorkingDirectoryGone = (error: unknown): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).syscall === "uv_cwd";

export function workingDirectoryGone(cause: unknown): ProblemError {
  return new ProblemError({
    code: "working-directory-gone",
    what: "The working directory is not there any more",
    next: "Change to a folder that is there, and try again.",
    cause,
  });
}

function uncoloured(text: string): string {
  return process.getBuiltinModule("node:util").stripVTControlCharacters(text);
}

function styled(style: Style, text: string): string {
  const { styleText } = process.getBuiltinModule("node:util");
  return styleText(STYLES[style] as "red", text, { validateStream: false });
}
