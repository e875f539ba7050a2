// Names that nothing defines stand for themselves: Nomad leaves `${attr.kernel.name}` in a job for the client to fill
// in, so their value is the text of their own source (Nomad 2.0, jobspec2's UndefinedVariable rule).
import type { Diagnostic, WithDiagnostics } from "../diagnostic.ts";
import type { SourceText, Span } from "../source.ts";
import type { ScopeTraversalExpression } from "../syntax.ts";
import { string, type Value } from "../value.ts";

/**
 * The value of a name that nothing defines: its source text, with the spaces inside `${ }`; where anything but spaces
 * stands between `${` and the name, the name alone in `${` and `}`. Braces that follow the placeholder are swallowed
 * and repeated as Nomad does, and a hint says so. To be used as `EvaluationContext.undefinedRoot`.
 */
export function keepPlaceholder(expression: ScopeTraversalExpression, source: SourceText): WithDiagnostics<Value> {
  const { text } = source;
  const { start, end } = expression.span;
  // Nearly always there is nothing around the name but `${` and `}`.
  if (text.startsWith("${", start - 2) && text.charCodeAt(end) === CLOSING && !repeats(text.charCodeAt(end + 1))) {
    return { value: string(text.slice(start - 2, end + 1)), diagnostics: NONE };
  }
  const open = openingBefore(text, start);
  if (open === undefined) return { value: string(`\${${text.slice(start, end)}}`), diagnostics: NONE };
  const tail = repeatedTail(text, end);
  return {
    value: string(text.slice(open, end) + tail.text),
    diagnostics: tail.braces === undefined ? NONE : [hint(source, tail.braces)],
  };
}

/** Where a `${` stands that only spaces separate from the name; tabs and line ends are no such spaces. */
function openingBefore(text: string, start: number): number | undefined {
  let at = start;
  while (text.charCodeAt(at - 1) === SPACE) at--;
  return text.startsWith("${", at - 2) ? at - 2 : undefined;
}

const SPACE = 0x20;
const CLOSING = 0x7d;
const NONE: readonly Diagnostic[] = [];
/** Whether a character behind a placeholder may be the first of those that are repeated. */
const repeats = (code: number): boolean => code === SPACE || code === CLOSING;

/**
 * What Nomad takes for the rest of a placeholder: for each brace on the way, everything from the name up to it, and a
 * brace at the end. The character right behind the name is taken for the placeholder's own brace, whatever it is.
 */
function repeatedTail(text: string, from: number): { readonly text: string; readonly braces: Span | undefined } {
  let repeated = "";
  let own = text.charCodeAt(from) === CLOSING ? from : undefined;
  let last = own;
  let at = from + 1;
  for (; repeats(text.charCodeAt(at)); at++) {
    if (text.charCodeAt(at) !== CLOSING) continue;
    repeated += text.slice(from, at);
    own ??= at;
    last = at;
  }
  const braces =
    own === undefined || last === undefined || last === own ? undefined : { start: own + 1, end: last + 1 };
  return { text: at < text.length ? `${repeated}}` : repeated, braces };
}

const hint = (source: SourceText, braces: Span): Diagnostic => ({
  severity: "hint",
  summary: "Braces after a placeholder are repeated",
  detail:
    'Nomad copies closing braces that follow a placeholder once more into its value, so the text gets more of them than stand here. Separate them from the placeholder, for example with a newline or with ${"}"}.',
  subject: braces,
  source,
});
