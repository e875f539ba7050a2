// How large a value is when it is written out. Values share their parts, so that a few lines of HCL can describe one
// with more elements than any memory holds; whatever walks through values is kept from such ones by this measure.
import { type Budget, LimitExceeded, spend } from "./budget.ts";
import type { Value } from "./value.ts";

interface Measure {
  /** Elements, with long strings counted as several. */
  readonly size: number;
  readonly depth: number;
}

export const MAX_VALUE_SIZE = 500_000;
export const MAX_VALUE_DEPTH = 500;
const CHARACTERS_PER_ELEMENT = 64;

const measures = new WeakMap<Value, Measure>();

/** The measure of a value, kept for compound ones: those that share parts are measured without walking them again. */
function measure(value: Value): Measure {
  switch (value.kind) {
    case "string":
      return { size: 1 + Math.floor(value.value.length / CHARACTERS_PER_ELEMENT), depth: 0 };
    case "null":
    case "unknown":
    case "bool":
    case "number":
      return { size: 1, depth: 0 };
    case "list":
    case "set":
    case "tuple":
    case "map":
    case "object": {
      let known = measures.get(value);
      if (known === undefined) {
        known = measureParts(partsOf(value));
        measures.set(value, known);
      }
      return known;
    }
  }
}

function partsOf(value: Extract<Value, { kind: "list" | "set" | "tuple" | "map" | "object" }>): Iterable<Value> {
  if (value.kind === "map") return value.entries.values();
  return value.kind === "object" ? value.attributes.values() : value.items;
}

function measureParts(parts: Iterable<Value>): Measure {
  let size = 1;
  let depth = 0;
  for (const part of parts) {
    const inner = measure(part);
    size += inner.size;
    depth = Math.max(depth, inner.depth);
  }
  return { size, depth: depth + 1 };
}

/** Takes a walk through all elements of the values from the budget. @throws LimitExceeded when it is used up. */
export function spendWalk(budget: Budget, values: readonly Value[]): void {
  let size = 0;
  for (const value of values) size += measure(value).size;
  spend(budget, size);
}

const tooLarge = (): LimitExceeded => new LimitExceeded(`It makes a value of more than ${MAX_VALUE_SIZE} elements.`);

/** The value, when it is not too large. @throws LimitExceeded when it is. */
export function bounded(value: Value): Value {
  const { size, depth } = measure(value);
  if (size > MAX_VALUE_SIZE) throw tooLarge();
  if (depth > MAX_VALUE_DEPTH)
    throw new LimitExceeded(`It makes a value nested more than ${MAX_VALUE_DEPTH} levels deep.`);
  return value;
}

/** Takes the making of a value of this size from the budget, before it is made. @throws LimitExceeded */
export function spendSize(budget: Budget, size: number): void {
  if (size > MAX_VALUE_SIZE) throw tooLarge();
  spend(budget, size);
}
