// Where a verb prints and reads: results on stdout, progress and complaints on stderr, colours only on a terminal.
import type { Readable, Writable } from "node:stream";
import { styleText } from "node:util";
import { formatProblem, type Problem } from "../base/result.ts";

export interface Terminal {
  readonly stdin: NodeJS.ReadStream | Readable;
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
  /** Writes text and a newline to stdout. */
  readonly print: (text: string) => void;
  /** Writes text and a newline to stderr. */
  readonly note: (text: string) => void;
  /** Writes a problem to stderr as people read it. */
  readonly complain: (problem: Problem) => void;
  readonly style: (style: Style, text: string) => string;
}

export type Style = "error" | "warning" | "good" | "dim" | "bold";

const STYLES = { error: ["red", "bold"], warning: "yellow", good: "green", dim: "dim", bold: "bold" } as const;

/** The terminal of this process. `--no-color`, NO_COLOR, NOMAD_CLI_NO_COLOR or a pipe turn colours off. */
export function processTerminal(options: { noColor: boolean }): Terminal {
  const environment = process.env;
  const outIsTerminal = process.stdout.isTTY;
  const plain =
    options.noColor ||
    (environment["NO_COLOR"] ?? "") !== "" ||
    (environment["NOMAD_CLI_NO_COLOR"] ?? "") !== "" ||
    environment["TERM"] === "dumb";
  const color = outIsTerminal && !plain ? "on" : "off";
  const terminal: Terminal = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment,
    cwd: process.cwd(),
    outIsTerminal,
    errIsTerminal: process.stderr.isTTY,
    inIsTerminal: process.stdin.isTTY,
    columns: outIsTerminal ? process.stdout.columns : undefined,
    color,
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    complain: (problem) => terminal.note(terminal.style("error", "Error: ") + formatProblem(problem)),
    style: (style, text) =>
      color === "on" ? styleText(STYLES[style] as "red", text, { validateStream: false }) : text,
  };
  return terminal;
}
