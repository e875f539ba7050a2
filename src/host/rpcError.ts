// Problems through JSON-RPC: a failure that a person can mend travels as `data` of the error and arrives as it left.
import { ConnectionError, ErrorCodes, ResponseError } from "vscode-jsonrpc/node";
import { ProblemError, type Problem } from "../base/result.ts";

/** Our own code for "the data is a Problem"; outside the range that JSON-RPC keeps for itself. */
const PROBLEM_ERROR_CODE = 1;

/** On the host: what to answer for a thrown value. */
export function toResponseError(error: unknown): ResponseError<unknown> {
  if (error instanceof ProblemError) {
    // The cause is an Error of this process; its message is in `why`.
    return new ResponseError(PROBLEM_ERROR_CODE, error.problem.what, { ...error.problem, cause: undefined });
  }
  return new ResponseError(ErrorCodes.InternalError, error instanceof Error ? error.message : String(error));
}

/** At the client: the Problem in a rejected request, whatever went wrong. */
export function fromResponseError(error: unknown, method: string): Problem {
  if (error instanceof ResponseError && error.code === PROBLEM_ERROR_CODE && isProblem(error.data)) return error.data;
  const message = error instanceof Error ? error.message : String(error);
  const gone =
    error instanceof ConnectionError ||
    (error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected);
  return gone
    ? {
        code: "host-gone",
        what: "The background process ended before it answered",
        where: method,
        why: message,
        next: "Running VMs are not affected. Try again: a new one is started and takes them over.",
        cause: error,
      }
    : {
        code: "host-error",
        what: "The background process could not do this",
        where: method,
        why: message,
        next: "Look into host.log in the data directory; `nomad-qemu host stop` and another try start it afresh, VMs live on.",
        cause: error,
      };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "what" in value;
}
