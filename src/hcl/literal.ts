// Literals as plain JavaScript data: most arguments of a job file are one, and need no evaluation.
import { plainInteger } from "./bigfloatText.ts";
import type { Expression, ObjectItem } from "./syntax.ts";
import { compareBytes, normalized } from "./value.ts";

/** A plain string, a bool, a whole number that is written with few digits, or a short list or object of these. */
export type Literal = string | boolean | number | readonly Literal[] | { readonly [name: string]: Literal };

/** So many digits are a whole number of any type with 32 bits or more. */
const MOST_DIGITS = 9;
/** Longer texts in lists, longer lists and deeper ones are left to the evaluation, which measures them. */
const MOST_CHARACTERS = 1_000;
const MOST_ITEMS = 50;
const MOST_LEVELS = 2;

/** What a literal stands for; undefined for all that is not so simple. */
export function literalOf(expression: Expression, levels = MOST_LEVELS): Literal | undefined {
  switch (expression.kind) {
    case "template":
      return expression.plain;
    case "bool":
      return expression.value;
    case "number":
      return expression.text.length > MOST_DIGITS ? undefined : plainInteger(expression.text);
    case "tuple":
      return levels === 0 ? undefined : listOf(expression.items, levels - 1);
    case "object":
      return levels === 0 ? undefined : objectOf(expression.items, levels - 1);
    default:
      return undefined;
  }
}

function listOf(items: readonly Expression[], levels: number): readonly Literal[] | undefined {
  if (items.length > MOST_ITEMS) return undefined;
  const list = new Array<Literal>(items.length);
  // The last item is the first to be looked at: it is the one that refers to something, if any does.
  for (let index = items.length - 1; index >= 0; index--) {
    const item = partOf(items[index]!, levels);
    if (item === undefined) return undefined;
    list[index] = item;
  }
  return list;
}

/** Only with plain names that stand in the order which HCL gives them. */
function objectOf(items: readonly ObjectItem[], levels: number): Literal | undefined {
  if (items.length > MOST_ITEMS) return undefined;
  const object: Record<string, Literal> = {};
  let last = "";
  for (let index = 0; index < items.length; index++) {
    const { key, value } = items[index]!;
    if (key.kind !== "name" || key.name === "__proto__" || normalized(key.name) !== key.name) return undefined;
    if (compareBytes(last, key.name) >= 0) return undefined;
    const part = partOf(value, levels);
    if (part === undefined) return undefined;
    object[key.name] = part;
    last = key.name;
  }
  return object;
}

function partOf(expression: Expression, levels: number): Literal | undefined {
  const part = literalOf(expression, levels);
  return typeof part === "string" && part.length > MOST_CHARACTERS ? undefined : part;
}
