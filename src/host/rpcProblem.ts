// At the client: what to say of a request that failed.
import type { Problem } from "../base/result.ts";
import { PROBLEM_ERROR_CODE } from "./protocol.ts";
import { CONNECTION_ENDED, RpcError } from "./rpcClient.ts";

/** The Problem in a rejected request, whatever went wrong. */
export function requestProblem(error: unknown, method: string): Problem {
  if (error instanceof RpcError && error.code === PROBLEM_ERROR_CODE && isProblem(error.data)) return error.data;
  const why = error instanceof Error ? error.message : String(error);
  const failure = { where: method, why, cause: error };
  return error instanceof RpcError && error.code === CONNECTION_ENDED
    ? {
        code: "host-gone",
        what: "The background process ended before it answered",
        ...failure,
        next: "Running VMs are not affected. Try again: a new one is started and takes them over.",
      }
    : {
        code: "host-error",
        what: "The background process could not do this",
        ...failure,
        next: "Look into host.log in the data directory; `nomad-qemu host stop` and another try start it afresh, VMs live on.",
      };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "what" in value;
}
