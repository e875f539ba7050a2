// The language server's life: started at the first job file, restarted one at a time with at most one more waiting, given up
// on when it keeps dying, and told of every change of what it cannot know for itself.
import type * as vscode from "vscode";
import type * as library from "vscode-languageclient/node";
import {
  CONFIGURE_REQUEST,
  LANGUAGE_ID,
  TASKS_CHANGED_NOTIFICATION,
  type ConfigureParams,
  type LanguageNotifications,
  type LanguageRequests,
} from "../language/protocol.ts";
import type { Disposable } from "./disposables.ts";
import { createEmitter, type Listen } from "./emitter.ts";

/** Loaded with the first job file, not with the extension. */
type Library = typeof library;

export type ServerState =
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  /** It does not start, or died too often; only "Restart language server" helps. */
  | { readonly kind: "failed"; readonly why: string };

export interface LanguageServerOptions {
  /** The bundled server program, `dist/server.js`. */
  readonly serverProgram: string;
  readonly log: vscode.LogOutputChannel;
  /** What to configure the server with, asked for at every start and by `configure`. */
  readonly configuration: () => Promise<ConfigureParams>;
}

export interface LanguageServer extends Disposable {
  state(): ServerState;
  readonly onDidChangeState: Listen<ServerState>;
  readonly onDidChangeTasks: Listen<LanguageNotifications[typeof TASKS_CHANGED_NOTIFICATION]>;
  /** Starts it when it was never started; a failed server stays failed. */
  start(): void;
  restart(): Promise<void>;
  /** Sends the present configuration to a running server. */
  configure(): Promise<void>;
  /** Asks a server that runs or starts; undefined when there is none. Rejects with what the server answers. */
  request<M extends keyof LanguageRequests>(
    method: M,
    params: LanguageRequests[M][0],
  ): Promise<LanguageRequests[M][1] | undefined>;
  /** Ends the server within `STOP_TIMEOUT_MS`. */
  stop(): Promise<void>;
}

/** VS Code gives all extensions together some seconds to leave. */
const STOP_TIMEOUT_MS = 100;
/** More deaths than this within the window, and it stays down until a person restarts it. */
const DEATHS_MAX = 3;
const DEATHS_WINDOW_MS = 3 * 60_000;

export function createLanguageServer(options: LanguageServerOptions): LanguageServer {
  const { log } = options;
  const changed = createEmitter<ServerState>();
  const tasksChanged = createEmitter<LanguageNotifications[typeof TASKS_CHANGED_NOTIFICATION]>();
  let state: ServerState = { kind: "off" };
  let client: library.LanguageClient | undefined;
  let work: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  let deaths: number[] = [];
  let ended = false;
  // Read through a function after every await: meanwhile it may have changed.
  const isEnded = (): boolean => ended;

  const enter = (next: ServerState): void => {
    state = next;
    log.info(`language server: ${next.kind}${next.kind === "failed" ? `, ${next.why}` : ""}`);
    changed.fire(next);
  };

  const enqueueRestart = (): Promise<void> => {
    waiting ??= work.then(() => {
      waiting = undefined;
      return (work = restartNow());
    });
    return waiting;
  };

  const restartNow = async (): Promise<void> => {
    if (isEnded()) return;
    enter({ kind: "starting" });
    await leave(client);
    client = undefined;
    try {
      const configuration = await options.configuration();
      const loaded = await import("vscode-languageclient/node");
      if (isEnded()) return;
      const server = {
        module: options.serverProgram,
        transport: loaded.TransportKind.ipc,
        options: { env: serverEnvironment() },
      };
      const next = new loaded.LanguageClient("nomadQemu", "Nomad QEMU", server, clientOptions(configuration, loaded));
      client = next;
      next.onNotification(TASKS_CHANGED_NOTIFICATION, (params: LanguageNotifications["nomadQemu/tasksChanged"]) =>
        tasksChanged.fire(params),
      );
      await next.start();
      if (client === next && !isEnded()) enter({ kind: "running" });
      else await leave(next);
    } catch (error) {
      log.error("the language server did not start", error);
      enter({ kind: "failed", why: error instanceof Error ? error.message : String(error) });
    }
  };

  const clientOptions = (configuration: ConfigureParams, loaded: Library): library.LanguageClientOptions => ({
    documentSelector: ["file", "untitled", "vscode-vfs"].map((scheme) => ({ scheme, language: LANGUAGE_ID })),
    outputChannel: log,
    traceOutputChannel: log,
    // A log that opens by itself is in the way.
    revealOutputChannelOn: loaded.RevealOutputChannelOn.Never,
    initializationOptions: configuration,
    diagnosticCollectionName: "nomad-qemu",
    // What a start that fails means is said by the language status and the restart command.
    initializationFailedHandler: () => false,
    errorHandler: {
      error: (error) => {
        log.error("language server connection", error);
        return { action: loaded.ErrorAction.Continue, handled: true };
      },
      closed: () => {
        died();
        return { action: loaded.CloseAction.DoNotRestart, handled: true };
      },
    },
  });

  const died = (): void => {
    if (isEnded() || state.kind !== "running") return;
    const now = Date.now();
    deaths = [...deaths.filter((time) => now - time < DEATHS_WINDOW_MS), now];
    client = undefined;
    if (deaths.length > DEATHS_MAX) enter({ kind: "failed", why: `it ended ${deaths.length} times within 3 minutes` });
    else void enqueueRestart();
  };

  /** The client once a start that is under way has come to an end. */
  const settled = async (): Promise<library.LanguageClient | undefined> => {
    await (waiting ?? work);
    return state.kind === "running" ? client : undefined;
  };

  return {
    state: () => state,
    onDidChangeState: changed.event,
    onDidChangeTasks: tasksChanged.event,
    start: () => {
      if (state.kind === "off") void enqueueRestart();
    },
    restart: () => {
      deaths = [];
      return enqueueRestart();
    },
    configure: async () => {
      const running = await settled();
      if (running !== undefined) await running.sendRequest(CONFIGURE_REQUEST, await options.configuration());
    },
    request: async (method, params) => {
      const running = await settled();
      return running?.sendRequest(method, params);
    },
    stop: async () => {
      ended = true;
      await leave(client);
      client = undefined;
    },
    dispose: () => {
      ended = true;
    },
  };
}

async function leave(client: library.LanguageClient | undefined): Promise<void> {
  // A client that died or never started refuses to stop; there is nothing left to end then.
  await client?.dispose(STOP_TIMEOUT_MS).catch(() => undefined);
}

/** The server is no place for the debugging options of the editor's process. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment["NODE_OPTIONS"];
  return environment;
}
