// Reads one YAML document into a value: the syntax by the `yaml` library, the rest by the rules of HCL's yamldecode.
import { type Document, isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Scalar, type YAMLMap } from "yaml";
import { fail, ok, type Result } from "../../base/result.ts";
import { type Budget, spend } from "../budget.ts";
import { convert } from "../convert.ts";
import { NULL, object, STRING, tuple, type Value } from "../value.ts";
import { NotYaml, scalarValue, TAG_PREFIX } from "./yamlScalar.ts";

const UNITS_PER_CHARACTER = 2;
const MAX_DEPTH = 300;

const TOO_DEEP = "the YAML is nested too deeply";

/** Here a comment may follow what it stands behind without a space. */
const COMMENT_TOO_NEAR = /^Comments must be separated/;
/** What may not stand in a YAML text, not even in quotes. */
const CONTROL = /[^\t\n\r -~\u0085\u00a0-\ufffd\u{10000}-\u{10ffff}]/u;

interface Reading {
  readonly text: string;
  readonly budget: Budget;
  /** What each anchor stands for where the reading is: an alias means the last one before it. */
  readonly anchors: Map<string, unknown>;
  /** Anchored nodes being read: a node may not contain itself. */
  readonly open: Set<unknown>;
}

/** The value of a text that is one YAML document; the error says what is wrong. */
export function readYaml(given: string, budget: Budget): Result<Value, string> {
  spend(budget, given.length * UNITS_PER_CHARACTER);
  if (CONTROL.test(given)) return fail("there is a control character in the YAML text");
  const text = given.replace(/\r\n?/g, "\n");
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
    const wrong = document.errors.find(({ message }) => !COMMENT_TOO_NEAR.test(message));
    if (wrong?.message.includes("call stack") === true) return fail(TOO_DEEP);
    if (wrong) return fail(`this is not YAML: ${wrong.message.split("\n", 1)[0] ?? ""}`);
    if (second) return fail("there is more than one document in the YAML text");
    if (!hasKnownDirectives(document)) return fail("the YAML text has a directive that is not %YAML 1.1 or %TAG");
    return ok(nodeValue(document.contents, { text, budget, anchors: new Map(), open: new Set() }, 0));
  } catch (error) {
    if (error instanceof NotYaml) return fail(error.message);
    throw error;
  }
}

const hasKnownDirectives = ({ directives, warnings }: Document.Parsed): boolean =>
  directives.yaml.version === "1.1" && !warnings.some(({ message }) => /directive|version/.test(message));

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
  if (isScalar(node)) return scalarIn(node, reading);
  if (!isMap(node) && !isSeq(node)) throw new NotYaml("it has a node of an unknown kind");
  if (node.tag !== undefined && node.tag !== `${TAG_PREFIX}${isMap(node) ? "map" : "seq"}`)
    throw new NotYaml(`the tag "${node.tag}" is not supported here`);
  reading.open.add(node);
  const value = isMap(node)
    ? object(mappingEntries(node, reading, depth))
    : tuple(node.items.map((item) => nodeValue(item, reading, depth + 1)));
  reading.open.delete(node);
  return value;
}

/** The entries in order: a later one takes the place of an earlier one, also where either is merged with `<<`. */
function mappingEntries(node: YAMLMap, reading: Reading, depth: number): Map<string, Value> {
  const entries = new Map<string, Value>();
  for (const { key, value } of node.items) {
    if (!isScalar(key)) throw new NotYaml("a key is not a string");
    if (isMergeKey(key)) {
      const given = nodeValue(value, reading, depth + 1);
      for (const source of given.kind === "tuple" ? given.items : [given]) {
        if (source.kind !== "object") throw new NotYaml("only mappings can be merged with <<");
        for (const [name, item] of source.attributes) entries.set(name, item);
      }
      continue;
    }
    const keyValue = scalarIn(key, reading);
    if (keyValue.kind === "null") throw new NotYaml("a key is null");
    const name = convert(keyValue, STRING);
    if (!name.ok || name.value.kind !== "string") throw new NotYaml("a key is not a string");
    entries.set(name.value.value, nodeValue(value, reading, depth + 1));
  }
  return entries;
}

const isMergeKey = ({ tag, value }: Scalar): boolean =>
  tag === undefined ? value === "<<" : tag === `${TAG_PREFIX}merge`;

function scalarIn(node: Scalar, reading: Reading): Value {
  const text = typeof node.value === "string" ? node.value : (node.source ?? "");
  const quoted = node.type === "QUOTE_SINGLE" || node.type === "QUOTE_DOUBLE";
  const isBlock = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
  // A block that the text ends in has a last line end only when the text has one.
  const cut = isBlock && node.range?.[1] === reading.text.length && text.endsWith("\n") && !reading.text.endsWith("\n");
  const value = scalarValue({ text: cut ? text.slice(0, -1) : text, tag: node.tag, quoted });
  if (!isBlock || node.tag !== undefined) return value;
  // A block without a tag is read as what it looks like, and that is made a string again.
  const again = convert(value, STRING);
  return again.ok ? again.value : value;
}
