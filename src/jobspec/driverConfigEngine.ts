// The driver config engine: decodes a task's (or a plugin's) config against a driver's schema, as Nomad's client does when
// the task starts: every text in it is an HCL template over the environment and the node, and a name that does not
// exist is an error. Source: Nomad helper/pluginutils/hclutils, ParseHclInterface (nomad.md 2.4).
import { parseBigFloat } from "../hcl/bigfloatText.ts";
import { convert } from "../hcl/convert.ts";
import { bool, compareBytes, NULL, number, object, STRING, tuple, UNKNOWN, type Value } from "../hcl/value.ts";
import type {
  ConfigPath,
  DecodedDriverConfig,
  DriverConfigProblem,
  DriverConfigScope,
  DriverSpec,
  DriverValue,
} from "./driverConfigTypes.ts";
import { convertArgument } from "./driverConversion.ts";
import { driverVariables, type MentionedName } from "./driverScope.ts";
import { suggestion } from "./driverProblemText.ts";
import { evaluateConfigText, mentionedNames, readConfigText, type ConfigText } from "./driverTemplates.ts";

export { formatDriverConfigProblems } from "./driverConfigTypes.ts";

type Config = Readonly<Record<string, unknown>>;

/**
 * Decodes a config. `config` is the task's `Config` of the API job; null, undefined and an empty one are a task without
 * config. Arguments that the schema does not have are refused and not evaluated. Never throws.
 */
export function decodeDriverConfig(
  config: Config | null | undefined,
  spec: DriverSpec,
  scope: DriverConfigScope,
): DecodedDriverConfig {
  return decode(config, spec, (mentioned) => driverVariables(scope, mentioned));
}

/** Decodes the config of a plugin in the agent's configuration: as a task's, but no variable exists there. */
export function decodePluginConfig(config: Config, spec: DriverSpec): DecodedDriverConfig {
  return decode(config, spec, () => new Map());
}

function decode(
  config: Config | null | undefined,
  spec: DriverSpec,
  variablesFor: (mentioned: readonly MentionedName[]) => ReadonlyMap<string, Value>,
): DecodedDriverConfig {
  const names = Object.keys(spec).sort(compareBytes);
  const values: Record<string, DriverValue> = Object.fromEntries(names.map((name) => [name, null]));
  const problems: DriverConfigProblem[] = [];
  const unknown: ConfigPath[] = [];
  // The server makes an empty config null before a client sees it (golden e-empty-config, e-image-null).
  if (config === null || config === undefined || Object.keys(config).length === 0) {
    problems.push({
      path: [],
      summary: "Root value must be object",
      detail: "The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.",
    });
    return { values, unknown, problems };
  }
  checkNames(config, spec, names, problems);

  const texts = new Map<string, ConfigText>();
  const mentioned: MentionedName[] = [];
  for (const name of names) readTexts(config[name], texts, mentioned);
  const variables = variablesFor(mentioned);
  for (const name of names) {
    const attribute = spec[name];
    if (attribute === undefined || !Object.hasOwn(config, name)) continue;
    const before = problems.length;
    const value = evaluateJson(config[name], { texts, variables, problems }, [name]);
    const converted = convertArgument(value, attribute.type, [name]);
    if (converted.ok) {
      // What could not be evaluated is unknown too, but that is the problem's fault.
      if (problems.length > before) continue;
      values[name] = converted.value;
      unknown.push(...converted.unknown);
    } else {
      problems.push({
        path: converted.path,
        summary: "Incorrect attribute value type",
        detail: `Inappropriate value for attribute "${name}": ${converted.reason}.`,
      });
    }
  }
  return { values, unknown, problems };
}

function checkNames(config: Config, spec: DriverSpec, names: readonly string[], problems: DriverConfigProblem[]): void {
  for (const name of names) {
    if (spec[name]?.presence === "required" && !Object.hasOwn(config, name)) {
      const detail = `The argument "${name}" is required, but no definition was found.`;
      problems.push({ path: [], summary: "Missing required argument", detail });
    }
  }
  const unused = names.filter((name) => !Object.hasOwn(config, name));
  for (const name of Object.keys(config).sort(compareBytes)) {
    // A key "//" is a comment in HCL-JSON.
    if (Object.hasOwn(spec, name) || name === "//") continue;
    const guess = suggestion(name, unused);
    const hint = guess === undefined ? "" : ` Did you mean "${guess}"?`;
    const detail = `No argument or block type is named "${name}".${hint}`;
    problems.push({ path: [name], summary: "Invalid label", detail });
  }
}

/** Parses every text below a value, and collects the names in them. */
function readTexts(json: unknown, texts: Map<string, ConfigText>, mentioned: MentionedName[]): void {
  if (typeof json === "string") {
    if (texts.has(json)) return;
    const text = readConfigText(json);
    texts.set(json, text);
    mentioned.push(...mentionedNames(text));
  } else if (Array.isArray(json)) {
    for (const item of json) readTexts(item, texts, mentioned);
  } else if (typeof json === "object" && json !== null) {
    for (const [key, value] of Object.entries(json)) {
      readTexts(key, texts, mentioned);
      readTexts(value, texts, mentioned);
    }
  }
}

interface Evaluation {
  readonly texts: ReadonlyMap<string, ConfigText>;
  readonly variables: ReadonlyMap<string, Value>;
  readonly problems: DriverConfigProblem[];
}

/** The value of a JSON expression, as HCL's JSON syntax reads it. */
function evaluateJson(json: unknown, evaluation: Evaluation, path: ConfigPath): Value {
  switch (typeof json) {
    case "string":
      return evaluateText(json, evaluation, path);
    case "boolean":
      return bool(json);
    case "number": {
      const parsed = parseBigFloat(numberText(json));
      return parsed === undefined ? UNKNOWN : number(parsed);
    }
    case "object":
      if (json === null) return NULL;
      if (Array.isArray(json))
        return tuple(json.map((item, index) => evaluateJson(item, evaluation, [...path, index])));
      return evaluateObject(json as Config, evaluation, path);
    default:
      return NULL;
  }
}

function evaluateText(text: string, { texts, variables, problems }: Evaluation, path: ConfigPath): Value {
  const read = texts.get(text) ?? readConfigText(text);
  return evaluateConfigText(read, variables, path, problems);
}

/** Keys are templates too. */
function evaluateObject(json: Config, evaluation: Evaluation, path: ConfigPath): Value {
  const attributes = new Map<string, Value>();
  let known = true;
  for (const key of Object.keys(json).sort(compareBytes)) {
    const place = [...path, key];
    const name = convert(evaluateText(key, evaluation, place), STRING);
    const value = evaluateJson(json[key], evaluation, place);
    if (!name.ok || name.value.kind === "null") {
      const reason = name.ok ? "it is null" : name.error;
      const detail = `The key ${JSON.stringify(key)} does not come out as a text: ${reason}.`;
      evaluation.problems.push({ path: place, summary: "Invalid object key expression", detail });
    } else if (name.value.kind !== "string") {
      known = false;
    } else if (attributes.has(name.value.value)) {
      const detail = `There is another attribute named "${name.value.value}" in this object.`;
      evaluation.problems.push({ path: place, summary: "Duplicate object attribute", detail });
    } else {
      attributes.set(name.value.value, value);
    }
  }
  return known ? object(attributes) : UNKNOWN;
}

/**
 * A number as Nomad writes it into the JSON that it evaluates: every digit of a whole number below 1e21, otherwise the
 * shortest text (golden args-big-numbers).
 */
function numberText(value: number | bigint): string {
  return Number.isInteger(value) && Math.abs(Number(value)) < 1e21 ? BigInt(value).toString() : String(value);
}
