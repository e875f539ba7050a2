// A language client over two in-memory streams: real JSON-RPC with the real server, in milliseconds.
import { PassThrough } from "node:stream";
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import type {
  CodeAction,
  CompletionItem,
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InitializeResult,
  Location,
  Position,
  PublishDiagnosticsParams,
  Range,
  SignatureHelp,
  TextEdit,
} from "vscode-languageserver";
import { createConnection } from "vscode-languageserver/node";
import { SourceText } from "../../src/hcl/source.ts";
import type { ConfigureParams, LanguageRequests } from "../../src/language/protocol.ts";
import { startLanguageServer } from "../../src/language/server.ts";

export interface TestClient {
  readonly initialized: InitializeResult;
  readonly tasksChanged: readonly { uri: string; version: number | null }[];
  open(text: string, uri?: string): Promise<Diagnostic[]>;
  /** Replaces the whole text and waits for the diagnostics of that version. */
  change(text: string, uri?: string): Promise<Diagnostic[]>;
  /** Sends a change without waiting. */
  type(text: string, uri?: string): Promise<void>;
  close(uri?: string): Promise<void>;
  /** Diagnostics of a version, as they come. */
  diagnostics(version: number, uri?: string): Promise<Diagnostic[]>;
  /** Every publication so far, in order. */
  readonly published: readonly PublishDiagnosticsParams[];
  actions(range: Range, only?: string[], uri?: string): Promise<CodeAction[]>;
  hover(position: Position, uri?: string): Promise<string | undefined>;
  completion(position: Position, uri?: string): Promise<CompletionItem[]>;
  definition(position: Position, uri?: string): Promise<Location | null>;
  signature(position: Position, uri?: string): Promise<SignatureHelp | null>;
  symbols(uri?: string): Promise<DocumentSymbol[]>;
  folding(uri?: string): Promise<FoldingRange[]>;
  /** Edits for the whole document, for a range, or for what was just typed before a position. */
  format(what?: { range: Range } | { position: Position; ch: string }, uri?: string): Promise<TextEdit[]>;
  request<M extends keyof LanguageRequests>(method: M, params: LanguageRequests[M][0]): Promise<LanguageRequests[M][1]>;
  dispose(): void;
}

export const URI = "file:///jobs/job.nomad.hcl";

export async function startClient(options: ConfigureParams = {}): Promise<TestClient> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  // Over bare streams the library would end this process when the client goes.
  const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  startLanguageServer(server, { version: "1.2.3", productFolder: "/product" });
  const connection = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const published: PublishDiagnosticsParams[] = [];
  const tasksChanged: { uri: string; version: number | null }[] = [];
  const waiting = new Set<() => void>();
  connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    published.push(params);
    for (const check of [...waiting]) check();
  });
  connection.onNotification("nomadQemu/tasksChanged", (params: { uri: string; version: number | null }) => {
    tasksChanged.push(params);
  });
  connection.listen();
  const initialized = await connection.sendRequest<InitializeResult>("initialize", {
    processId: null,
    rootUri: null,
    capabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } },
    initializationOptions: { debounceMs: 1, ...options },
  });
  await connection.sendNotification("initialized", {});
  return {
    initialized,
    published,
    tasksChanged,
    ...requests(connection),
    ...editing(connection, published, waiting),
    dispose: () => {
      connection.dispose();
      server.dispose();
      toServer.end();
      toClient.end();
    },
  };
}

function editing(
  connection: MessageConnection,
  published: readonly PublishDiagnosticsParams[],
  waiting: Set<() => void>,
): Pick<TestClient, "open" | "change" | "type" | "close" | "diagnostics"> {
  const versions = new Map<string, number>();
  const diagnostics = (version: number, uri = URI): Promise<Diagnostic[]> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = published.findLast((one) => one.uri === uri && one.version === version);
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found.diagnostics);
      };
      waiting.add(check);
      check();
    });
  const type = async (text: string, uri = URI): Promise<void> => {
    const version = (versions.get(uri) ?? 0) + 1;
    versions.set(uri, version);
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  };
  return {
    diagnostics,
    type,
    open: async (text, uri = URI) => {
      versions.set(uri, 1);
      await connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "nomad-job", version: 1, text },
      });
      return diagnostics(1, uri);
    },
    change: async (text, uri = URI) => {
      await type(text, uri);
      return diagnostics(versions.get(uri) ?? 0, uri);
    },
    close: (uri = URI) => connection.sendNotification("textDocument/didClose", { textDocument: { uri } }),
  };
}

function requests(
  connection: MessageConnection,
): Pick<
  TestClient,
  "actions" | "hover" | "completion" | "definition" | "signature" | "symbols" | "folding" | "format" | "request"
> {
  const about = (uri = URI): { textDocument: { uri: string } } => ({ textDocument: { uri } });
  return {
    actions: (range, only, uri) =>
      connection.sendRequest("textDocument/codeAction", {
        ...about(uri),
        range,
        context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
      }),
    hover: async (position, uri) => {
      const answer = await connection.sendRequest<Hover | null>("textDocument/hover", { ...about(uri), position });
      const contents = answer?.contents;
      return typeof contents === "object" && "value" in contents ? contents.value : undefined;
    },
    completion: async (position, uri) => {
      const answer = await connection.sendRequest<CompletionList | null>("textDocument/completion", {
        ...about(uri),
        position,
      });
      return answer?.items ?? [];
    },
    signature: (position, uri) => connection.sendRequest("textDocument/signatureHelp", { ...about(uri), position }),
    definition: (position, uri) => connection.sendRequest("textDocument/definition", { ...about(uri), position }),
    symbols: (uri) => connection.sendRequest("textDocument/documentSymbol", about(uri)),
    folding: (uri) => connection.sendRequest("textDocument/foldingRange", about(uri)),
    format: (what, uri) => {
      const method = what === undefined ? "formatting" : "range" in what ? "rangeFormatting" : "onTypeFormatting";
      const options = { tabSize: 2, insertSpaces: true };
      return connection.sendRequest(`textDocument/${method}`, { ...about(uri), ...what, options });
    },
    request: (method, params) => connection.sendRequest(method, params),
  };
}

/** A job's text with `|` where the cursor is. */
export function withCursor(marked: string): { text: string; position: Position } {
  const offset = marked.indexOf("|");
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, position: new SourceText("a", text).position(offset) };
}

/** The range of a part of a text. */
export function rangeOf(text: string, part: string): Range {
  const start = text.indexOf(part);
  if (start < 0) throw new Error(`the text has no ${JSON.stringify(part)}`);
  return new SourceText("a", text).range({ start, end: start + part.length });
}

/** The text after an action's edits. */
export function applyAction(text: string, action: CodeAction | undefined): string {
  const edits = (action?.edit?.documentChanges ?? []).flatMap((change) => ("edits" in change ? change.edits : []));
  return applyTextEdits(text, edits as TextEdit[]);
}

export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const source = new SourceText("a", text);
  return edits
    .map(({ range, newText }) => ({ start: source.offset(range.start), end: source.offset(range.end), newText }))
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}
