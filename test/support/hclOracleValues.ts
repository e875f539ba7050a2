// HashiCorp's evaluator inside hcl2-parser (HCL 2.10, go-cty 1.8.1) as the reference for tests: values of expressions
// as canonical text that our values can be written as too.
import { toDecimal } from "../../src/hcl/bigfloatText.ts";
import { fieldType, fromGoSlice, fromGoString, toGoString, type GoObject } from "../../src/hcl/hashicorpParser.ts";
import type { Type, Value } from "../../src/hcl/value.ts";
import { hclOracle } from "./hclOracle.ts";

/** The functions of Nomad's job files that come from go-cty's library, with its names for them. */
const LIBRARY: Readonly<Record<string, string>> = {
  abs: "AbsoluteFunc",
  ceil: "CeilFunc",
  chomp: "ChompFunc",
  chunklist: "ChunklistFunc",
  coalesce: "CoalesceFunc",
  coalescelist: "CoalesceListFunc",
  compact: "CompactFunc",
  concat: "ConcatFunc",
  contains: "ContainsFunc",
  csvdecode: "CSVDecodeFunc",
  distinct: "DistinctFunc",
  element: "ElementFunc",
  flatten: "FlattenFunc",
  floor: "FloorFunc",
  format: "FormatFunc",
  formatdate: "FormatDateFunc",
  formatlist: "FormatListFunc",
  indent: "IndentFunc",
  index: "IndexFunc",
  join: "JoinFunc",
  jsondecode: "JSONDecodeFunc",
  jsonencode: "JSONEncodeFunc",
  keys: "KeysFunc",
  length: "LengthFunc",
  log: "LogFunc",
  lookup: "LookupFunc",
  lower: "LowerFunc",
  max: "MaxFunc",
  merge: "MergeFunc",
  min: "MinFunc",
  parseint: "ParseIntFunc",
  pow: "PowFunc",
  range: "RangeFunc",
  regex_replace: "RegexReplaceFunc",
  replace: "ReplaceFunc",
  reverse: "ReverseFunc",
  setintersection: "SetIntersectionFunc",
  setproduct: "SetProductFunc",
  setunion: "SetUnionFunc",
  signum: "SignumFunc",
  slice: "SliceFunc",
  sort: "SortFunc",
  split: "SplitFunc",
  strlen: "StrlenFunc",
  strrev: "ReverseFunc",
  substr: "SubstrFunc",
  timeadd: "TimeAddFunc",
  title: "TitleFunc",
  trim: "TrimFunc",
  trimprefix: "TrimPrefixFunc",
  trimspace: "TrimSpaceFunc",
  trimsuffix: "TrimSuffixFunc",
  upper: "UpperFunc",
  values: "ValuesFunc",
  zipmap: "ZipmapFunc",
};

export interface OracleAnswer {
  /** The value as canonical text. */
  readonly value: string;
  /** Summaries of the errors, in order; `undefined` for a panic. */
  readonly errors: readonly string[] | undefined;
}

interface CtyType {
  readonly [method: string]: () => never;
}
interface CtyValue {
  IsNull(): boolean;
  IsKnown(): boolean;
  Type(): CtyType;
  AsString(): string;
  True(): boolean;
  AsBigFloat(): { Text(format: number, precision: number): string };
  ElementIterator(): { Next(): boolean; Element(): readonly [CtyValue, CtyValue] };
}

const FORMAT_F = 102;

const entriesOfGoMap = (map: unknown): [string, unknown][] =>
  Object.values(map as Record<string, { k: string; v: unknown }>).map(({ k, v }) => [fromGoString(k), v]);

function ctyTypeText(type: CtyType): string {
  const is = (method: string): boolean => type[method]!();
  if (is("IsPrimitiveType")) return fromGoString(type["FriendlyName"]!());
  for (const kind of ["List", "Set", "Map"])
    if (is(`Is${kind}Type`)) return `${kind.toLowerCase()}(${ctyTypeText(type["ElementType"]!())})`;
  if (is("IsTupleType"))
    return `tuple(${fromGoSlice(type["TupleElementTypes"]!())
      .map((element) => ctyTypeText(element as CtyType))
      .join(",")})`;
  if (!is("IsObjectType")) return "dynamic";
  const attributes = entriesOfGoMap(type["AttributeTypes"]!()).map(
    ([name, of]) => `${JSON.stringify(name)}=${ctyTypeText(of as CtyType)}`,
  );
  return `object(${attributes.sort().join(",")})`;
}

function ctyText(value: CtyValue): string {
  const type = value.Type();
  const typeText = ctyTypeText(type);
  if (!value.IsKnown()) return `unknown ${typeText}`;
  if (value.IsNull()) return `null ${typeText}`;
  if (typeText === "string") return JSON.stringify(fromGoString(value.AsString()));
  if (typeText === "bool") return String(value.True());
  if (typeText === "number") return fromGoString(value.AsBigFloat().Text(FORMAT_F, -1));
  const elements: string[] = [];
  for (const iterator = value.ElementIterator(); iterator.Next();) {
    const [key, element] = iterator.Element();
    const named = /^(?:map|object)/.test(typeText) ? `${ctyText(key)}:` : "";
    elements.push(named + ctyText(element));
  }
  return `${/^(?:tuple|object)/.test(typeText) ? typeText.replace(/\(.*$/s, "") : typeText}[${elements.join(",")}]`;
}

export function typeText(type: Type): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${typeText(type.element)})`;
    case "tuple":
      return `tuple(${type.elements.map(typeText).join(",")})`;
    case "object": {
      const attributes = [...type.attributes].map(([name, of]) => `${JSON.stringify(name)}=${typeText(of)}`);
      return `object(${attributes.sort().join(",")})`;
    }
    case "dynamic":
    case "bool":
    case "number":
    case "string":
      return type.kind;
  }
}

/** One of our values as the canonical text that the oracle's values are written as. */
export function valueText(value: Value): string {
  switch (value.kind) {
    case "unknown":
    case "null":
      return `${value.kind} ${typeText(value.type)}`;
    case "bool":
      return String(value.value);
    case "string":
      return JSON.stringify(value.value);
    case "number":
      return toDecimal(value.value) ?? "too long";
    case "list":
    case "set":
      return `${value.kind}(${typeText(value.element)})[${value.items.map(valueText).join(",")}]`;
    case "tuple":
      return `tuple[${value.items.map(valueText).join(",")}]`;
    case "map":
      return `map(${typeText(value.element)})[${entriesText(value.entries)}]`;
    case "object":
      return `object[${entriesText(value.attributes)}]`;
  }
}

const entriesText = (entries: ReadonlyMap<string, Value>): string =>
  [...entries].map(([key, value]) => `${JSON.stringify(key)}:${valueText(value)}`).join(",");

type UnknownNames = Readonly<Record<string, "string" | "number" | "bool" | "dynamic">>;

interface CtyExpression {
  Value(context: unknown): readonly [CtyValue, unknown];
}

interface OracleContext {
  /** A context of the library's functions and these variables. */
  readonly of: (values: readonly (readonly [string, unknown])[]) => unknown;
  readonly unknown: (type: UnknownNames[string]) => unknown;
}

function oracleContext(): OracleContext {
  const oracle = hclOracle();
  const hcl = oracle.package("hashicorp/hcl/v2");
  const library = oracle.package("function/stdlib");
  const cty = oracle.package("go-cty/cty");
  const goMap = (field: string, entries: readonly (readonly [string, unknown])[]): Record<string, unknown> => {
    const { key } = fieldType(hcl, "EvalContext", field) as { key: { keyFor: (key: string) => string } };
    return Object.fromEntries(
      entries.map(([name, v]) => {
        const k = toGoString(name);
        return [key.keyFor(k), { k, v }];
      }),
    );
  };
  const functions = goMap(
    "Functions",
    Object.entries(LIBRARY).map(([name, of]) => [name, library[of]]),
  );
  const Context = (hcl["EvalContext"] as { ptr: new (...fields: unknown[]) => unknown }).ptr;
  const noParent = (fieldType(hcl, "EvalContext", "parent") as { nil: unknown }).nil;
  return {
    of: (values) => new Context(goMap("Variables", values), functions, noParent),
    unknown: (type) =>
      type === "dynamic"
        ? cty["DynamicVal"]
        : (cty["UnknownVal"] as (of: unknown) => unknown)(cty[type.charAt(0).toUpperCase() + type.slice(1)]),
  };
}

const attributesOf = (body: GoObject): CtyExpression[] =>
  entriesOfGoMap(body["Attributes"]).map(([, attribute]) => (attribute as { Expr: CtyExpression }).Expr);

/**
 * An evaluator of expressions with the library's functions. `names` are variables given as expressions in terms of
 * earlier ones, `unknownNames` variables of which only the primitive type is known.
 */
export function oracleEvaluator(
  names: Readonly<Record<string, string>>,
  unknownNames: UnknownNames = {},
): (expression: string) => OracleAnswer {
  const oracle = hclOracle();
  const context = oracleContext();
  const values: [string, unknown][] = Object.entries(unknownNames).map(([name, type]) => [name, context.unknown(type)]);
  let current = context.of(values);
  const valueIn = (expression: string): { value?: CtyValue; answer: OracleAnswer } => {
    const parsed = oracle.parse(`v = ${expression}\n`);
    if (parsed.diagnostics.length > 0)
      return { answer: { value: "", errors: parsed.diagnostics.map((d) => d.summary) } };
    const [tree] = attributesOf(parsed.body);
    if (tree === undefined) throw new Error("there is no attribute");
    const [value, found] = tree.Value(current);
    const errors = fromGoSlice(found).map((diagnostic) => fromGoString((diagnostic as GoObject)["Summary"]));
    return { value, answer: { value: ctyText(value), errors } };
  };
  for (const [name, expression] of Object.entries(names)) {
    values.push([name, valueIn(expression).value]);
    current = context.of(values);
  }
  return (expression) => {
    try {
      return valueIn(expression).answer;
    } catch {
      return { value: "", errors: undefined };
    }
  };
}

/** Parses a body now and returns a function that evaluates all of its attributes and counts the errors. */
export function oracleBody(text: string): () => number {
  const expressions = attributesOf(hclOracle().parse(text).body);
  const context = oracleContext().of([]);
  return () => expressions.reduce((errors, tree) => errors + fromGoSlice(tree.Value(context)[1]).length, 0);
}
