// The serial consoles of a run on standard output: one task's as it is, several line by line with their names in front.
import { unseenOutput, type ConsoleMark } from "../host/consoleMark.ts";
import type { ConsoleAttachment } from "../host/protocol.ts";
import type { Terminal } from "./terminal.ts";

export class ConsoleOutput {
  readonly #terminal: Terminal;
  readonly #mode: "raw" | "prefixed";
  readonly #partial = new Map<string, string>();
  readonly #shown = new Map<string, ConsoleMark>();
  #endsLine = true;

  constructor(terminal: Terminal, mode: "raw" | "prefixed") {
    this.#terminal = terminal;
    this.#mode = mode;
  }

  /** What was printed before an attachment, without what an attachment through an earlier host has shown. */
  begin(task: string, attachment: ConsoleAttachment): void {
    this.#write(task, unseenOutput(attachment, this.#shown.get(task)));
    const { startedAt, position } = attachment;
    this.#shown.set(task, { startedAt, position });
  }

  /** @param position bytes that the task's process has printed, these included */
  add(task: string, data: string, position: number): void {
    this.#shown.set(task, { startedAt: this.#shown.get(task)?.startedAt ?? 0, position });
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
