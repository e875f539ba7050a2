// Literals as plain JavaScript values: most arguments of a job file are one, and need no evaluation.
import type { Expression } from "./syntax.ts";

/** A plain string, a bool, or a whole number that is written with few digits. */
export type Literal = string | boolean | number;

/** So many digits are a whole number of any type with 32 bits or more. */
const MOST_DIGITS = 9;

/** What a literal stands for; undefined for all that is not so simple. */
export function literalOf(expression: Expression): Literal | undefined {
  switch (expression.kind) {
    case "template":
      return expression.plain;
    case "bool":
      return expression.value;
    case "number":
      return wholeNumber(expression.text);
    default:
      return undefined;
  }
}

function wholeNumber(text: string): number | undefined {
  if (text.length > MOST_DIGITS) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}
