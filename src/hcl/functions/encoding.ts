// Encoding functions: base64, URL, JSON, CSV and YAML.
import { ok } from "../../base/result.ts";
import { spend } from "../budget.ts";
import { shown } from "../convert.ts";
import {
  DYNAMIC,
  isWhollyKnown,
  list,
  listOf,
  object,
  objectOf,
  STRING,
  string,
  unknownOf,
  type Type,
  type Value,
} from "../value.ts";
import { readCsv } from "./csv.ts";
import { callError, type EagerFunction, type FunctionResult } from "./definition.ts";
import { jsonText } from "./json.ts";
import { readJson } from "./jsonReader.ts";
import { decodeBase64, parameter, textOf } from "./support.ts";
import { readYaml } from "./yamlReader.ts";
import { yamlText } from "./yamlWriter.ts";

const encoding = { kind: "eager", category: "encoding", returnType: STRING } as const;
const str = (description: string): ReturnType<typeof parameter> => parameter("str", STRING, description);

/** Bytes as UTF-8; `undefined` when they are not. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** As in the query of a URL: a space is "+", and only letters, digits and -_.~ stand for themselves. */
function urlEncode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd"))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/** Rows of a CSV text as objects whose attributes are the columns of its first line. */
function csvRows(text: string): FunctionResult<{ type: Type; rows: Value[] }> {
  const records = readCsv(text);
  if (!records.ok) return callError(records.error);
  const [header, ...lines] = records.value;
  if (header === undefined) return callError("there is no header line");
  const repeated = header.find((name, i) => header.indexOf(name) < i);
  if (repeated !== undefined) return callError(`two columns are named "${repeated}"`);
  const type = objectOf(header.map((name) => [name, STRING]));
  return ok({ type, rows: lines.map((line) => object(header.map((name, i) => [name, string(line[i] ?? "")]))) });
}

export const encodingFunctions = (): readonly EagerFunction[] => [
  {
    ...encoding,
    name: "base64decode",
    description: "Decodes base64; the bytes must be UTF-8 text.",
    parameters: [str("The base64 text, with padding.")],
    implementation: ([given]) => {
      const bytes = decodeBase64(textOf(given));
      if (bytes === undefined) return callError(`${shown(textOf(given))} is not base64`);
      const text = decodeUtf8(bytes);
      return text === undefined ? callError("the decoded bytes are not UTF-8 text") : ok(string(text));
    },
  },
  {
    ...encoding,
    name: "base64encode",
    description: "Encodes the UTF-8 bytes of a string as base64.",
    parameters: [str("The string.")],
    implementation: ([given]) => ok(string(Buffer.from(textOf(given), "utf8").toString("base64"))),
  },
  {
    ...encoding,
    name: "csvdecode",
    description: "Reads CSV text into a list of objects; the first line names the attributes.",
    returnType: listOf(DYNAMIC),
    parameters: [str("The CSV text.")],
    implementation: ([given], { budget }) => {
      spend(budget, Math.ceil(textOf(given).length / 4));
      const csv = csvRows(textOf(given));
      return csv.ok ? ok(list(csv.value.type, csv.value.rows)) : csv;
    },
  },
  {
    ...encoding,
    name: "jsondecode",
    description: "Reads JSON text into a value.",
    returnType: DYNAMIC,
    parameters: [str("The JSON text.")],
    implementation: ([given], { budget }) => {
      spend(budget, Math.ceil(textOf(given).length / 16));
      const value = readJson(textOf(given), budget);
      return value.ok ? value : callError(value.error);
    },
  },
  {
    ...encoding,
    name: "jsonencode",
    description: "Writes a value as JSON, object keys in order.",
    parameters: [parameter("val", DYNAMIC, "The value.", "null", "dynamic")],
    implementation: ([given]) => {
      if (given === undefined || !isWhollyKnown(given)) return ok(unknownOf(STRING));
      const text = jsonText(given);
      return text.ok ? ok(string(text.value)) : callError(text.error);
    },
  },
  {
    ...encoding,
    name: "urlencode",
    description: "Encodes a string for use in the query of a URL.",
    parameters: [str("The string.")],
    implementation: ([given]) => ok(string(urlEncode(textOf(given)))),
  },
  {
    ...encoding,
    name: "yamldecode",
    description: "Reads one YAML document into a value.",
    returnType: DYNAMIC,
    parameters: [parameter("src", STRING, "The YAML text.")],
    implementation: ([given], { budget }) => {
      const value = readYaml(textOf(given), budget);
      return value.ok ? value : callError(value.error);
    },
  },
  {
    ...encoding,
    name: "yamlencode",
    description: "Writes a value as YAML, in block style with quoted strings.",
    parameters: [parameter("value", DYNAMIC, "The value.", "null", "dynamic")],
    implementation: ([given]) => {
      if (given === undefined || !isWhollyKnown(given)) return ok(unknownOf(STRING));
      const text = yamlText(given);
      return text.ok ? ok(string(text.value)) : callError(text.error);
    },
  },
];
