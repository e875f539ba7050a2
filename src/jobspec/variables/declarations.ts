// `variable` and `variables` blocks. Nomad: jobspec2's decodeInputVariables.
import { convert } from "../../hcl/convert.ts";
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { SourceText } from "../../hcl/source.ts";
import { typeOf, type Type, type Value } from "../../hcl/value.ts";
import type { Readable, ReadableAttribute, ReadableBlock, Report } from "../decode/body.ts";
import { errorAt, evaluateReadable } from "../decode/context.ts";
import { toApiValue } from "../decode/values.ts";
import { variableBody } from "../schema/index.ts";
import { readType } from "./typeArgument.ts";
import { readRule } from "./validation.ts";
import type { Variable } from "./variable.ts";

/** The first expression answers for nearly all names; the second one takes a millisecond to compile. */
const isName = (text: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_-]*$/.test(text) || /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(text);

/** Reads all declarations of a file. What is wrong with one leaves the others alone; in strict mode it is not declared. */
export function declareVariables(
  source: SourceText,
  blocks: { readonly variable: readonly ReadableBlock[]; readonly variables: readonly ReadableBlock[] },
  mode: "strict" | "editor",
  report: Report,
): Map<string, Variable> {
  const declared = new Map<string, Variable>();
  for (const block of blocks.variable) {
    const variable = declare(source, block, mode, report);
    if (variable === undefined) continue;
    if (declared.has(variable.name)) report(duplicate(source, variable.name));
    else declared.set(variable.name, variable);
  }
  for (const block of blocks.variables) {
    for (const attribute of block.body.justAttributes(report)) {
      if (declared.has(attribute.name)) report(duplicate(source, attribute.name, attribute));
      else declared.set(attribute.name, declareShort(source, attribute, report));
    }
  }
  return declared;
}

/** Nomad gives two `variable` blocks of one name no place; a `variables` entry it does. */
function duplicate(source: SourceText, name: string, attribute?: ReadableAttribute): Diagnostic {
  return errorAt(
    { source },
    attribute?.nameSpan,
    "Duplicate variable",
    `There is more than one declaration of the variable ${JSON.stringify(name)}. Remove all but one.`,
  );
}

function declare(
  source: SourceText,
  block: ReadableBlock,
  mode: "strict" | "editor",
  report: Report,
): Variable | undefined {
  const name = block.labels[0] ?? "";
  const nameSpan = block.labelSpans[0] ?? block.defSpan;
  let usable = true;
  if (!isName(name)) {
    const detail =
      "A name begins with a letter or an underscore and goes on with letters, digits, underscores and dashes.";
    report(errorAt({ source }, nameSpan, "Invalid variable name", detail));
    usable = false;
  }
  const contents = block.body.content(variableBody, report);
  const typeAttribute = contents.attribute("type");
  const type = typeAttribute && readType(typeAttribute.value, source, report);
  if (typeAttribute !== undefined && type === undefined) usable = false;
  const defaultAttribute = contents.attribute("default");
  const value = defaultAttribute && readDefault(source, defaultAttribute.value, type, report);
  // In the editor it stays declared, so that what refers to it is not marked as well.
  if (!usable && mode === "strict") return undefined;
  const rules = contents.blocks("validation").map((rule) => readRule(source, rule, name, report));
  return {
    name,
    source,
    nameSpan,
    description: readDescription(source, contents.attribute("description"), report),
    typeText: typeAttribute && source.slice(typeAttribute.value.span),
    type: type ?? (value && typeOf(value)),
    rules: rules.filter((rule) => rule !== undefined),
    assignments:
      value === undefined || defaultAttribute === undefined
        ? []
        : [{ value, from: "default", place: { source, span: defaultAttribute.value.span } }],
  };
}

function declareShort(source: SourceText, attribute: ReadableAttribute, report: Report): Variable {
  const value = evaluateReadable(attribute.value, report);
  return {
    name: attribute.name,
    source,
    nameSpan: attribute.nameSpan,
    description: undefined,
    typeText: undefined,
    type: typeOf(value),
    rules: [],
    assignments: [{ value, from: "default", place: { source, span: attribute.value.span } }],
  };
}

function readDescription(
  source: SourceText,
  attribute: ReadableAttribute | undefined,
  report: Report,
): string | undefined {
  if (attribute === undefined) return undefined;
  const converted = toApiValue(evaluateReadable(attribute.value, report), { type: "string", nullable: false });
  if (converted.kind === "value") return String(converted.value);
  if (converted.kind === "refused") {
    report(errorAt({ source }, attribute.value.startSpan(), converted.summary, converted.detail));
  }
  return undefined;
}

/** The default, converted to the declared type. */
function readDefault(source: SourceText, readable: Readable, type: Type | undefined, report: Report): Value {
  const value = evaluateReadable(readable, report);
  if (type === undefined) return value;
  const converted = convert(value, type);
  if (converted.ok) return converted.value;
  const detail = `The default does not have the type of the variable: ${converted.error}.`;
  report(errorAt({ source }, readable.span, "Invalid default value for variable", detail));
  return value;
}
