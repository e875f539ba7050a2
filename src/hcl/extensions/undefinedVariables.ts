// Names that nothing defines stand for themselves: Nomad leaves `${attr.kernel.name}` in a job for the client to fill
// in, so their value is the text of their own source (Nomad 2.0, jobspec2's UndefinedVariable rule).
import type { Diagnostic, WithDiagnostics } from "../diagnostic.ts";
import type { SourceText } from "../source.ts";
import type { ScopeTraversalExpression } from "../syntax.ts";
import { string, type Value } from "../value.ts";

/**
 * The value of a name that nothing defines: its source text, with the spaces inside `${ }`; a bare name is given
 * `${` and `}`. Braces that follow the placeholder are swallowed and repeated as Nomad does, and a hint says so. To be used as `EvaluationContext.undefinedRoot`.
 */
export function keepPlaceholder(expression: ScopeTraversalExpression, source: SourceText): WithDiagnostics<Value> {
  const { text } = source;
  const { start, end } = expression.span;
  // Nearly always there is nothing around the name but `${` and `}`.
  if (text.startsWith("${", start - 2) && text.charCodeAt(end) === CLOSING && !repeats(text.charCodeAt(end + 1))) {
    return { value: string(text.slice(start - 2, end + 1)), diagnostics: NONE };
  }
  const open = openingBefore(text, start);
  const close = open === undefined ? undefined : closingAfter(text, end);
  if (open === undefined || close === undefined) {
    return { value: string(`\${${text.slice(start, end)}}`), diagnostics: [] };
  }
  const placeholder = text.slice(open, close + 1);
  const repeated = repeatedBraces(text, close + 1);
  return {
    value: string(placeholder + repeated.text),
    diagnostics: repeated.end === undefined ? [] : [hint(source, close + 1, repeated.end)],
  };
}

function isSpace(code: number): boolean {
  return code <= 0x20 || code >= 0xa0 ? /\s/.test(String.fromCharCode(code)) : false;
}

/** Where a `${` stands that only white space separates from the name. */
function openingBefore(text: string, start: number): number | undefined {
  let at = start;
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at--;
  return at >= 2 && text.startsWith("${", at - 2) ? at - 2 : undefined;
}

function closingAfter(text: string, end: number): number | undefined {
  let at = end;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return text.charAt(at) === "}" ? at : undefined;
}

const CLOSING = 0x7d;
const NONE: readonly Diagnostic[] = [];
/** Whether a character behind a placeholder may be the first of those that are repeated. */
const repeats = (code: number): boolean => code === 0x20 || code === CLOSING;

/** For each further brace on the way, everything from the placeholder up to it, once more. */
function repeatedBraces(text: string, from: number): { readonly text: string; readonly end: number | undefined } {
  let repeated = "";
  let end: number | undefined;
  for (let at = from; text.charAt(at) === " " || text.charAt(at) === "}"; at++) {
    if (text.charAt(at) !== "}") continue;
    end = at + 1;
    repeated += text.slice(from, end);
  }
  return { text: repeated, end };
}

const hint = (source: SourceText, start: number, end: number): Diagnostic => ({
  severity: "hint",
  summary: "Braces after a placeholder are repeated",
  detail:
    'Nomad copies closing braces that follow a placeholder once more into its value, so the text gets more of them than stand here. Separate them from the placeholder, for example with a newline or with ${"}"}.',
  subject: { start, end },
  source,
});
