// textDocument/publishDiagnostics: the linter's findings in the LSP's words.
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver";
import type { Finding, Severity } from "../../lint/finding.ts";
import type { Analysis } from "../analysis.ts";
import { DIAGNOSTIC_SOURCE } from "../protocol.ts";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** @param pages where the product's pages are: a URI that ends with a slash; undefined leaves the links out */
export function diagnostics(analysis: Analysis, pages: string | undefined): Diagnostic[] {
  return analysis.findings
    .filter(({ source }) => source === analysis.source)
    .map((finding) => toDiagnostic(analysis, finding, pages));
}

export function toDiagnostic({ source }: Analysis, finding: Finding, pages: string | undefined): Diagnostic {
  const { code, message, severity, span, url } = finding;
  return {
    range: source.range(span),
    severity: SEVERITIES[severity],
    code,
    source: DIAGNOSTIC_SOURCE,
    message,
    ...(url === undefined || pages === undefined ? {} : { codeDescription: { href: pages + url } }),
  };
}
