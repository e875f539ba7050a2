// Sends a job to the host and stays with it until its virtual machines run or do not: with progress, and a way to call it off.
import * as vscode from "vscode";
import type { AllocationSummary } from "../../client/status.ts";
import { ProblemError, type Problem } from "../../base/result.ts";
import type { HostConnection } from "../../host/connect.ts";
import type { RunParams } from "../../host/protocol.ts";
import { DisposableStore } from "../../views/disposables.ts";
import type { AllocationStore } from "../../views/allocationStore.ts";
import { exitText, lastCause } from "../../views/rows.ts";

export type StartOutcome =
  | { readonly kind: "running"; readonly allocation: AllocationSummary }
  /** The person called it off; what had started was ended. */
  | { readonly kind: "cancelled" };

const KIB = 1024;

/** Runs a job's group. Throws a ProblemError that says why a task did not start. */
export async function startAllocation(
  host: HostConnection,
  store: AllocationStore,
  params: RunParams,
): Promise<StartOutcome> {
  const title = `Starting ${params.job.ID ?? "job"}.${params.group}`;
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, cancelled) => {
    const held = new DisposableStore();
    try {
      const begun = host.request("allocation/run", params);
      // The id is known when the host answers; until then events are not ours.
      let ours = "";
      held.add(
        host.onNotification("task/event", (told) => {
          if (told.id === ours) progress.report({ message: told.event.display || told.event.type });
        }),
      );
      held.add(
        host.onNotification("artifact/progress", (told) => {
          if (told.id === ours) progress.report({ message: downloadText(told) });
        }),
      );
      const first = await begun;
      const { id } = first;
      ours = id;
      const settled = hasSettled(first) ? first : await settledOrCancelled(id, store, cancelled);
      if (settled === "cancelled") {
        await host.request("allocation/stop", { id, now: true, purge: true });
        return { kind: "cancelled" };
      }
      if (settled.status === "failed") throw new ProblemError(whyFailed(settled));
      return { kind: "running", allocation: settled };
    } finally {
      held.dispose();
    }
  });
}

/** Every main task runs or has run: there is nothing left to wait for. */
function hasSettled({ status, tasks }: AllocationSummary): boolean {
  return status !== "pending" || (tasks.length > 0 && tasks.every(({ state }) => state !== "pending"));
}

function settledOrCancelled(
  id: string,
  store: AllocationStore,
  cancelled: vscode.CancellationToken,
): Promise<AllocationSummary | "cancelled"> {
  return new Promise((resolve) => {
    const held = new DisposableStore();
    const look = (): void => {
      const allocation = store.get(id);
      if (allocation === undefined || !hasSettled(allocation)) return;
      held.dispose();
      resolve(allocation);
    };
    held.add(store.onDidChange(look));
    held.add(
      cancelled.onCancellationRequested(() => {
        held.dispose();
        resolve("cancelled");
      }),
    );
    look();
  });
}

/** A QEMU that refuses its arguments is gone within milliseconds after its start. */
const EARLY_MS = 10_000;

/** Why an allocation that has just been started failed after all; undefined when it did not, for `EARLY_MS`. */
export function earlyFailure(store: AllocationStore, id: string): Promise<Problem | undefined> {
  return new Promise((resolve) => {
    const held = new DisposableStore();
    const settle = (problem: Problem | undefined): void => {
      held.dispose();
      resolve(problem);
    };
    const look = (): void => {
      const allocation = store.get(id);
      if (allocation?.status === "failed") settle(whyFailed(allocation));
      else if (allocation?.status === "complete") settle(undefined);
    };
    const timer = setTimeout(() => settle(undefined), EARLY_MS);
    held.add({ dispose: () => clearTimeout(timer) });
    held.add(store.onDidChange(look));
    look();
  });
}

function whyFailed({ tasks, jobId, group, description }: AllocationSummary): Problem {
  const task = tasks.find(({ failed }) => failed) ?? tasks[0];
  const name = task === undefined ? `${jobId}.${group}` : `${jobId}.${group}.${task.name}`;
  const explained = task?.exit?.message;
  if (task !== undefined && explained !== undefined)
    return { code: "task-failed", what: `${name} failed (${exitText(task)})`, why: explained };
  const cause = task === undefined ? undefined : lastCause(task);
  return {
    code: "allocation-failed",
    what: cause === undefined ? description : `${cause.type}: ${cause.display}`,
    where: name,
  };
}

function downloadText(told: { readonly source: string; readonly received: number; readonly total: number }): string {
  const name = told.source.split("/").at(-1) ?? told.source;
  const received = Math.round(told.received / KIB);
  return told.total === 0
    ? `${name}: ${received} KB`
    : `${name}: ${Math.floor((100 * told.received) / told.total)} % of ${Math.round(told.total / KIB)} KB`;
}
