// Our evaluator against HashiCorp's own (HCL 2.10 and go-cty 1.8.1 inside hcl2-parser): the same values, types and
// summaries of errors for generated expressions and number operations. Differences between those versions and Nomad's
// (2.20 and 1.19) are listed below, and nothing else may differ.
import { expect, test } from "vitest";
import { evaluate } from "../../src/hcl/evaluate.ts";
import { functionTable } from "../../src/hcl/functions/table.ts";
import { parseSource } from "../../src/hcl/parser.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { UNKNOWN, unknownOf, type Value } from "../../src/hcl/value.ts";
import { EXPRESSION_NAMES, randomExpression, randomSource, UNKNOWN_NAMES } from "../support/hclExpressions.ts";
import { type OracleAnswer, oracleEvaluator, valueText } from "../support/hclOracleValues.ts";

interface Allowance {
  readonly reason: string;
  readonly expression: RegExp;
}

const NOT_KNOWN = Object.keys(UNKNOWN_NAMES).join("|");

/** What newer versions answer otherwise, by what the expression contains. */
const ALLOWED: readonly Allowance[] = [
  { reason: "element() takes negative indexes since go-cty 1.15", expression: /element\(.*-1/s },
  { reason: "contains() takes null since go-cty 1.18.1", expression: /contains\(.*(?:null|nothing)/s },
  { reason: "ceil() and floor() overflowed beyond 64 bits", expression: /(?:ceil|floor)\(.*\d{20}/s },
  {
    reason: "one known operand decides && and || since HCL 2.17",
    expression: new RegExp(`(?:&&|\\|\\|).*(?:${NOT_KNOWN})|(?:${NOT_KNOWN}).*(?:&&|\\|\\|)`, "s"),
  },
  {
    reason: "format() and formatlist() know their result's type whatever their arguments are since go-cty 1.9",
    expression: new RegExp(`format.*(?:${NOT_KNOWN}|null|nothing)`, "s"),
  },
  {
    reason: "lists with elements of undecided type (null beside lists) are an error no more since go-cty 1.10",
    expression:
      /(?:distinct|chunklist|sort|compact|join|coalescelist|slice|zipmap|setunion|setintersection|setproduct).*(?:whatever|null|nothing)/s,
  },
  { reason: "chunklist() judges the size of an empty list, too, in go-cty 1.19", expression: /chunklist\(.*0\.5/s },
  { reason: "flatten() waits for elements of undecided type since go-cty 1.9", expression: /flatten\(.*whatever/s },
  {
    reason: "unknown lists keep the type of their elements when they become sets since go-cty 1.9",
    expression: new RegExp(`set(?:union|intersection|product)\\(.*(?:${NOT_KNOWN})`, "s"),
  },
];

const variables = new Map<string, Value>();

function ourAnswer(expression: string): OracleAnswer & { readonly found: Value } {
  const source = new SourceText("text", `v = ${expression}\n`);
  const parsed = parseSource(source, "strict");
  const attribute = parsed.value.attributes[0];
  if (parsed.diagnostics.length > 0 || attribute === undefined) {
    return { value: "", errors: parsed.diagnostics.map(({ summary }) => summary), found: UNKNOWN };
  }
  const { value, diagnostics } = evaluate(attribute.expression, { source, variables, functions: functionTable });
  return { value: valueText(value), errors: diagnostics.map(({ summary }) => summary), found: value };
}

for (const [name, type] of Object.entries(UNKNOWN_NAMES)) variables.set(name, unknownOf({ kind: type }));
for (const [name, expression] of Object.entries(EXPRESSION_NAMES)) variables.set(name, ourAnswer(expression).found);

const oracle = oracleEvaluator(EXPRESSION_NAMES, UNKNOWN_NAMES);

/** The values of failed expressions are not compared: what is left of them is nobody's business. */
function agrees(theirs: OracleAnswer, ours: OracleAnswer): boolean {
  if (theirs.errors === undefined) return ours.errors !== undefined && ours.errors.length > 0;
  if (theirs.errors.join("\n") !== ours.errors?.join("\n")) return false;
  return theirs.errors.length > 0 || theirs.value === ours.value;
}

interface Difference {
  readonly expression: string;
  readonly theirs: OracleAnswer;
  readonly ours: OracleAnswer;
}

function compareAll(count: number, next: (i: number) => string): { differences: Difference[]; used: Set<string> } {
  const differences: Difference[] = [];
  const used = new Set<string>();
  for (let i = 0; i < count; i++) {
    const expression = next(i);
    const theirs = oracle(expression);
    const { value, errors } = ourAnswer(expression);
    if (agrees(theirs, { value, errors })) continue;
    const allowance = ALLOWED.find((candidate) => candidate.expression.test(expression));
    if (allowance === undefined) differences.push({ expression, theirs, ours: { value, errors } });
    else used.add(allowance.reason);
  }
  return { differences, used };
}

test("20,000 generated expressions have the values and errors that HashiCorp's evaluator finds", () => {
  const random = randomSource(20_260);
  const { differences } = compareAll(20_000, (i) => randomExpression(random, 1 + (i % 4)));
  expect(differences).toEqual([]);
});

test("5,000 number operations agree in every digit", () => {
  const random = randomSource(5_000);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "1";
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 10))
      .join("")
      .replace(/^0+(?=\d)/, "");
  const literal = (): string => {
    const whole = digits(1 + Math.floor(random() * 25));
    const form = random();
    if (form < 0.4) return whole;
    if (form < 0.8) return `${whole}.${digits(1 + Math.floor(random() * 30))}`;
    return `${whole}e${pick(["-", ""])}${Math.floor(random() * 320)}`;
  };
  const operand = (): string => {
    const form = random();
    if (form < 0.75) return literal();
    // Values with 53 and 64 bits of precision. Other powers the oracle leaves to JavaScript, which rounds otherwise.
    if (form < 0.85) return `pow(${pick(["2", "3", "10"])}, ${pick(["0.5", "-1", "3", "20"])})`;
    return form < 0.95 ? `strlen("${"x".repeat(Math.floor(random() * 9))}")` : `-${literal()}`;
  };
  const operation = (): string => `(${operand()} ${pick(["+", "-", "*", "/", "%"])} ${operand()})`;
  const { differences } = compareAll(5_000, (i) =>
    i % 3 === 0 ? operation() : `${operation()} ${pick(["+", "-", "*", "/", "%", "<", "==", ">="])} ${operation()}`,
  );
  expect(differences).toEqual([]);
});

test("every allowance is needed", () => {
  const examples: readonly string[] = [
    "element(ports, -1)",
    "contains(ports, null)",
    "ceil(123456789012345678901234567890)",
    "false && maybe",
    'format("%s %v", count, null)',
    "distinct([whatever, []])",
    "flatten([ports, whatever])",
    "chunklist([], 0.5)",
    'setunion(split(",", later), ports)',
  ];
  const { differences, used } = compareAll(examples.length, (i) => examples[i] ?? "");
  expect(differences).toEqual([]);
  expect([...used].sort()).toEqual(ALLOWED.map(({ reason }) => reason).sort());
});
