// What parsing the file found: syntax, names, types, variables. The findings are the parser's; this gives them codes and fixes.
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { ParsedJobFile } from "../../jobspec/parse.ts";
import type { Finding, Fix } from "../finding.ts";
import { ruleUrl } from "../ruleUrl.ts";
import type { Rule, RuleGroup } from "../rule.ts";

const rule = (code: string, title: string, why: string): Rule => ({
  code,
  severity: "error",
  title,
  why,
  source: "HCL 2.20 and Nomad 2.0, jobspec2 (golden/jobspec)",
});

const SYNTAX = rule(
  "hcl/syntax",
  "The file is not valid HCL",
  "Nomad refuses the file. The place is where HCL noticed; the mistake may stand a little before it.",
);
const EVALUATION = rule(
  "hcl/evaluation",
  "An expression has no value",
  "Nomad evaluates every expression when it parses the file; this one is an error.",
);
const UNKNOWN_VARIABLE = rule(
  "hcl/unknown-variable",
  "There is no variable of that name",
  "Names under `var.` and `local.` must be declared in the file. What only the client knows (`${NOMAD_…}`, `${attr.…}`) is kept as it is written.",
);
const UNKNOWN_FUNCTION = rule(
  "hcl/unknown-function",
  "There is no function of that name",
  "Nomad has HCL's usual functions, not those of Terraform.",
);
const UNKNOWN_ARGUMENT = rule(
  "job/unknown-argument",
  "There is no such argument here",
  "Nomad refuses arguments that it does not know. The argument may belong into another block.",
);
const UNKNOWN_BLOCK = rule(
  "job/unknown-block",
  "There is no such block here",
  "Nomad refuses blocks that it does not know. The block may belong into another one.",
);
const MISSING = rule("job/missing-argument", "Something required is missing", "Nomad refuses the file without it.");
const DUPLICATE = rule("job/duplicate", "It stands here twice", "Nomad accepts it once.");
const TYPE = rule(
  "job/wrong-type",
  "The value has another type",
  "HCL converts numbers and booleans to strings and back where it can; here it cannot.",
);
const LABELS = rule(
  "job/labels",
  "The block has too many names, or too few",
  "The names between the block's type and its brace are fixed in number.",
);
const UNSET = rule(
  "job/unset-variable",
  "A variable has no value",
  "Give it a default, or a value with -var, a variable file, or NOMAD_VAR_<name>.",
);
const INVALID = rule("job/invalid", "Nomad refuses the job file", "The message says what Nomad has against it.");

/** HCL's and Nomad's short labels, by the rule they belong to. */
const BY_SUMMARY: readonly (readonly [Rule, RegExp])[] = [
  [UNKNOWN_ARGUMENT, /^Unsupported argument$|^Extraneous JSON object property$/],
  [UNKNOWN_BLOCK, /^Unsupported block type$/],
  [LABELS, /^(?:Missing|Extraneous) (?:name|label)\b|^Invalid label/],
  [MISSING, /^Missing required argument$|^Missing (?!newline).*\bblock\b/],
  [DUPLICATE, /^Duplicate\b|^Attribute redefined$/],
  [UNSET, /^Unset variable\b/],
  [
    TYPE,
    /^Unsuitable value(?: type)?$|^Incorrect attribute value type$|^Invalid (?:value for variable|default value for variable)$/,
  ],
  [UNKNOWN_FUNCTION, /^Call to unknown function$/],
  [UNKNOWN_VARIABLE, /^(?:Unknown|Undefined|Undeclared) (?:variable|local)\b|^Unsupported attribute$/],
  [
    SYNTAX,
    /^(?:Argument(?: or block)? definition required|Expression too long|Extra characters after|Invalid (?:argument name|attribute name|block definition|character|expression|legacy index|multi-line string|number literal|string literal|template|escape)|Missing (?:argument separator|attribute|close bracket|closing|expression|false expression|function name|item separator|newline|open parenthesis|key|value)|Nested splat|Nesting too deep|Unbalanced|Unclosed|Unexpected|Unsupported operator|Unterminated|Ambiguous attribute key|Newline|Heredoc)/,
  ],
  [
    EVALUATION,
    /^(?:Error in function call|Invalid (?:function argument|index|operand|template interpolation|for_each|'for'|object key)|Not enough function arguments|Too many function arguments|Inconsistent conditional|Incorrect (?:condition|key)|Null|Iteration over|Division by zero|Operation failed|Duplicate object key|Unknown value|Evaluation limit|Attempt to|Condition is null|Cannot|Missing map element)/,
  ],
];

function ruleOf({ summary }: Diagnostic): Rule {
  return BY_SUMMARY.find(([, pattern]) => pattern.test(summary))?.[0] ?? INVALID;
}

/** The parser's diagnostics as findings. One without a place stands at the start of the file. */
export function diagnosticFindings(parsed: ParsedJobFile): Finding[] {
  return parsed.diagnostics.map((diagnostic) => {
    const { code } = ruleOf(diagnostic);
    return {
      code,
      severity: diagnostic.severity,
      message: `${diagnostic.summary}: ${diagnostic.detail}`,
      source: diagnostic.source ?? parsed.source,
      span: diagnostic.subject ?? { start: 0, end: 0 },
      url: ruleUrl(code),
      fixes: didYouMean(diagnostic),
    };
  });
}

function didYouMean({ detail, subject, source }: Diagnostic): Fix[] {
  const name = /\bDid you mean (?:to define a block of type )?["\u201c]?([\p{L}_][\p{L}\p{N}_-]*)/u.exec(detail)?.[1];
  if (name === undefined || subject === undefined || source === undefined) return [];
  // The subject may be wider than the name (a traversal): only a bare or quoted name is replaced.
  const text = source.slice(subject);
  const newText = /^"[\p{L}\p{N}_-]*"$/u.test(text) ? `"${name}"` : name;
  if (!/^"?[\p{L}\p{N}_-]*"?$/u.test(text)) return [];
  return [{ title: `Did you mean "${name}"?`, kind: "suggestion", edits: [{ span: subject, newText }] }];
}

export const diagnosticRules: RuleGroup = {
  title: "The job file",
  rules: [
    SYNTAX,
    UNKNOWN_ARGUMENT,
    UNKNOWN_BLOCK,
    MISSING,
    DUPLICATE,
    LABELS,
    TYPE,
    UNSET,
    INVALID,
    UNKNOWN_VARIABLE,
    UNKNOWN_FUNCTION,
    EVALUATION,
  ],
};
