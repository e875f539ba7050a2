// Problems through JSON-RPC: a failure that a person can mend travels as `data` of the error and arrives as it left.
import { ErrorCodes, ResponseError } from "vscode-jsonrpc/node";
import { ProblemError } from "../base/result.ts";
import { PROBLEM_ERROR_CODE } from "./protocol.ts";

/** On the host: what to answer for a thrown value. */
export function toResponseError(error: unknown): ResponseError<unknown> {
  if (error instanceof ProblemError) {
    // The cause is an Error of this process; its message is in `why`.
    return new ResponseError(PROBLEM_ERROR_CODE, error.problem.what, { ...error.problem, cause: undefined });
  }
  return new ResponseError(ErrorCodes.InternalError, error instanceof Error ? error.message : String(error));
}
