// Values of free-form bodies (driver config, scaling policy) as the plain data that Nomad's JSON holds.
import { isInfinite, toFloat64 } from "../../hcl/bigfloat.ts";
import type { Value } from "../../hcl/value.ts";
import { setKey } from "./values.ts";

export type FreeValue =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** What becomes of a value that is not known: an error, or null (in the editor, where a variable has no value yet). */
export type UnknownAs = "error" | "null";

/** A value as JSON data. Unknown values and infinities have no JSON. */
export function toFreeValue(value: Value, unknownAs: UnknownAs): FreeValue {
  switch (value.kind) {
    case "null":
      return { ok: true, value: null };
    case "unknown":
      return unknownAs === "null" ? { ok: true, value: null } : { ok: false, reason: "its value is not known" };
    case "string":
    case "bool":
      return { ok: true, value: value.value };
    case "number":
      if (isInfinite(value.value)) return { ok: false, reason: "infinity has no place in JSON" };
      return { ok: true, value: toFloat64(value.value) };
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

function fromItems(items: readonly Value[], unknownAs: UnknownAs): FreeValue {
  const result: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    const plain = toFreeValue(items[index]!, unknownAs);
    if (!plain.ok) return plain;
    result.push(plain.value);
  }
  return { ok: true, value: result };
}

function fromEntries(entries: ReadonlyMap<string, Value>, unknownAs: UnknownAs): FreeValue {
  const result: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const plain = toFreeValue(item, unknownAs);
    if (!plain.ok) return plain;
    setKey(result, key, plain.value);
  }
  return { ok: true, value: result };
}
