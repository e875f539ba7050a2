// Text for stdout and stderr, written at once. Node's own streams take milliseconds to set up, which is much of a short run;
// they come in only when a verb asks for them, or when a pipe is full.
import { fstatSync, statSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { EXIT } from "./exitCodes.ts";

export type OutputDescriptor = 1 | 2;

export interface Output {
  /** Text, or bytes as they are. */
  readonly write: (data: string | Uint8Array) => void;
  /** Node's stream for the same descriptor; from then on everything goes through it, in order. */
  readonly stream: () => Writable;
  readonly isTerminal: () => boolean;
  /** Whether everything is out: nothing was left to a stream. */
  readonly isFlushed: () => boolean;
}

/** The output of this process on a descriptor. A reader that goes away (`| head`) is no error of ours: the process ends. */
export function output(descriptor: OutputDescriptor): Output {
  let opened: Writable | undefined;
  const stream = (): Writable => (opened ??= openStream(descriptor));
  return {
    stream,
    isFlushed: () => opened === undefined,
    isTerminal: () => isTerminal(descriptor),
    write: (data) => {
      const rest = opened === undefined ? writeNow(descriptor, data) : data;
      if (rest !== undefined) stream().write(rest);
    },
  };
}

/** Writes what the descriptor takes without waiting; the rest when it would wait. */
function writeNow(descriptor: OutputDescriptor, data: string | Uint8Array): Uint8Array | undefined {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return bytes.subarray(written);
    giveUp(descriptor, error);
    return undefined;
  }
}

function openStream(descriptor: OutputDescriptor): Writable {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  return stream.on("error", (error) => giveUp(descriptor, error));
}

/** Nobody has to listen to stderr. A result that cannot be written is said there, and is no success. */
function giveUp(descriptor: OutputDescriptor, error: unknown): void {
  if (descriptor === 2) return;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EPIPE") process.exit(EXIT.ok);
  writeNow(2, `Error: The output cannot be written\n  ${message}\n`);
  process.exit(EXIT.no);
}

/** What node:os calls devNull, without the time that it takes to load. */
const NULL_DEVICE = process.platform === "win32" ? "\\\\.\\nul" : "/dev/null";

/** Whether a descriptor is a terminal, asked so that the module for terminals is loaded only for what may be one. */
export function isTerminal(descriptor: 0 | OutputDescriptor): boolean {
  try {
    const found = fstatSync(descriptor);
    if (!found.isCharacterDevice() || found.rdev === statSync(NULL_DEVICE).rdev) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}
