// Values of free-form bodies (driver config, scaling policy) as the plain data that Nomad's JSON holds.
import { isInfinite, toFloat64 } from "../../hcl/bigfloat.ts";
import type { Value } from "../../hcl/value.ts";
import { setKey } from "./values.ts";

/** Why a value has no JSON. It stands in its place, so that all others are made without a wrapper around each. */
export class Unfit {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** What becomes of a value that is not known: an error, or null (in the editor, where a variable has no value yet). */
export type UnknownAs = "error" | "null";

/** A value as JSON data. Unknown values and infinities have no JSON. */
export function toFreeValue(value: Value, unknownAs: UnknownAs): unknown {
  switch (value.kind) {
    case "null":
      return null;
    case "unknown":
      return unknownAs === "null" ? null : new Unfit("its value is not known");
    case "string":
    case "bool":
      return value.value;
    case "number":
      return isInfinite(value.value) ? new Unfit("infinity has no place in JSON") : toFloat64(value.value);
    case "list":
    case "set":
    case "tuple":
      return fromItems(value.items, unknownAs);
    case "map":
      return fromEntries(value.entries, unknownAs);
    case "object":
      return fromEntries(value.attributes, unknownAs);
  }
}

function fromItems(items: readonly Value[], unknownAs: UnknownAs): unknown {
  const result = new Array<unknown>(items.length);
  for (let index = 0; index < items.length; index++) {
    const plain = toFreeValue(items[index]!, unknownAs);
    if (plain instanceof Unfit) return plain;
    result[index] = plain;
  }
  return result;
}

function fromEntries(entries: ReadonlyMap<string, Value>, unknownAs: UnknownAs): unknown {
  const result: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const plain = toFreeValue(item, unknownAs);
    if (plain instanceof Unfit) return plain;
    setKey(result, key, plain);
  }
  return result;
}
