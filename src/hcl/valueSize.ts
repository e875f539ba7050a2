// How large a value is when it is written out. Values share their parts, so that a few lines of HCL can describe one
// with more elements than any memory holds; whatever walks through values is kept from such ones by this measure.
import { type Budget, LimitExceeded, spend } from "./budget.ts";
import type { Value } from "./value.ts";

export const MAX_VALUE_SIZE = 500_000;
export const MAX_VALUE_DEPTH = 500;
const CHARACTERS_PER_ELEMENT = 64;

/** Size and depth of a value in one number: `size × DEPTHS + depth`. Elements count one, long strings several. */
type Measure = number;
const DEPTHS = 1_024;
const sizeIn = (measured: Measure): number => Math.floor(measured / DEPTHS);
const depthIn = (measured: Measure): number => measured % DEPTHS;

/** Measures of larger values and of those that hold compound ones. */
const measures = new WeakMap<Value, Measure>();
const MIN_KEPT_PARTS = 32;

/** Values that share parts are measured without walking the parts again. */
function measure(value: Value): Measure {
  switch (value.kind) {
    case "string":
      if (value.value.length < CHARACTERS_PER_ELEMENT) return DEPTHS;
      return (1 + Math.floor(value.value.length / CHARACTERS_PER_ELEMENT)) * DEPTHS;
    case "null":
    case "unknown":
    case "bool":
    case "number":
      return DEPTHS;
    case "list":
    case "set":
    case "tuple":
      return measureItems(value, value.items);
    case "map":
      return measureCompound(value, value.entries.values());
    case "object":
      return measureCompound(value, value.attributes.values());
  }
}

/** Most lists are of a few short strings. */
function measureItems(value: Value, items: readonly Value[]): Measure {
  if (items.length >= MIN_KEPT_PARTS) return measureCompound(value, items);
  for (let index = 0; index < items.length; index++) {
    const item = items[index]!;
    if (item.kind !== "string" || item.value.length >= CHARACTERS_PER_ELEMENT) return measureCompound(value, items);
  }
  return (1 + items.length) * DEPTHS + 1;
}

function measureCompound(value: Value, parts: Iterable<Value>): Measure {
  const known = measures.get(value);
  if (known !== undefined) return known;
  let count = 0;
  let size = 1;
  let depth = 0;
  for (const part of parts) {
    const inner = measure(part);
    count++;
    if (inner === DEPTHS) {
      // Nearly every part is one element and holds none.
      size++;
    } else {
      size += sizeIn(inner);
      depth = Math.max(depth, depthIn(inner));
    }
  }
  // Deeper ones are refused when they are made, so that the depth always has room.
  const measured = size * DEPTHS + Math.min(depth + 1, DEPTHS - 1);
  if (depth > 0 || count >= MIN_KEPT_PARTS) measures.set(value, measured);
  return measured;
}

/** Takes a walk through all elements of the values from the budget. @throws LimitExceeded when it is used up. */
export function spendWalk(budget: Budget, values: readonly Value[]): void {
  let size = 0;
  for (const value of values) size += sizeIn(measure(value));
  spend(budget, size);
}

const tooLarge = (): LimitExceeded => new LimitExceeded(`It makes a value of more than ${MAX_VALUE_SIZE} elements.`);

/** The value, when it is not too large. @throws LimitExceeded when it is. */
export function bounded(value: Value): Value {
  const measured = measure(value);
  if (sizeIn(measured) > MAX_VALUE_SIZE) throw tooLarge();
  if (depthIn(measured) > MAX_VALUE_DEPTH)
    throw new LimitExceeded(`It makes a value nested more than ${MAX_VALUE_DEPTH} levels deep.`);
  return value;
}

/** Takes the making of a value of this size from the budget, before it is made. @throws LimitExceeded */
export function spendSize(budget: Budget, size: number): void {
  if (size > MAX_VALUE_SIZE) throw tooLarge();
  spend(budget, size);
}
