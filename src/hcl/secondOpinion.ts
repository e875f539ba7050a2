// A second opinion on the syntax of a file, from HashiCorp's own parser in a worker, for the moment before a run.
import type { HashicorpDiagnostic } from "./hashicorpParser.ts";
import type { SourceText, Span } from "./source.ts";

/** The longest that the worker may think, loading included (about 0.2 s on a laptop). */
export const SECOND_OPINION_LIMIT_MS = 2000;

/** What the worker posts: the errors that it found, none when it accepts the text. */
export type WorkerAnswer = readonly HashicorpDiagnostic[];

export interface SecondOpinionOptions {
  /** The bundled worker program, `dist/syntax-oracle.js`. */
  readonly workerPath: string;
  readonly timeoutMs?: number;
}

export interface Refusal {
  /** HCL's short label (in the words of HCL 2.10, the version inside hcl2-parser). */
  readonly summary: string;
  readonly detail: string;
  readonly subject: Span | undefined;
}

export type SecondOpinion =
  | { readonly verdict: "accepts" }
  | { readonly verdict: "refuses"; readonly refusals: readonly Refusal[] }
  /** The worker was too slow or broke down; that says nothing about the text. */
  | { readonly verdict: "no-answer"; readonly reason: string; readonly cause?: unknown };

/**
 * Asks HashiCorp's parser whether a text is HCL. Never rejects: a worker that does not answer in time is terminated, and
 * one that breaks down is reported as `no-answer`. Nothing is loaded before the first call.
 */
export function secondOpinion(text: string | SourceText, options: SecondOpinionOptions): Promise<SecondOpinion> {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const { workerPath, timeoutMs = SECOND_OPINION_LIMIT_MS } = options;
  return new Promise((resolve) => {
    const worker = new Worker(workerPath, {
      workerData: typeof text === "string" ? text : text.text,
      resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 4 },
      // The answer comes as a message; what the program prints is of no use to anyone.
      stdout: true,
      stderr: true,
    });
    const settle = (opinion: SecondOpinion): void => {
      clearTimeout(timer);
      resolve(opinion);
      void worker.terminate();
    };
    const timer = setTimeout(() => {
      settle({ verdict: "no-answer", reason: `HashiCorp's parser did not answer within ${timeoutMs} ms.` });
    }, timeoutMs);
    worker.once("message", (refusals: WorkerAnswer) => {
      settle(refusals.length === 0 ? { verdict: "accepts" } : { verdict: "refuses", refusals });
    });
    worker.once("error", (cause) => {
      settle({ verdict: "no-answer", reason: `HashiCorp's parser broke down: ${String(cause)}`, cause });
    });
    worker.once("exit", (code) => {
      settle({ verdict: "no-answer", reason: `HashiCorp's parser ended with code ${code} and no answer.` });
    });
  });
}
