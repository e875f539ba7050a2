// The serial consoles of a run on standard output: one task's as it is, several line by line with their names in front.
import type { ConsoleAttachment } from "../host/protocol.ts";
import type { Terminal } from "./terminal.ts";

interface Shown {
  /** The process that printed it: what the next one prints begins at 0 again. */
  readonly pid: number | undefined;
  /** Bytes of it that have been shown. */
  position: number;
}

export class ConsoleOutput {
  readonly #terminal: Terminal;
  readonly #mode: "raw" | "prefixed";
  readonly #partial = new Map<string, string>();
  readonly #shown = new Map<string, Shown>();
  #endsLine = true;

  constructor(terminal: Terminal, mode: "raw" | "prefixed") {
    this.#terminal = terminal;
    this.#mode = mode;
  }

  /** What was printed before an attachment, without what an attachment through an earlier host has shown. */
  begin(task: string, pid: number | undefined, { history, position }: ConsoleAttachment): void {
    const before = this.#shown.get(task);
    const seen = before !== undefined && before.pid === pid ? before.position : 0;
    this.#shown.set(task, { pid, position });
    const bytes = Buffer.from(history, "base64");
    const start = position - bytes.length;
    if (seen > 0 && start > seen) this.#write(task, Buffer.from(`\r\n[${start - seen} bytes left out]\r\n`));
    this.#write(task, bytes.subarray(Math.max(0, seen - start)));
  }

  /** @param position bytes that the task's process has printed, these included */
  add(task: string, data: string, position: number): void {
    const shown = this.#shown.get(task);
    if (shown !== undefined) shown.position = position;
    this.#write(task, Buffer.from(data, "base64"));
  }

  /** What is said next stands on a line of its own, where guests and messages share a screen. */
  breakLine(): void {
    if (!this.#endsLine && this.#terminal.outIsTerminal) {
      this.#terminal.stdout.write("\r\n");
      this.#endsLine = true;
    }
  }

  end(): void {
    for (const [task, rest] of this.#partial) {
      if (rest !== "") this.#terminal.stdout.write(Buffer.from(`[${task}] ${rest}\n`, "latin1"));
    }
    this.breakLine();
  }

  #write(task: string, bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#mode === "raw") {
      this.#terminal.stdout.write(bytes);
      this.#endsLine = bytes.at(-1) === 0x0a;
      return;
    }
    const lines = ((this.#partial.get(task) ?? "") + bytes.toString("latin1")).split("\n");
    this.#partial.set(task, lines.pop() ?? "");
    for (const line of lines) this.#terminal.stdout.write(Buffer.from(`[${task}] ${line}\n`, "latin1"));
  }
}
