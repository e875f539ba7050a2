// The open documents and what is known of them. An analysis is made when it is first needed and dropped when it is stale.
import type { TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { analyse, type Analysis } from "./analysis.ts";
import type { Settings } from "./settings.ts";

/** Marks a document that our own fault keeps from being checked. */
const FAULT_CODE = "language/fault";

export interface Documents {
  /** Undefined when the document is not open. */
  analysis(uri: string): Analysis | undefined;
  /** Whether the present version has been analysed under the present settings. */
  isCurrent(uri: string): boolean;
  uris(): readonly string[];
  forget(uri: string): void;
  /** ms that the last analysis took; null before the first. */
  lastAnalysisMs(): number | null;
}

/**
 * @param settings the ones in force; an analysis made under others is made again
 * @param failed told of a fault of ours; the document then counts as empty until it changes, and the server goes on
 */
export function createDocuments(
  open: TextDocuments<TextDocument>,
  settings: () => Settings,
  failed: (uri: string, error: unknown) => void,
): Documents {
  const known = new Map<string, { analysis: Analysis; settings: Settings }>();
  let lastMs: number | null = null;
  return {
    analysis: (uri) => {
      const document = open.get(uri);
      if (document === undefined) return undefined;
      const now = settings();
      const held = known.get(uri);
      if (held?.analysis.version === document.version && held.settings === now) return held.analysis;
      const start = performance.now();
      const analysis = analyseSafely(document, now, failed);
      lastMs = performance.now() - start;
      known.set(uri, { analysis, settings: now });
      return analysis;
    },
    isCurrent: (uri) => {
      const held = known.get(uri);
      return held !== undefined && held.analysis.version === open.get(uri)?.version && held.settings === settings();
    },
    uris: () => open.keys(),
    forget: (uri) => known.delete(uri),
    lastAnalysisMs: () => lastMs,
  };
}

function analyseSafely(
  document: TextDocument,
  settings: Settings,
  failed: (uri: string, error: unknown) => void,
): Analysis {
  try {
    return analyse(document, settings);
  } catch (error) {
    failed(document.uri, error);
    const { uri, version } = document;
    const empty = analyse({ uri, version, getText: () => "" }, settings);
    const message = "Not checked: the linter failed on this text, which is a fault of its own. The log says where.";
    const span = { start: 0, end: 0 };
    const finding = { code: FAULT_CODE, severity: "warning", message, source: empty.source, span, fixes: [] } as const;
    return { ...empty, findings: [finding] };
  }
}
