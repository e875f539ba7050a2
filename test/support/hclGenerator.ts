// Valid HCL from the grammar: what job files seldom have (chained conditionals, nested templates, splats).
import type { Random } from "./random.ts";

const NAMES = ["a", "b", "x", "y1", "long-name", "für", "_z"];
const OPERATORS = ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"];

type Make = (random: Random, depth: number) => string;

function list(random: Random, depth: number, make: Make, most: number): string[] {
  return Array.from({ length: random.below(most + 1) }, () => make(random, depth));
}

const gap = (random: Random): string => random.pick(["", " ", " ", "  ", " /* c */ "]);

/** Where newlines mean nothing. */
const wideGap = (random: Random): string => random.pick(["", " ", " ", "\n", " # c\n", " /* c */ "]);

function number(random: Random): string {
  return random.pick(["0", "1", "42", "007", "1.5", "2e3", "1E-2", "9.75e+2"]);
}

function stringText(random: Random): string {
  return random.pick([
    "",
    "x",
    "a b",
    "é",
    "😀",
    "$",
    "%",
    "$$",
    "$x",
    "50%",
    "\\n",
    "\\u00e9",
    "$${x}",
    "%%{y}",
    "}",
    "'",
  ]);
}

function quoted(random: Random, depth: number): string {
  const parts = Array.from({ length: random.below(4) }, () => {
    if (depth <= 0 || random.chance(0.5)) return stringText(random);
    return random.chance(0.8) ? interpolation(random, depth) : directive(random, depth, stringText);
  });
  return `"${parts.join("")}"`;
}

function interpolation(random: Random, depth: number): string {
  const [open, close] = [random.pick(["${", "${~"]), random.pick(["}", "~}"])];
  return `${open}${wideGap(random)}${expression(random, depth - 1)}${wideGap(random)}${close}`;
}

function directive(random: Random, depth: number, text: (random: Random) => string): string {
  const part = random.chance(0.5) ? text(random) : interpolation(random, depth - 1);
  if (random.chance(0.5)) {
    const otherwise = random.chance(0.5) ? `%{ else }${text(random)}` : "";
    return `%{ if ${expression(random, depth - 1)} }${part}${otherwise}%{ endif }`;
  }
  const names = random.chance(0.5) ? "k, v" : "v";
  return `%{~ for ${names} in ${expression(random, depth - 1)} ~}${part}%{ endfor }`;
}

function heredocLine(random: Random, depth: number): string {
  const indent = random.pick(["", "  ", "    ", "\t"]);
  const text = (): string => random.pick(["x", "a b", '"q"', "\\n", "$", "$x", "%", "é", "$${x}", ""]);
  const tail = depth > 0 && random.chance(0.4) ? interpolation(random, depth) + text() : "";
  return `${indent}${text()}${tail}\n`;
}

function heredoc(random: Random, depth: number): string {
  const lines = list(random, depth, heredocLine, 4).join("");
  return `<<${random.pick(["", "-"])}EOT\n${lines}${random.pick(["", "  "])}EOT\n`;
}

function objectItem(random: Random, depth: number): string {
  const key = random.pick([
    () => random.pick(NAMES),
    () => quoted(random, 0),
    () => number(random),
    () => `(${expression(random, depth - 1)})`,
    () => random.pick(["null", "true"]),
  ])();
  return `${key}${gap(random)}${random.pick(["=", ":"])}${gap(random)}${expression(random, depth - 1)}`;
}

function object(random: Random, depth: number): string {
  const items = list(random, depth, objectItem, 3);
  if (items.length === 0) return random.pick(["{}", "{ }", "{\n}"]);
  if (random.chance(0.5)) return `{ ${items.join(", ")} }`;
  return `{\n${items.join(random.pick(["\n", ",\n", " # c\n"]))}\n}`;
}

function forExpression(random: Random, depth: number): string {
  const names = random.chance(0.5) ? "k, v" : "v";
  const head = `for ${names} in${wideGap(random)} ${expression(random, depth - 1)}${wideGap(random)}:`;
  const condition = random.chance(0.3) ? `${wideGap(random)} if ${expression(random, depth - 1)}` : "";
  const value = expression(random, depth - 1);
  if (random.chance(0.5)) return `[${wideGap(random)}${head} ${value}${condition}]`;
  const group = random.chance(0.3) ? "..." : "";
  return `{${wideGap(random)}${head} ${expression(random, depth - 1)} => ${value}${group}${condition}}`;
}

function steps(random: Random, depth: number): string {
  const one: Make = () =>
    random.pick([
      () => `.${random.pick(NAMES)}`,
      () => `[${wideGap(random)}${random.pick(["0", '"k"', "null", "true"])}${wideGap(random)}]`,
      () => `[${wideGap(random)}${expression(random, depth - 1)}${wideGap(random)}]`,
      () => ".0",
      () => ".*",
      () => "[*]",
    ])();
  return list(random, depth, one, 3)
    .join("")
    .replaceAll(/(\.\*[^[]*?)(?:\.\*)+/g, "$1")
    .replaceAll(".0.0", ".0");
}

function call(random: Random, depth: number): string {
  const given = list(random, depth - 1, expression, 3);
  if (given.length === 0) return `${random.pick(NAMES)}(${wideGap(random)})`;
  const end = random.pick(["", "", ",", "..."]);
  return `${random.pick(NAMES)}(${wideGap(random)}${given.join(`,${wideGap(random)}`)}${end}${wideGap(random)})`;
}

/** An expression that HCL accepts as the value of an argument, on as many lines as it likes. */
export function expression(random: Random, depth: number): string {
  const leaf = (): string =>
    random.pick([
      () => number(random),
      () => random.pick(["true", "false", "null"]),
      () => random.pick(NAMES),
      () => quoted(random, 0),
    ])();
  if (depth <= 0) return leaf();
  const inner = (): string => expression(random, depth - 1);
  return random.pick([
    leaf,
    () => quoted(random, depth),
    () => random.pick(NAMES) + steps(random, depth),
    () => `(${wideGap(random)}${inner()}${wideGap(random)})${steps(random, depth)}`,
    () => `${inner()} ${random.pick(OPERATORS)} ${inner()}`,
    () => `${inner()} ${random.pick(OPERATORS)} ${inner()} ${random.pick(OPERATORS)} ${inner()}`,
    () => `${random.pick(["-", "!"])}${inner()}`,
    () => `${inner()} ? ${inner()} : ${inner()}`,
    () => call(random, depth),
    () => `[${wideGap(random)}${list(random, depth - 1, expression, 3).join(`,${wideGap(random)}`)}]`,
    () => object(random, depth),
    () => forExpression(random, depth),
  ])();
}

/** A file of a few arguments and blocks. */
export function file(random: Random): string {
  const argument = (): string => `${random.pick(NAMES)}${random.below(1000)} = ${expression(random, 3)}\n`;
  const text = (): string => `${random.pick(NAMES)}${random.below(1000)} = ${heredoc(random, 2)}`;
  const block = (depth: number): string => {
    const labels = list(random, 0, () => random.pick([" l", ' "l"', ' "a b"', ' "\\u0041"']), 2).join("");
    const items = Array.from({ length: random.below(3) }, () => item(depth - 1)).join("");
    return `${random.pick(NAMES)}${labels} {\n${items}}\n`;
  };
  const item = (depth: number): string => {
    const kind = random.next();
    if (depth > 0 && kind < 0.2) return block(depth);
    return kind < 0.35 ? text() : argument();
  };
  return Array.from({ length: 1 + random.below(4) }, () => item(2)).join("");
}
