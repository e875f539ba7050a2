// Why an artifact could not be had, in the words of the task event.
import { formatProblem, type Problem } from "../../base/result.ts";

/** A failure with the reason as it goes into the task event. */
export interface ArtifactFailure {
  /** Nomad puts `getter subprocess failed: …` before what its subprocess finds out. */
  readonly stage: "client" | "getter";
  readonly reason: string;
}

/** The text of the event "Failed Artifact Download", to the letter (golden e-art-404, e-art-dest-escape-interp). */
export function artifactFailureText(source: string, failure: ArtifactFailure): string {
  const before =
    failure.stage === "getter" ? "getter subprocess failed: exit status 1: failed to download artifact: " : "";
  return `failed to download artifact "${source}": ${before}${failure.reason}`;
}

/** Ends the work on an artifact with the reason for the event. */
export class ArtifactError extends Error {
  readonly failure: ArtifactFailure;
  constructor(failure: ArtifactFailure, cause?: unknown) {
    super(failure.reason, { cause });
    this.name = "ArtifactError";
    this.failure = failure;
  }
}

/** A failure that has no words of Nomad's: ours, whole. */
export function ownFailure(problem: Problem): ArtifactError {
  return new ArtifactError({ stage: "getter", reason: formatProblem(problem) }, problem.cause);
}

export function getterFailure(reason: string, cause?: unknown): ArtifactError {
  return new ArtifactError({ stage: "getter", reason }, cause);
}
