// The open documents and what is known of them. An analysis is made when it is first needed and dropped when it is stale.
import type { TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { analyse, type Analysis } from "./analysis.ts";
import type { Settings } from "./settings.ts";

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

/** @param settings the ones in force; an analysis made under others is made again */
export function createDocuments(open: TextDocuments<TextDocument>, settings: () => Settings): Documents {
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
      const analysis = analyse(document, now);
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
