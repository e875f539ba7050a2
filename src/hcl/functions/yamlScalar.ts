// What a YAML scalar means by the rules of HCL's yamldecode: YAML 1.1 words such as `yes`, numbers with all digits,
// timestamps as RFC 3339 text, and tags that mostly give way to what the text looks like.
import { fromInteger, infinity } from "../bigfloat.ts";
import { parseBigFloat } from "../bigfloatText.ts";
import { bool, NULL, number, string, type Value } from "../value.ts";
import { decodeBase64 } from "./support.ts";
import { yamlTimestamp } from "./yamlTimestamp.ts";

/** The text is no YAML, or none that has a value. */
export class NotYaml extends Error {}

export interface YamlScalar {
  readonly text: string;
  /** In its long form. */
  readonly tag: string | undefined;
  /** In quotes of either kind; block scalars are not. */
  readonly quoted: boolean;
}

export const TAG_PREFIX = "tag:yaml.org,2002:";
const KNOWN_TAGS = new Set(["str", "int", "float", "bool", "null", "timestamp", "binary"]);

/** Only a text that begins like this can be anything but a string. */
const HINT = /^(?:[-+0-9yYnNtTfFoO~.]|$)/;
const INTEGER = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

export function scalarValue({ text, tag, quoted }: YamlScalar): Value {
  const name = tag?.startsWith(TAG_PREFIX) === true ? tag.slice(TAG_PREFIX.length) : (tag ?? "");
  if (name !== "" && !KNOWN_TAGS.has(name)) throw new NotYaml(`the tag "${name}" is not supported`);
  if (name === "str") return string(text);
  const untagged =
    name === "binary" || !HINT.test(text) ? undefined : (hintedValue(text, name, quoted) ?? numberIn(text));
  return untagged ?? taggedValue(text, name);
}

/** What a text is by itself, whatever its tag says. */
function hintedValue(text: string, tag: string, quoted: boolean): Value | undefined {
  if (quoted) return string(text);
  const word = wordValue(text);
  if (word !== undefined) return word;
  if (tag === "" && /^\.(?:nan|NaN|NAN)$/.test(text)) throw new NotYaml("there is no value for .nan");
  return tag === "" || tag === "timestamp" ? timestampIn(text) : undefined;
}

function numberIn(text: string): Value | undefined {
  if (INTEGER.test(text) || FLOAT.test(text)) return numberOf(text);
  const parsed = text.startsWith(".") ? parseBigFloat(text) : undefined;
  return parsed === undefined ? undefined : number(parsed);
}

function taggedValue(text: string, tag: string): Value {
  switch (tag) {
    case "null":
      return NULL;
    case "int":
    case "float":
      return numberOf(text);
    case "binary":
      if (decodeBase64(text) === undefined) throw new NotYaml("what is tagged as binary is not base64");
      return string(text);
    case "bool":
    case "timestamp":
      throw new NotYaml(`a text that is tagged as ${tag} is none`);
    default:
      return string(text);
  }
}

/** What a plain word stands for in YAML 1.1; most are no such word. */
function wordValue(text: string): Value | undefined {
  if (text.length > "false".length) return undefined;
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return NULL;
  if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return bool(true);
  if (/^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return bool(false);
  const infinite = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(text);
  return infinite === null ? undefined : number(infinity(infinite[1] === "-"));
}

function timestampIn(text: string): Value | undefined {
  const timestamp = yamlTimestamp(text);
  return timestamp === undefined ? undefined : string(timestamp);
}

const MAX_UNSIGNED = 0xffff_ffff_ffff_ffffn;
const MAX_SIGNED = 0x7fff_ffff_ffff_ffffn;

/** A decimal number of any size, or 64 bits with another base; underscores do not count. */
function numberOf(text: string): Value {
  const digits = text.replaceAll("_", "");
  const decimal = parseBigFloat(digits);
  if (decimal !== undefined) return number(decimal);
  const based = /^([-+]?)(0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+))$/.exec(digits);
  const size = BigInt(based?.[2] ?? -1);
  const sign = based?.[1] ?? "";
  if (size < 0n || size > (sign === "" ? MAX_UNSIGNED : MAX_SIGNED)) throw new NotYaml("a number in it cannot be read");
  return number(fromInteger(sign === "-" ? -size : size));
}
