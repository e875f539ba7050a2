// Values and types of HCL's type system (the language's information model): plain tagged data.
import type { BigFloat } from "./bigfloat.ts";

export type Type =
  | { readonly kind: "dynamic" }
  | { readonly kind: "bool" }
  | { readonly kind: "number" }
  | { readonly kind: "string" }
  | { readonly kind: "list"; readonly element: Type }
  | { readonly kind: "set"; readonly element: Type }
  | { readonly kind: "map"; readonly element: Type }
  | { readonly kind: "tuple"; readonly elements: readonly Type[] }
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, Type> };

export type Value =
  | { readonly kind: "null"; readonly type: Type }
  | { readonly kind: "unknown"; readonly type: Type }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: BigFloat }
  /** Always NFC-normalised. */
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "list"; readonly element: Type; readonly items: readonly Value[] }
  /** Distinct, in the order HCL iterates sets. */
  | { readonly kind: "set"; readonly element: Type; readonly items: readonly Value[] }
  /** Entries in byte order of their keys, as HCL iterates. */
  | { readonly kind: "map"; readonly element: Type; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: "tuple"; readonly items: readonly Value[] }
  | { readonly kind: "object"; readonly attributes: ReadonlyMap<string, Value> };
