// `variable` and `variables` blocks. Nomad: jobspec2's decodeInputVariables.
import { identifierEnd } from "../../hcl/characters.ts";
import { convert } from "../../hcl/convert.ts";
import { hasErrors, type Diagnostic } from "../../hcl/diagnostic.ts";
import type { SourceText } from "../../hcl/source.ts";
import { typeOf, UNKNOWN, type Type, type Value } from "../../hcl/value.ts";
import type { Readable, ReadableAttribute, ReadableBlock, Report } from "../decode/body.ts";
import { errorAt } from "../decode/context.ts";
import { variableBody } from "../schema/index.ts";
import { readType } from "./typeArgument.ts";
import { readRule } from "./validation.ts";
import { readText } from "./text.ts";
import type { Assignment, Variable } from "./variable.ts";

const isName = (text: string): boolean => text !== "" && identifierEnd(text, 0) === text.length;

/** Reads all declarations of a file. What is wrong with one leaves the others alone; in strict mode it is not declared. */
export function declareVariables(
  source: SourceText,
  blocks: { readonly variable: readonly ReadableBlock[]; readonly variables: readonly ReadableBlock[] },
  mode: "strict" | "editor",
  report: Report,
): Map<string, Variable> {
  const declared = new Map<string, Variable>();
  for (const block of [...blocks.variable, ...blocks.variables].sort(inOrder)) {
    if (block.type === "variables") declareShort(source, block, declared, { mode, report });
    else if (declared.has(nameOf(block))) report(duplicate(source, nameOf(block)));
    else {
      const variable = declare(source, block, mode, report);
      if (variable !== undefined) declared.set(variable.name, variable);
    }
  }
  return declared;
}

const inOrder = (left: ReadableBlock, right: ReadableBlock): number => left.span.start - right.span.start;
const nameOf = (block: ReadableBlock): string => block.labels[0] ?? "";

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
  const name = nameOf(block);
  const nameSpan = block.labelSpans[0] ?? block.defSpan;
  if (!isName(name)) {
    const detail =
      "A name begins with a letter or an underscore and goes on with letters, digits, underscores and dashes.";
    report(errorAt({ source }, nameSpan, "Invalid variable name", detail));
  }
  const contents = block.body.content(variableBody, report);
  const description = readDescription(source, contents.attribute("description"), report);
  const typeAttribute = contents.attribute("type");
  const type = typeAttribute && readType(typeAttribute.value, source, report);
  // In the editor it stays declared, so that what refers to it is not marked as well.
  if (typeAttribute !== undefined && type === undefined && mode === "strict") return undefined;
  const defaultAttribute = contents.attribute("default");
  const value = defaultAttribute && readDefault(source, defaultAttribute.value, type, report);
  if (value === "wrong" && mode === "strict") return undefined;
  const rules = contents.blocks("validation").map((rule) => readRule(source, rule, name, report));
  return {
    name,
    source,
    nameSpan,
    description,
    typeText: typeAttribute && source.slice(typeAttribute.value.span),
    type: type ?? (defaultAttribute && typeOf(known(value))),
    rules,
    assignments: defaultAttribute === undefined ? [] : [defaultOf(defaultAttribute, known(value))],
  };
}

const known = (value: Value | "wrong" | undefined): Value =>
  value === undefined || value === "wrong" ? UNKNOWN : value;

function defaultOf({ source, value: { span } }: ReadableAttribute, value: Value): Assignment {
  return { value, from: "default", place: { source, span } };
}

interface Declaring {
  readonly mode: "strict" | "editor";
  readonly report: Report;
}

/** `variables { name = default … }`. */
function declareShort(
  source: SourceText,
  block: ReadableBlock,
  declared: Map<string, Variable>,
  { mode, report }: Declaring,
): void {
  for (const attribute of block.body.justAttributes(report)) {
    if (declared.has(attribute.name)) {
      report(duplicate(source, attribute.name, attribute));
      continue;
    }
    const { value, diagnostics } = attribute.value.evaluate();
    diagnostics.forEach(report);
    if (hasErrors(diagnostics) && mode === "strict") continue;
    declared.set(attribute.name, shortVariable(source, attribute, value));
  }
}

function shortVariable(source: SourceText, attribute: ReadableAttribute, value: Value): Variable {
  return {
    name: attribute.name,
    source,
    nameSpan: attribute.nameSpan,
    description: undefined,
    typeText: undefined,
    type: typeOf(value),
    rules: [],
    assignments: [defaultOf(attribute, value)],
  };
}

function readDescription(
  source: SourceText,
  attribute: ReadableAttribute | undefined,
  report: Report,
): string | undefined {
  return attribute && readText(source, attribute.value, report);
}

/**
 * The default, converted to the declared type; unknown when it does not have that.
 * @returns `wrong` when it cannot be evaluated: then the variable is not declared
 */
function readDefault(source: SourceText, readable: Readable, type: Type | undefined, report: Report): Value | "wrong" {
  const { value, diagnostics } = readable.evaluate();
  diagnostics.forEach(report);
  if (hasErrors(diagnostics)) return "wrong";
  if (type === undefined) return value;
  const converted = convert(value, type);
  if (converted.ok) return converted.value;
  const detail = `The default does not have the type of the variable: ${converted.error}.`;
  report(errorAt({ source }, readable.span, "Invalid default value for variable", detail));
  return UNKNOWN;
}
