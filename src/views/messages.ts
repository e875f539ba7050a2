// How failures are shown: what, where, why, what next; with the log one click away, and each of them in the log.
import * as vscode from "vscode";
import { formatProblem, ProblemError, type Problem } from "../base/result.ts";
import type { Logger } from "../base/logger.ts";
import { COMMANDS } from "./names.ts";

const SHOW_LOG = "Show log";

/** A failure that is not a Problem yet: a bug, or a broken world. */
export function problemOf(error: unknown, what: string): Problem {
  if (error instanceof ProblemError) return error.problem;
  const why = error instanceof Error ? error.message : String(error);
  return { code: "unexpected", what, why, next: "The log has the details.", cause: error };
}

/** Shows a problem as a message with its parts, and logs it. `actions`: further buttons and what they do. */
export async function showProblem(
  problem: Problem,
  log: Logger,
  actions: Readonly<Record<string, () => unknown>> = {},
): Promise<void> {
  log.error(formatProblem(problem), ...(problem.cause === undefined ? [] : [problem.cause]));
  const { what, where, why, next } = problem;
  const head = where === undefined || where === "" ? what : `${what} (${where})`;
  const sentences = [head, why ?? "", next ?? ""].filter((part) => part !== "").map(sentence);
  const chosen = await vscode.window.showErrorMessage(sentences.join(" "), ...Object.keys(actions), SHOW_LOG);
  if (chosen === SHOW_LOG) await vscode.commands.executeCommand(COMMANDS.showLog);
  else if (chosen !== undefined) await actions[chosen]?.();
}

/** Messages show one line: lines become sentences. */
function sentence(part: string): string {
  const lines = part.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .map((line) => (/[.!?:;,]\)?$/.test(line) ? line : `${line}.`))
    .join(" ");
}
