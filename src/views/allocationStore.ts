// What this window knows of the allocations: a list from the host, kept true by its notifications. Nothing is polled.
import type { AllocationSummary } from "../client/status.ts";
import type { Logger } from "../base/logger.ts";
import type { HostConnection } from "../host/connect.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import { createEmitter, type Listen } from "./emitter.ts";
import type { HostLink } from "./hostLink.ts";
import { inOrder, isAlive } from "./rows.ts";

export interface AllocationChange {
  /** The allocation that changed; undefined when all of them may have. */
  readonly id: string | undefined;
}

export interface AllocationStore extends Disposable {
  /** Living ones first, then the newest. */
  all(): readonly AllocationSummary[];
  get(id: string): AllocationSummary | undefined;
  alive(): readonly AllocationSummary[];
  readonly onDidChange: Listen<AllocationChange>;
  /** Resolves when the list of the present connection has arrived (at once when there is no connection). */
  settled(): Promise<void>;
}

export function createAllocationStore(link: HostLink, log: Logger): AllocationStore {
  const known = new Map<string, AllocationSummary>();
  const changed = createEmitter<AllocationChange>();
  let subscriptions = new DisposableStore();
  let settled: Promise<void> = Promise.resolve();

  const follow = async (connection: HostConnection): Promise<void> => {
    subscriptions.dispose();
    subscriptions = new DisposableStore();
    subscriptions.add(
      connection.onNotification("allocation/changed", (allocation) => {
        known.set(allocation.id, allocation);
        changed.fire({ id: allocation.id });
      }),
    );
    subscriptions.add(
      connection.onNotification("allocation/removed", ({ id }) => {
        if (known.delete(id)) changed.fire({ id });
      }),
    );
    try {
      const list = await connection.request("allocation/list", {});
      known.clear();
      for (const allocation of list) known.set(allocation.id, allocation);
      changed.fire({ id: undefined });
    } catch (error) {
      log.error("the list of allocations did not arrive", error);
    }
  };

  const linked = link.onDidChangeState((state) => {
    if (state.kind === "ready") settled = follow(state.connection);
    // While it reconnects, what was known stays on show; a host that is not there owns nothing.
    if ((state.kind === "idle" || state.kind === "unreachable") && known.size > 0) {
      known.clear();
      changed.fire({ id: undefined });
    }
  });

  return {
    all: () => inOrder(known.values()),
    get: (id) => known.get(id),
    alive: () => inOrder(known.values()).filter(isAlive),
    onDidChange: changed.event,
    settled: () => settled,
    dispose: () => {
      linked.dispose();
      subscriptions.dispose();
    },
  };
}
