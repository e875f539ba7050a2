// The shape of the one description of job files. Decoding, completion, hover and "did you mean" read the same data.

export { ANY, body, FREE, partialBody, STRING_LISTS, STRINGS } from "./bodies.ts";

/**
 * What an attribute's value is converted to, as Nomad's API structs declare it.
 * `int` is Go's int (64 bits); `number-as-int8` is what affinity weights get: any number, truncated, then wrapped.
 */
export type ValueType =
  | "string"
  | "bool"
  | "int"
  | "int8"
  | "uint8"
  | "uint32"
  | "uint64"
  | "number-as-int8"
  | "duration"
  | "list(string)"
  | "uint16"
  | "list(uint16)"
  | "map(string)"
  | "list(map(number))"
  | "any"
  | "type";

export interface Deprecation {
  /** The Nomad version that deprecated it. */
  readonly since: string;
  /** What to write instead, in our own words. */
  readonly use: string;
}

/** What every entry of the description can say about itself. */
export interface Documented {
  /** One line, our own words. */
  readonly doc: string;
  /** Nomad's page, with the anchor where there is one: below the job specification, or a path from the site's root. */
  readonly page?: string;
  /** The Nomad version that introduced it; absent = older than 0.9 or unknown. */
  readonly since?: string;
  readonly deprecated?: Deprecation;
  /** Needs Nomad Enterprise. */
  readonly enterprise?: true;
  /** Job types it has an effect for; absent = all. */
  readonly jobTypes?: readonly string[];
  /** Task drivers it is known to work with, or not to; absent = all. */
  readonly drivers?: { readonly only?: readonly string[]; readonly not?: readonly string[]; readonly why?: string };
}

export interface AttributeSchema extends Documented {
  readonly kind: "attribute";
  /** The name in a job file. */
  readonly name: string;
  /** The field of the API struct; undefined when a decoder folds it into other fields. */
  readonly field: string | undefined;
  readonly type: ValueType;
  /** `null` is allowed and means "not set"; for the others Nomad refuses null (lists and maps may always be null). */
  readonly nullable: boolean;
  readonly required: boolean;
  /** The JSON value when the job file does not set it. */
  readonly absent: unknown;
  /** The value after the server's canonicalisation, as HCL text. Absent = no default. */
  readonly default?: string;
  /** The values that Nomad accepts, for completion. */
  readonly values?: readonly string[];
  /** Values users often write; not exhaustive. */
  readonly examples?: readonly string[];
}

export interface LabelSchema {
  /** Our name for it. */
  readonly name: string;
  /** Nomad's name for it in messages (often none at all). */
  readonly tag: string;
  readonly field: string | undefined;
  readonly doc: string;
  readonly values?: readonly string[];
}

/**
 * How often a block may stand in its parent: `one` (a second is an error), `many` (a list), `by-label` (a map keyed by
 * the label; a later one replaces an earlier), `last` (repeating is allowed and the last counts).
 */
export type Occurrence = "one" | "many" | "by-label" | "last";

/**
 * What a body holds: named members; free-form arguments and blocks of any type (driver config); string arguments
 * (env, meta); lists of strings (check headers); or arguments of any type, but no blocks (locals).
 */
export type BodyContent = "members" | "free" | "strings" | "string-lists" | "values";

/** A body; one body may be used by several blocks (constraint in job, group, task). */
export interface BodySchema {
  readonly content: BodyContent;
  /** In the order of the API struct's fields. */
  readonly members: readonly Member[];
  readonly attributes: ReadonlyMap<string, AttributeSchema>;
  readonly blocks: ReadonlyMap<string, BlockSchema>;
  readonly index: MemberIndex;
  /** Names the decoder that does more than member by member. */
  readonly special: SpecialDecoder | undefined;
  /** A look at some members of a larger body: all others are left alone. */
  readonly partial: boolean;
}

/** The members as a decoder looks at them. */
export interface MemberIndex {
  readonly members: readonly Member[];
  /** Where an argument or a block type stands among the members. */
  readonly places: ReadonlyMap<string, number>;
  /** The names of the attributes that must be set. */
  readonly required: readonly string[];
  /** The names of the blocks whose fields are left out when they are not set. */
  readonly omitted: readonly string[];
}

export type SpecialDecoder =
  "job" | "group" | "task" | "network" | "constraint" | "affinity" | "periodic" | "group-scaling" | "task-scaling";

export interface BlockSchema extends Documented {
  readonly kind: "block";
  readonly name: string;
  readonly field: string | undefined;
  readonly labels: readonly LabelSchema[];
  readonly occurs: Occurrence;
  readonly required: boolean;
  /** It may also be written as an argument: `env = { … }`, `meta = { … }`. */
  readonly alsoAttribute: boolean;
  /** Left out of the JSON when it is not set (Go's omitempty). */
  readonly omitEmpty: boolean;
  /** Its field is not the parent's own: it is handed on to the tasks or groups below. */
  readonly passesOn: boolean;
  /** A driver reads this body: TASK_CONFIGS describes it for the drivers that are known. */
  readonly driverConfig: boolean;
  readonly body: BodySchema;
}

/** `bytes` is text in Base64; of an `object` no more is known. */
export type ConstantType = ValueType | "bytes" | "object";

/** A field that no job file sets; Nomad prints it all the same. */
export interface ConstantSchema {
  readonly kind: "constant";
  readonly field: string;
  readonly value: unknown;
  /** What a job in API form may set it to: something like this block, or a value; an object's fields are not looked at. */
  readonly type: ConstantType | BlockSchema;
}

export type Member = AttributeSchema | BlockSchema | ConstantSchema;

type AttributeExtras = Partial<Omit<AttributeSchema, "kind" | "name" | "field" | "type" | "nullable" | "doc">>;
type BlockExtras = Partial<Omit<BlockSchema, "kind" | "name" | "field" | "body" | "doc">>;

const ZERO: Readonly<Record<ValueType, unknown>> = {
  string: "",
  bool: false,
  int: 0,
  int8: 0,
  uint8: 0,
  uint32: 0,
  uint64: 0,
  "number-as-int8": 0,
  duration: 0,
  "list(string)": null,
  uint16: 0,
  "list(uint16)": null,
  "map(string)": null,
  "list(map(number))": null,
  any: null,
  type: null,
};

/** The value of an attribute's field in a struct that nobody filled in: null for pointers, Go's zero value otherwise. */
export function zeroOf({ nullable, type }: Pick<AttributeSchema, "nullable" | "type">): unknown {
  return nullable ? null : ZERO[type];
}

/**
 * An attribute. A `?` behind the type says that the API field is a pointer: null when absent; without it the field has
 * Go's zero value when absent and refuses null.
 */
export function attribute(
  name: string,
  field: string | undefined,
  type: ValueType | `${ValueType}?`,
  doc: string,
  extras: AttributeExtras = {},
): AttributeSchema {
  const nullable = type.endsWith("?");
  const plain = (nullable ? type.slice(0, -1) : type) as ValueType;
  return {
    kind: "attribute",
    name,
    field,
    type: plain,
    nullable,
    required: false,
    absent: nullable ? null : ZERO[plain],
    doc,
    ...extras,
  };
}

export function block(
  name: string,
  field: string | undefined,
  body: BodySchema,
  doc: string,
  extras: BlockExtras = {},
): BlockSchema {
  return {
    kind: "block",
    name,
    field,
    body,
    doc,
    labels: [],
    occurs: "one",
    required: false,
    alsoAttribute: false,
    omitEmpty: false,
    driverConfig: false,
    passesOn: false,
    ...extras,
  };
}

export function constant(field: string, value: unknown, type: ConstantSchema["type"]): ConstantSchema {
  return { kind: "constant", field, value, type };
}

/** A label. Nomad's messages call it `name` unless `tag` says otherwise. */
export function label(
  name: string,
  field: string | undefined,
  doc: string,
  extras: { readonly tag?: string; readonly values?: readonly string[] } = {},
): LabelSchema {
  return { name, field, doc, tag: "name", ...extras };
}

const SITE = "https://developer.hashicorp.com";

/** The address of Nomad's page about an entry; undefined when it has none. */
export function documentationUrl({ page }: Documented): string | undefined {
  if (page === undefined) return undefined;
  return SITE + (page.startsWith("/") ? page : `/nomad/docs/job-specification/${page}`);
}
