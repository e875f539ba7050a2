// A window's link to the host: one connection for everything the window shows, made when first needed, made again when the
// host dies. The host is started only for a run, or where allocations on disk say that there is something to take over.
import type { Logger } from "../base/logger.ts";
import { dataPaths } from "../base/paths.ts";
import { fail, formatProblem, type Problem, type Result } from "../base/result.ts";
import { allocationsOnDisk } from "../client/record.ts";
import type { HostConnection } from "../host/connect.ts";
import type { Disposable } from "./disposables.ts";
import { createEmitter, type Listen } from "./emitter.ts";

export type LinkState =
  /** There is no host, and nothing that would need one. */
  | { readonly kind: "idle" }
  /** The host has left because nothing runs: what was known of it still holds, until somebody starts the next one. */
  | { readonly kind: "asleep" }
  | { readonly kind: "connecting" }
  | { readonly kind: "ready"; readonly connection: HostConnection }
  | { readonly kind: "unreachable"; readonly problem: Problem };

export type Start = "on-demand" | "never";

export interface HostLinkOptions {
  readonly dataDir: string;
  readonly connect: (start: Start) => Promise<Result<HostConnection>>;
  readonly log: Logger;
  /** Pauses before the attempts to get back to a host that went away, in ms. */
  readonly retryDelaysMs?: readonly number[];
}

export interface HostLink extends Disposable {
  readonly dataDir: string;
  state(): LinkState;
  readonly onDidChangeState: Listen<LinkState>;
  /** The connection, with a host started for it when there is none. */
  open(): Promise<Result<HostConnection>>;
  /** Connects to a living host, and to a new one where there are allocations to take over. */
  look(): Promise<void>;
}

/** A host that was killed is back within 0.2 s; one that leaves for another version needs a moment to hang up. */
const RETRY_DELAYS_MS = [50, 250, 1000, 3000];

const DISPOSED: Problem = { code: "window-closing", what: "This window is closing" };

export function createHostLink(options: HostLinkOptions): HostLink {
  const { log } = options;
  const changed = createEmitter<LinkState>();
  let state: LinkState = { kind: "idle" };
  let attempt: { readonly start: Start; readonly result: Promise<Result<HostConnection>> } | undefined;
  let disposed = false;
  // Read through functions after every await: meanwhile they may have changed.
  const current = (): LinkState => state;
  const running = (): typeof attempt => attempt;
  const isDisposed = (): boolean => disposed;
  const onDisk = (): ReturnType<typeof allocationsOnDisk> => allocationsOnDisk(dataPaths(options.dataDir).stateDir);

  const enter = (next: LinkState): void => {
    if (disposed) return;
    state = next;
    log.debug(`host: ${next.kind}`);
    changed.fire(next);
  };

  /** One attempt at a time: a second caller shares it, unless it asks for more than the first one tries. */
  const attach = async (start: Start): Promise<Result<HostConnection>> => {
    if (disposed) return fail(DISPOSED);
    if (state.kind === "ready") return { ok: true, value: state.connection };
    if (attempt !== undefined) {
      const shared = await attempt.result;
      if (shared.ok || start === "never") return shared;
      const other = running();
      if (other !== undefined) return other.result;
    }
    const result = tryOnce(start);
    const mine = { start, result };
    attempt = mine;
    try {
      return await result;
    } finally {
      if (attempt === mine) attempt = undefined;
    }
  };

  const tryOnce = async (start: Start): Promise<Result<HostConnection>> => {
    const before = state;
    if (start === "on-demand") enter({ kind: "connecting" });
    const connected = await options.connect(start);
    if (isDisposed()) {
      if (connected.ok) connected.value.dispose();
      return fail(DISPOSED);
    }
    if (connected.ok) {
      const connection = connected.value;
      log.info(`connected to host ${connection.host.pid}, version ${connection.host.version}`);
      enter({ kind: "ready", connection });
      connection.onClose(() => lost(connection));
      return connected;
    }
    const absent = connected.error.code === "host-not-running";
    if (start === "never" && absent) {
      // With allocations on disk the next thing is to start one (look): what is shown stays.
      if (before.kind !== "idle" && onDisk() === "none") enter({ kind: "idle" });
    } else {
      log.warn(formatProblem(connected.error));
      enter({ kind: "unreachable", problem: connected.error });
    }
    return connected;
  };

  const look = async (): Promise<void> => {
    const slept = state.kind === "asleep";
    const found = await attach("never");
    if (found.ok || found.error.code !== "host-not-running") return;
    const left = onDisk();
    // What has ended was on show when the host fell asleep, and cannot have changed since.
    if (left === "living" || (left === "ended" && !slept)) await attach("on-demand");
  };

  /** A host that goes while nothing lives has nothing more to tell; else its successor is looked for, and started. */
  const lost = (connection: HostConnection): void => {
    if (disposed || state.kind !== "ready" || state.connection !== connection) return;
    log.info(`host ${connection.host.pid} hung up`);
    const found = onDisk();
    if (found === "living") void reconnect();
    else enter({ kind: found === "none" ? "idle" : "asleep" });
  };

  const reconnect = async (): Promise<void> => {
    enter({ kind: "connecting" });
    for (const delay of options.retryDelaysMs ?? RETRY_DELAYS_MS) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      if (isDisposed() || current().kind === "ready") return;
      await look();
      if (current().kind === "ready" || current().kind === "idle") return;
    }
  };

  return {
    dataDir: options.dataDir,
    state: () => state,
    onDidChangeState: changed.event,
    open: () => attach("on-demand"),
    look,
    dispose: () => {
      disposed = true;
      if (state.kind === "ready") state.connection.dispose();
    },
  };
}
