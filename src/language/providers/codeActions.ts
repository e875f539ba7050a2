// textDocument/codeAction: the fixes of the findings at a place, all safe fixes of a file, and changes of the operator's configuration.
import {
  CodeActionKind,
  type CodeAction,
  type CodeActionContext,
  type TextEdit as LspTextEdit,
} from "vscode-languageserver";
import type { Range } from "../../hcl/source.ts";
import type { Finding, TextEdit } from "../../lint/finding.ts";
import { safeEdits } from "../../lint/safeFixes.ts";
import type { Analysis } from "../analysis.ts";
import { ALLOW_COMMAND, FIX_ALL_KIND, type AllowArguments } from "../protocol.ts";
import { toDiagnostic } from "./diagnostics.ts";

export interface CodeActionOptions {
  readonly pages: string | undefined;
  readonly pluginConfigWritable: boolean;
}

/** @param context `only` limits the kinds, as the LSP says: a kind includes the kinds below it */
export function codeActions(
  analysis: Analysis,
  range: Range,
  context: Pick<CodeActionContext, "only">,
  options: CodeActionOptions,
): CodeAction[] {
  const wanted = (kind: string): boolean =>
    context.only?.some((only) => kind === only || kind.startsWith(`${only}.`)) ?? true;
  const actions: CodeAction[] = [];
  if (wanted(CodeActionKind.QuickFix)) {
    for (const finding of findingsAt(analysis, range)) actions.push(...quickFixes(analysis, finding, options));
  }
  // Only when asked for by kind: it is no answer to one squiggle.
  if (context.only !== undefined && wanted(FIX_ALL_KIND)) {
    const edits = safeEdits(analysis.findings, analysis.source);
    if (edits.length > 0) actions.push({ title: "Fix all", kind: FIX_ALL_KIND, edit: toEdit(analysis, edits) });
  }
  return actions;
}

function findingsAt({ findings, source }: Analysis, range: Range): readonly Finding[] {
  const start = source.offset(range.start);
  const end = source.offset(range.end);
  return findings.filter(
    (finding) => finding.source === source && finding.span.start <= end && finding.span.end >= start,
  );
}

function quickFixes(analysis: Analysis, finding: Finding, options: CodeActionOptions): CodeAction[] {
  const diagnostics = [toDiagnostic(analysis, finding, options.pages)];
  const actions = finding.fixes.map(({ title, kind, edits }, index): CodeAction => {
    const preferred = index === 0 && (kind === "safe" || finding.fixes.length === 1);
    return {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics,
      edit: toEdit(analysis, edits),
      ...(preferred ? { isPreferred: true } : {}),
    };
  });
  if (!options.pluginConfigWritable) return actions;
  for (const action of finding.actions ?? []) {
    const allow: AllowArguments = { action, uri: analysis.uri };
    const { title } = action;
    actions.push({
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics,
      command: { title, command: ALLOW_COMMAND, arguments: [allow] },
    });
  }
  return actions;
}

function toEdit({ uri, version, source }: Analysis, edits: readonly TextEdit[]): NonNullable<CodeAction["edit"]> {
  const lsp: LspTextEdit[] = edits.map(({ span, newText }) => ({ range: source.range(span), newText }));
  return { documentChanges: [{ textDocument: { uri, version }, edits: lsp }] };
}
