// The serial console as a terminal of VS Code. Closing the terminal leaves the machine running.
import * as vscode from "vscode";
import { ProblemError } from "../base/result.ts";
import type { Logger } from "../base/logger.ts";
import type { TaskStatus } from "../client/status.ts";
import type { AllocationStore } from "./allocationStore.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import type { HostLink } from "./hostLink.ts";
import { createOutputPump, type OutputPump } from "./outputPump.ts";
import { exitText } from "./rows.ts";
import type { ConsoleMark } from "../host/consoleMark.ts";
import { attachConsole, type ConsoleTarget, type SerialConsole } from "./serialConsole.ts";

export interface Consoles extends Disposable {
  /** Shows the console of a task: the terminal that is open for it in this window, else a new one. */
  show(target: ConsoleTarget, title: string): void;
}

/** The end of a task is told within some milliseconds of its console's. */
const END_KNOWN_MS = 2000;
/** Faint, so that our own lines are not taken for the guest's. */
const note = (text: string): string => `\r\n\x1b[0;2m${text}\x1b[0m\r\n`;

export function createConsoles(link: HostLink, store: AllocationStore, log: Logger): Consoles {
  const open = new Map<string, vscode.Terminal>();
  const held = new DisposableStore();
  held.add(
    vscode.window.onDidCloseTerminal((closed) => {
      for (const [key, terminal] of open) if (terminal === closed) open.delete(key);
    }),
  );
  return {
    show: (target, title) => {
      const key = `${target.id}/${target.task}`;
      const existing = open.get(key);
      if (existing !== undefined && existing.exitStatus === undefined) {
        existing.show();
        return;
      }
      const terminal = vscode.window.createTerminal({
        name: title,
        iconPath: new vscode.ThemeIcon("vm"),
        pty: consolePty(target, link, store, log),
        isTransient: true,
      });
      open.set(key, terminal);
      terminal.show();
    },
    dispose: () => held.dispose(),
  };
}

/** How the terminal stands to the guest. */
type Phase =
  /** `typed` is sent when the guest is reached. */
  | { readonly kind: "attaching"; readonly typed: string }
  | { readonly kind: "attached"; readonly console: SerialConsole }
  | { readonly kind: "ended" };

function consolePty(target: ConsoleTarget, link: HostLink, store: AllocationStore, log: Logger): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<void>();
  const held = new DisposableStore();
  const pump: OutputPump = held.add(createOutputPump({ write: (text) => written.fire(text) }));
  let phase: Phase = { kind: "attaching", typed: "" };
  const typedMeanwhile = (): string => (phase.kind === "attaching" ? phase.typed : "");
  let shut = false;
  const isShut = (): boolean => shut;

  const end = (why: string): void => {
    pump.flush();
    phase = { kind: "ended" };
    written.fire(note(`${why} Press Enter to close this terminal.`));
  };

  const attach = async (seen?: ConsoleMark): Promise<void> => {
    const connected = await link.open();
    if (isShut()) return;
    if (!connected.ok) {
      end(`The console cannot be reached: ${connected.error.what}.`);
      return;
    }
    try {
      const attached = await attachConsole(connected.value, target, seen, {
        onData: (bytes) => pump.push(bytes),
        onClosed: (reason) => void closedBy(reason),
        onLost: (mark) => void attachAgain(mark),
      });
      if (isShut()) {
        attached.detach();
        return;
      }
      if (seen !== undefined) {
        pump.flush();
        written.fire(note("Attached again."));
      }
      const typed = typedMeanwhile();
      phase = { kind: "attached", console: attached };
      if (typed !== "") attached.type(typed);
    } catch (error) {
      log.warn(`console of ${target.task}`, error);
      end(error instanceof ProblemError ? `${error.problem.what}.` : "The console cannot be attached.");
    }
  };

  const attachAgain = async (seen: ConsoleMark): Promise<void> => {
    if (shut || phase.kind === "ended") return;
    phase = { kind: "attaching", typed: "" };
    pump.flush();
    written.fire(note("The background process went away; the machine runs on. Attaching again …"));
    await attach(seen);
  };

  const closedBy = async (reason: string): Promise<void> => {
    pump.flush();
    const task = await deadTask(store, target);
    if (!isShut()) end(task === undefined ? sentence(reason) : `The machine has ended: ${exitText(task)}.`);
  };

  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: () => void attach(),
    close: () => {
      shut = true;
      if (phase.kind === "attached") phase.console.detach();
      held.dispose();
      written.dispose();
      closed.dispose();
    },
    handleInput: (text) => {
      if (phase.kind === "attached") phase.console.type(text);
      else if (phase.kind === "attaching") phase = { kind: "attaching", typed: phase.typed + text };
      else if (text.includes("\r")) closed.fire();
    },
  };
}

/** The console closes a moment before it is known how the task ended: the task once it is dead, undefined if it lives on. */
function deadTask(store: AllocationStore, { id, task }: ConsoleTarget): Promise<TaskStatus | undefined> {
  return new Promise((resolve) => {
    const held = new DisposableStore();
    const settle = (found: TaskStatus | undefined): void => {
      held.dispose();
      resolve(found);
    };
    const look = (): void => {
      const found = store.get(id)?.tasks.find(({ name }) => name === task);
      if (found?.state === "dead") settle(found);
    };
    held.add(store.onDidChange(look));
    const timer = setTimeout(() => settle(undefined), END_KNOWN_MS);
    held.add({ dispose: () => clearTimeout(timer) });
    look();
  });
}

const sentence = (text: string): string => (text.endsWith(".") ? text : `${text}.`);
