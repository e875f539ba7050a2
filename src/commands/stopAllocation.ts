// Stops an allocation gracefully while the person sees that it goes on, and can have it killed at any time.
import * as vscode from "vscode";
import type { AllocationSummary } from "../client/status.ts";
import { ProblemError } from "../base/result.ts";
import type { HostConnection } from "../host/connect.ts";
import { problemOf, showProblem } from "../views/messages.ts";
import type { Services } from "./command.ts";

const KILL_NOW = "Kill now";
const KEEP_WAITING = "Keep waiting";

/** The connection; a host is started when there is none. Throws a ProblemError. */
export async function hostOf({ link }: Services): Promise<HostConnection> {
  const connected = await link.open();
  if (!connected.ok) throw new ProblemError(connected.error);
  return connected.value;
}

/** Presses the power button and waits until every task is dead. "Cancel" on the progress offers to kill. */
export async function stopGracefully(services: Services, allocation: AllocationSummary): Promise<void> {
  const host = await hostOf(services);
  const name = `${allocation.jobId}.${allocation.group}`;
  const stopped = host.request("allocation/stop", { id: allocation.id, now: false, purge: false });
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Stopping ${name}`, cancellable: true },
    async (progress, cancelled) => {
      progress.report({ message: "pressing the power button (Cancel offers to kill it)" });
      const events = host.onNotification("task/event", ({ id, event }) => {
        if (id === allocation.id && event.display !== "") progress.report({ message: event.display });
      });
      const givenUp = new Promise<"given up">((resolve) =>
        cancelled.onCancellationRequested(() => resolve("given up")),
      );
      try {
        if ((await Promise.race([stopped, givenUp])) === "given up") void offerToKill(services, allocation, stopped);
      } finally {
        events.dispose();
      }
    },
  );
}

async function offerToKill(
  services: Services,
  allocation: AllocationSummary,
  stopped: Promise<AllocationSummary>,
): Promise<void> {
  // Whoever waits no longer must still hear of a failure.
  stopped.catch((error: unknown) => void showProblem(problemOf(error, "The stop did not work"), services.log));
  const question = `${allocation.jobId}.${allocation.group} is still shutting down. Killing it is like pulling the plug: what the guest has not written is lost.`;
  const chosen = await vscode.window.showWarningMessage(question, KILL_NOW, KEEP_WAITING);
  if (chosen === KILL_NOW) await kill(services, allocation);
}

/** Ends the virtual machines of an allocation without asking the guest. */
export async function kill(services: Services, { id }: AllocationSummary): Promise<void> {
  const host = await hostOf(services);
  await host.request("allocation/stop", { id, now: true, purge: false });
}
