// Functions of job files as a reader needs them: their signatures and what they do, from the table that evaluates them.
import type { FunctionDefinition, Parameter } from "../hcl/functions/definition.ts";
import { functionTable } from "../hcl/functions/table.ts";
import { friendlyName } from "../hcl/value.ts";

export interface FunctionHelp {
  readonly name: string;
  /** `substr(str: string, offset: number, length: number): string` */
  readonly signature: string;
  readonly description: string;
  readonly parameters: readonly ParameterHelp[];
  /** The last parameter takes all further arguments. */
  readonly isVariadic: boolean;
}

export interface ParameterHelp {
  /** As it stands in the signature. */
  readonly label: string;
  readonly description: string;
}

/** Undefined for a name that is no function. */
export function functionHelp(name: string): FunctionHelp | undefined {
  const definition = functionTable.get(name);
  return definition === undefined ? undefined : helpOf(definition);
}

/** Every function, by name. */
export function allFunctions(): FunctionHelp[] {
  return [...functionTable.values()].map(helpOf);
}

function helpOf({ name, description, parameters, variadic, returnType }: FunctionDefinition): FunctionHelp {
  const shown = parameters.map((parameter) => parameterHelp(parameter, ""));
  if (variadic !== undefined) shown.push(parameterHelp(variadic, "..."));
  const result = returnType.kind === "dynamic" ? "" : `: ${friendlyName(returnType)}`;
  return {
    name,
    signature: `${name}(${shown.map(({ label }) => label).join(", ")})${result}`,
    description,
    parameters: shown,
    isVariadic: variadic !== undefined,
  };
}

function parameterHelp({ name, type, description }: Parameter, dots: "" | "..."): ParameterHelp {
  return { label: type.kind === "dynamic" ? name + dots : `${name}: ${friendlyName(type)}${dots}`, description };
}
