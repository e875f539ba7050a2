// Reads one YAML document into a value: the syntax by the `yaml` library, what scalars mean by the rules of HCL's
// yamldecode (YAML 1.1 words such as `yes`, numbers with all digits, timestamps as RFC 3339 text).
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Scalar, type YAMLMap } from "yaml";
import { fail, ok, type Result } from "../../base/result.ts";
import { fromInteger, infinity } from "../bigfloat.ts";
import { parseBigFloat } from "../bigfloatText.ts";
import { type Budget, spend } from "../budget.ts";
import { convert } from "../convert.ts";
import { bool, NULL, number, object, STRING, string, tuple, type Value } from "../value.ts";
import { yamlTimestamp } from "./yamlTimestamp.ts";

const UNITS_PER_CHARACTER = 2;
const MAX_DEPTH = 300;

const TOO_DEEP = "the YAML is nested too deeply";

class NotYaml extends Error {}

interface Reading {
  readonly budget: Budget;
  /** What each anchor stands for where the reading is: an alias means the last one before it. */
  readonly anchors: Map<string, unknown>;
  /** Anchored nodes being read: a node may not contain itself. */
  readonly open: Set<unknown>;
}

/** The value of a text that is one YAML document; the error says what is wrong. */
export function readYaml(text: string, budget: Budget): Result<Value, string> {
  spend(budget, text.length * UNITS_PER_CHARACTER);
  try {
    const parsed = parseAllDocuments(text, {
      schema: "failsafe",
      uniqueKeys: false,
      version: "1.1",
      prettyErrors: false,
      logLevel: "silent",
    });
    const [document, second] = "empty" in parsed ? [] : parsed;
    if (document === undefined) return fail("there is no document in the YAML text");
    const [wrong] = document.errors;
    if (wrong?.message.includes("call stack") === true) return fail(TOO_DEEP);
    if (wrong) return fail(`this is not YAML: ${wrong.message.split("\n", 1)[0] ?? ""}`);
    if (second) return fail("there is more than one document in the YAML text");
    return ok(nodeValue(document.contents, { budget, anchors: new Map(), open: new Set() }, 0));
  } catch (error) {
    if (error instanceof NotYaml) return fail(error.message);
    throw error;
  }
}

function nodeValue(node: unknown, reading: Reading, depth: number): Value {
  spend(reading.budget, 2);
  if (depth > MAX_DEPTH) throw new NotYaml(TOO_DEEP);
  if (node === null || node === undefined) return NULL;
  if (isAlias(node)) {
    const target = reading.anchors.get(node.source);
    if (target === undefined) throw new NotYaml(`nothing is anchored as "${node.source}"`);
    if (reading.open.has(target)) throw new NotYaml(`"${node.source}" would contain itself`);
    return nodeValue(target, reading, depth + 1);
  }
  if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined)
    reading.anchors.set(node.anchor, node);
  if (isScalar(node)) return scalarValue(node);
  if (!isMap(node) && !isSeq(node)) throw new NotYaml("it has a node of an unknown kind");
  reading.open.add(node);
  const value = isMap(node)
    ? object(mappingEntries(node, reading, depth))
    : tuple(node.items.map((item) => nodeValue(item, reading, depth + 1)));
  reading.open.delete(node);
  return value;
}

function mappingEntries(node: YAMLMap, reading: Reading, depth: number): Map<string, Value> {
  const entries = new Map<string, Value>();
  const merged = new Map<string, Value>();
  for (const { key, value } of node.items) {
    if (isScalar(key) && isPlain(key) && key.value === "<<") {
      const given = nodeValue(value, reading, depth + 1);
      for (const source of given.kind === "tuple" ? given.items : [given]) {
        if (source.kind !== "object") throw new NotYaml("only mappings can be merged with <<");
        for (const [name, item] of source.attributes) if (!merged.has(name)) merged.set(name, item);
      }
      continue;
    }
    const keyValue = nodeValue(key, reading, depth + 1);
    if (keyValue.kind === "null") throw new NotYaml("a key is null");
    const name = convert(keyValue, STRING);
    if (!name.ok || name.value.kind !== "string") throw new NotYaml("a key is not a string");
    entries.set(name.value.value, nodeValue(value, reading, depth + 1));
  }
  return new Map([...merged, ...entries]);
}

const isPlain = (node: Scalar): boolean => node.type === "PLAIN" || node.type === undefined;

/** What a plain word stands for in YAML 1.1; most are no such word. */
function wordValue(text: string): Value | undefined {
  if (text.length > "false".length) return undefined;
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return NULL;
  if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return bool(true);
  if (/^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return bool(false);
  const infinite = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(text);
  return infinite === null ? undefined : number(infinity(infinite[1] === "-"));
}

const TAG_PREFIX = "tag:yaml.org,2002:";
const KNOWN_TAGS = new Set(["str", "int", "float", "bool", "null", "timestamp", "binary", "merge"]);

function scalarValue(node: Scalar): Value {
  const text = typeof node.value === "string" ? node.value : (node.source ?? "");
  const tag = node.tag?.startsWith(TAG_PREFIX) === true ? node.tag.slice(TAG_PREFIX.length) : node.tag;
  if (tag !== undefined && tag !== "!" && !KNOWN_TAGS.has(tag)) throw new NotYaml(`the tag "${tag}" is not supported`);
  if (!isPlain(node) || tag === "str" || tag === "binary" || tag === "!") return string(text);
  const word = wordValue(text);
  if (word !== undefined) return word;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) throw new NotYaml("there is no value for .nan");
  return numberFrom(text) ?? timestampFrom(text) ?? string(text);
}

function timestampFrom(text: string): Value | undefined {
  const timestamp = yamlTimestamp(text);
  return timestamp === undefined ? undefined : string(timestamp);
}

function numberFrom(text: string): Value | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined;
  const based = /^([-+]?)0(?:x([0-9a-fA-F]+)|o([0-7]+))$/.exec(text);
  if (based) {
    const size = BigInt(based[2] === undefined ? `0o${based[3] ?? "0"}` : `0x${based[2]}`);
    return number(fromInteger(based[1] === "-" ? -size : size));
  }
  const parsed = /[iI]nf|[pP]/.test(text) ? undefined : parseBigFloat(text);
  return parsed === undefined ? undefined : number(parsed);
}
