// From HCL values to plain JavaScript data, for callers that want data and not a type system.
import { toFloat64 } from "./bigfloat.ts";
import type { Value } from "./value.ts";

export type PlainData = null | boolean | number | string | readonly PlainData[] | { readonly [key: string]: PlainData };

/**
 * The value as JSON-like data: numbers as float64 (use `toInt64` of bigfloat.ts on the value where exact integers
 * matter), sets, lists and tuples as arrays, maps and objects as objects in key order without a prototype.
 * `undefined` when anything in the value is unknown.
 */
export function toJs(value: Value): PlainData | undefined {
  switch (value.kind) {
    case "unknown":
      return undefined;
    case "null":
      return null;
    case "bool":
    case "string":
      return value.value;
    case "number":
      return toFloat64(value.value);
    case "list":
    case "set":
    case "tuple":
      return plainItems(value.items);
    case "map":
      return plainEntries(value.entries);
    case "object":
      return plainEntries(value.attributes);
  }
}

function plainItems(items: readonly Value[]): PlainData | undefined {
  const plain: PlainData[] = [];
  for (const item of items) {
    const data = toJs(item);
    if (data === undefined) return undefined;
    plain.push(data);
  }
  return plain;
}

function plainEntries(entries: ReadonlyMap<string, Value>): PlainData | undefined {
  const plain = Object.create(null) as Record<string, PlainData>;
  for (const [key, value] of entries) {
    const data = toJs(value);
    if (data === undefined) return undefined;
    plain[key] = data;
  }
  return plain;
}
