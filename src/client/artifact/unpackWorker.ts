// Unpacking in a thread of its own: an archive of gigabytes must not keep the host from its VMs. This file is both ends;
// the unpacker itself is loaded by the thread alone.
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { Unpack } from "./fetchArtifact.ts";
import type { UnpackRequest } from "./unpack.ts";

interface WorkerTask {
  readonly role: "unpack";
  readonly request: UnpackRequest;
}

type Answer =
  { readonly done: true } | { readonly done: false; readonly message: string; readonly code: string | undefined };

/** Whether this thread was started to unpack; its program then calls {@link runUnpackWorker} and nothing else. */
export function isUnpackWorker(): boolean {
  return !isMainThread && (workerData as Partial<WorkerTask> | null)?.role === "unpack";
}

export async function runUnpackWorker(): Promise<void> {
  const { request } = workerData as WorkerTask;
  let answer: Answer = { done: true };
  try {
    const { unpack } = await import("./unpack.ts");
    await unpack(request);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    answer = { done: false, message, code };
  }
  parentPort?.postMessage(answer);
}

/** An {@link Unpack} that starts `program` as a worker thread for each archive. */
export function unpackInWorker(program: string): Unpack {
  return (request, signal) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(program, { workerData: { role: "unpack", request } satisfies WorkerTask });
      const abort = (): void => void worker.terminate();
      signal.addEventListener("abort", abort, { once: true });
      let answer: Answer | undefined;
      worker.on("message", (message: Answer) => {
        answer = message;
      });
      worker.on("error", (error) => {
        answer = { done: false, message: error.message, code: undefined };
      });
      worker.on("exit", () => {
        signal.removeEventListener("abort", abort);
        if (answer?.done === true) resolve();
        else reject(Object.assign(new Error(answer?.message ?? "the unpacker ended early"), { code: answer?.code }));
      });
    });
}
