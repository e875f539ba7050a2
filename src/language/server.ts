// The language server: what it can do, and which function answers which request. It starts no process and reads no file.
import { pathToFileURL } from "node:url";
import {
  CodeActionKind,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Analysis } from "./analysis.ts";
import { createDiagnosticsPusher } from "./diagnosticsPusher.ts";
import { createDocuments } from "./documents.ts";
import {
  ALLOW_COMMAND,
  CONFIGURE_REQUEST,
  FIX_ALL_KIND,
  STATUS_REQUEST,
  TASKS_CHANGED_NOTIFICATION,
  TASKS_REQUEST,
  type ConfigureParams,
  type DocumentParams,
  type Feature,
  type StatusResult,
} from "./protocol.ts";
import { codeActions } from "./providers/codeActions.ts";
import { completion } from "./providers/completion.ts";
import { definition } from "./providers/definition.ts";
import { diagnostics } from "./providers/diagnostics.ts";
import { foldingRanges } from "./providers/folding.ts";
import { FORMAT_TRIGGERS, formatting } from "./providers/formatting.ts";
import { hover } from "./providers/hover.ts";
import { signatureHelp } from "./providers/signatureHelp.ts";
import { documentSymbols } from "./providers/symbols.ts";
import { NO_TASKS, tasksOf } from "./providers/tasks.ts";
import { configured, DEFAULT_SETTINGS } from "./settings.ts";

export interface ServerOptions {
  readonly version: string;
  /** The product's folder, whose pages diagnostics link to; undefined leaves the links out. */
  readonly productFolder: string | undefined;
}

/** Serves one client until it says exit or the connection closes. */
export function startLanguageServer(connection: Connection, { version, productFolder }: ServerOptions): void {
  let settings = DEFAULT_SETTINGS;
  let snippets = false;
  const pages = productFolder === undefined ? undefined : `${pathToFileURL(productFolder).href}/`;
  const open = new TextDocuments(TextDocument);
  const failed = (uri: string, error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`A fault of the language server, please report it. Document: ${uri}\n${text}`);
  };
  const documents = createDocuments(open, () => settings, failed);
  const enabled = (feature: Feature): boolean => !settings.disabledFeatures.includes(feature);

  const pusher = createDiagnosticsPusher({
    delayMs: () => settings.debounceMs,
    push: (uri) => {
      const analysis = documents.analysis(uri);
      if (analysis === undefined) return;
      const found = enabled("diagnostics") ? diagnostics(analysis, pages) : [];
      void connection.sendDiagnostics({ uri, version: analysis.version, diagnostics: found });
      void connection.sendNotification(TASKS_CHANGED_NOTIFICATION, { uri, version: analysis.version });
    },
    clear: (uri) => void connection.sendDiagnostics({ uri, diagnostics: [] }),
  });

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    settings = configured(settings, params.initializationOptions as ConfigureParams | undefined);
    snippets = params.capabilities.textDocument?.completion?.completionItem?.snippetSupport === true;
    return {
      serverInfo: { name: "nomad-qemu", version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        hoverProvider: true,
        definitionProvider: true,
        documentSymbolProvider: true,
        foldingRangeProvider: true,
        signatureHelpProvider: { triggerCharacters: ["(", ","] },
        completionProvider: { triggerCharacters: ['"', ".", "{", "-"] },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL_KIND] },
        documentFormattingProvider: true,
        documentRangeFormattingProvider: true,
        documentOnTypeFormattingProvider: {
          firstTriggerCharacter: FORMAT_TRIGGERS.first,
          moreTriggerCharacter: FORMAT_TRIGGERS.more,
        },
        experimental: { allowCommand: ALLOW_COMMAND },
      },
    };
  });

  open.onDidOpen(({ document }) => pusher.now(document.uri));
  open.onDidChangeContent(({ document }) => {
    // Opening counts as a change, too, and was answered at once.
    if (documents.isCurrent(document.uri)) return;
    pusher.changed(document.uri);
  });
  open.onDidClose(({ document }) => {
    documents.forget(document.uri);
    pusher.closed(document.uri);
  });

  /** Answers from the analysis of an open document; nothing for a document that is not, or a feature that is off. */
  const answer = <T>(feature: Feature, uri: string, otherwise: T, from: (analysis: Analysis) => T): T => {
    const analysis = enabled(feature) ? documents.analysis(uri) : undefined;
    return analysis === undefined ? otherwise : from(analysis);
  };

  connection.onHover(({ textDocument, position }) =>
    answer("hover", textDocument.uri, null, (analysis) => hover(analysis, position)),
  );
  connection.onCompletion(({ textDocument, position }) =>
    answer("completion", textDocument.uri, null, (analysis) => completion(analysis, position, { snippets })),
  );
  connection.onSignatureHelp(({ textDocument, position }) =>
    answer("signatureHelp", textDocument.uri, null, (analysis) => signatureHelp(analysis, position)),
  );
  connection.onDefinition(({ textDocument, position }) =>
    answer("definition", textDocument.uri, null, (analysis) => definition(analysis, position)),
  );
  connection.onDocumentSymbol(({ textDocument }) => answer("symbols", textDocument.uri, [], documentSymbols));
  connection.onFoldingRanges(({ textDocument }) => answer("folding", textDocument.uri, [], foldingRanges));
  connection.onCodeAction(({ textDocument, range, context }) =>
    answer("codeActions", textDocument.uri, [], (analysis) =>
      codeActions(analysis, range, context, { pages, pluginConfigWritable: settings.pluginConfigWritable }),
    ),
  );
  connection.onDocumentFormatting(({ textDocument }) =>
    answer("formatting", textDocument.uri, [], (analysis) => formatting(analysis)),
  );
  connection.onDocumentRangeFormatting(({ textDocument, range }) =>
    answer("formatting", textDocument.uri, [], (analysis) => {
      const { source } = analysis;
      const span = { start: source.offset(range.start), end: source.offset(range.end) };
      return formatting(analysis, { kind: "range", span });
    }),
  );
  connection.onDocumentOnTypeFormatting(({ textDocument, position }) =>
    answer("formatting", textDocument.uri, [], (analysis) =>
      formatting(analysis, { kind: "typed", offset: analysis.source.offset(position) }),
    ),
  );
  connection.onRequest(TASKS_REQUEST, ({ uri }: DocumentParams) => {
    const analysis = documents.analysis(uri);
    return analysis === undefined ? NO_TASKS : tasksOf(analysis);
  });
  connection.onRequest(CONFIGURE_REQUEST, (change: ConfigureParams) => {
    settings = configured(settings, change);
    for (const uri of documents.uris()) pusher.now(uri);
    return null;
  });
  connection.onRequest(STATUS_REQUEST, (): StatusResult => ({
    version,
    pid: process.pid,
    openDocuments: documents.uris().length,
    pluginConfig: settings.pluginConfig,
    fingerprintKnown: settings.fingerprint !== null,
    nomadVersion: settings.nomadVersion,
    lastLintMs: documents.lastAnalysisMs(),
  }));
  connection.onShutdown(() => pusher.dispose());

  open.listen(connection);
  connection.listen();
}
