// Bodies in HCL's JSON form, as the decoder reads them: what a property means is decided by the schema.
// Nomad: hcl/json's body (PartialContent, unpackBlock, JustAttributes).
import { nearest } from "../../base/nearest.ts";
import type { Diagnostic } from "../../hcl/diagnostic.ts";
import type { JsonMember, JsonNode } from "../../hcl/json.ts";
import type { Span } from "../../hcl/source.ts";
import type { Value } from "../../hcl/value.ts";
import type { BlockSchema, BodySchema, LabelSchema } from "../schema/index.ts";
import type { ReadableAttribute, ReadableBlock, ReadableBody, Report } from "./body.ts";
import { BodyContents } from "./contents.ts";
import { evaluateReadable } from "./context.ts";
import { arrangeBlocks, blockSchemaOf } from "./dynamic.ts";
import { readJsonValue, startOf } from "./jsonValue.ts";
import { isReadTwice, looksAt } from "./looks.ts";
import { inside, withName, type Scope } from "./scope.ts";
import { missingArgument } from "./unsupported.ts";

/** A property of this name is a comment. */
const COMMENT = "//";
const WRONG_TYPE = "Incorrect JSON value type";

export function jsonBody(node: JsonNode, scope: Scope): ReadableBody {
  return {
    missingSpan: missingSpanOf(node),
    withName: (name, value) => jsonBody(node, withName(scope, name, value)),
    content: (schema, report) => jsonContent(node, scope, schema, report),
    justAttributes: (report) => jsonAttributes(node, scope, report),
    freeAttributes: (report) => jsonAttributes(node, scope, report),
  };
}

function missingSpanOf(node: JsonNode): Span {
  if (node.kind === "object") return node.closeSpan;
  return node.kind === "array" ? node.openSpan : node.span;
}

const problem = ({ source }: Scope, subject: Span, summary: string, detail: string): Diagnostic => ({
  severity: "error",
  summary,
  detail,
  subject,
  source,
});

/** The members of an object, or of all objects of an array. */
function membersOf(node: JsonNode, scope: Scope, purpose: string, report: Report): readonly JsonMember[] {
  switch (node.kind) {
    case "null":
      return [];
    case "object":
      return node.members;
    case "array":
      return node.items.flatMap((item) => {
        if (item.kind === "object") return item.members;
        report(problem(scope, startOf(item), WRONG_TYPE, `Each element must be an object here, ${purpose}.`));
        return [];
      });
    case "string":
    case "number":
    case "bool": {
      const detail = `An object, or an array of objects, is needed here, ${purpose}.`;
      report(problem(scope, startOf(node), WRONG_TYPE, detail));
      return [];
    }
  }
}

const FOR_BODY = "with the arguments and blocks";

function jsonContent(node: JsonNode, scope: Scope, schema: BodySchema, report: Report): BodyContents {
  const contents = new BodyContents(schema.index);
  const blocks: ReadableBlock[] = [];
  const members = membersOf(node, scope, FOR_BODY, repeated(report, looksAt(schema)));
  const mayBeAttribute = !(scope.mode === "strict" && hasBrokenDynamic(members, scope, schema));
  for (const member of members) {
    const { name } = member;
    const blockSchema = blockSchemaOf(name, scope, schema);
    const isAttribute = schema.attributes.has(name) || (blockSchema?.alsoAttribute === true && mayBeAttribute);
    const place = schema.index.places.get(name);
    if (place !== undefined && isAttribute) {
      const found = contents.at(place);
      if (found.attribute === undefined) found.attribute = readMember(member, scope);
      else report(duplicateArgument(member, found.attribute, scope));
    } else if (blockSchema !== undefined) {
      const reportLabel = isReadTwice(blockSchema, schema) ? repeated(report, 2) : report;
      unpackBlocks({ member, schema: blockSchema, scope, report: reportLabel, found: blocks }, member.value, [], []);
    } else if (name !== COMMENT && !schema.partial) report(extraneous(member, scope, schema));
  }
  for (const name of schema.index.required) {
    if (contents.attribute(name) === undefined) report(missingArgument(scope.source, name, missingSpanOf(node)));
  }
  arrangeBlocks(contents, blocks, scope, schema, report);
  return contents;
}

/**
 * Whether a dynamic block is no block. Nomad's first look at a body fails then, and that is the one that takes what may be
 * a block or an argument (`meta`, `env`) for an argument.
 */
function hasBrokenDynamic(members: readonly JsonMember[], scope: Scope, schema: BodySchema): boolean {
  let isBroken = false;
  const report = (): void => {
    isBroken = true;
  };
  for (const member of members) {
    const blockSchema = member.name === "dynamic" ? blockSchemaOf(member.name, scope, schema) : undefined;
    if (blockSchema !== undefined)
      unpackBlocks({ member, schema: blockSchema, scope, report, found: [] }, member.value, [], []);
  }
  return isBroken;
}

function repeated(report: Report, times: number): Report {
  return (problem) => {
    for (let time = 0; time < times; time++) report(problem);
  };
}

function duplicateArgument(member: JsonMember, earlier: ReadableAttribute, scope: Scope): Diagnostic {
  const detail = `${JSON.stringify(member.name)} was already set at ${scope.source.describe(earlier.span)}. Remove one of the two.`;
  return problem(scope, member.nameSpan, "Duplicate argument", detail);
}

function extraneous(member: JsonMember, scope: Scope, schema: BodySchema): Diagnostic {
  const near = nearest(member.name, [...schema.attributes.keys(), ...schema.blocks.keys()]);
  const hint = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  const detail = `There is no argument or block named ${JSON.stringify(member.name)} here.${hint}`;
  return problem(scope, member.nameSpan, "Extraneous JSON object property", detail);
}

const spanOf = (member: JsonMember): Span => ({ start: member.nameSpan.start, end: member.value.span.end });

function readMember(member: JsonMember, scope: Scope): ReadableAttribute {
  const value = readJsonValue(member.value, scope);
  let result: Value | undefined;
  return {
    kind: "argument",
    source: scope.source,
    name: member.name,
    nameSpan: member.nameSpan,
    span: spanOf(member),
    value,
    literal: undefined,
    evaluate: (report) => (result = evaluateReadable(value, report)),
    get evaluated() {
      return (result ??= value.evaluate().value);
    },
  };
}

interface Unpacking {
  readonly member: JsonMember;
  readonly schema: BlockSchema;
  readonly scope: Scope;
  readonly report: Report;
  readonly found: ReadableBlock[];
}

/** One level of objects for each label, then an object, or an array of them, for the bodies. */
function unpackBlocks(
  unpacking: Unpacking,
  node: JsonNode,
  labels: readonly string[],
  labelSpans: readonly Span[],
): void {
  const { schema, scope, report } = unpacking;
  const label = schema.labels[labels.length];
  if (label !== undefined) {
    unpackLabels(unpacking, node, label, { labels, labelSpans });
    return;
  }
  switch (node.kind) {
    case "null":
      return;
    case "object":
      addBlock(unpacking, node, node.openSpan, { labels, labelSpans });
      return;
    case "array":
      for (const item of node.items) addBlock(unpacking, item, node.openSpan, { labels, labelSpans });
      return;
    case "string":
    case "number":
    case "bool": {
      const detail = `An object, or an array of objects, is needed here: the contents of the ${schema.name} block.`;
      report(problem(scope, startOf(node), WRONG_TYPE, detail));
    }
  }
}

interface Labels {
  readonly labels: readonly string[];
  readonly labelSpans: readonly Span[];
}

function unpackLabels(unpacking: Unpacking, node: JsonNode, label: LabelSchema, { labels, labelSpans }: Labels): void {
  const { schema, scope, report } = unpacking;
  const members = membersOf(node, scope, `whose property is the ${label.name} of the ${schema.name} block`, report);
  if (members.length === 0) {
    const detail = `The ${schema.name} block needs a property whose name is its ${label.name}.`;
    report(problem(scope, startOf(node), "Missing block label", detail));
  }
  for (const { name, nameSpan, value } of members) {
    unpackBlocks(unpacking, value, [...labels, name], [...labelSpans, nameSpan]);
  }
}

function addBlock(unpacking: Unpacking, node: JsonNode, defSpan: Span, labels: Labels): void {
  const { member, schema, scope, found } = unpacking;
  found.push({
    kind: "block",
    source: scope.source,
    type: schema.name,
    ...labels,
    typeSpan: member.nameSpan,
    defSpan,
    span: spanOf(member),
    body: jsonBody(node, inside(scope, schema.name)),
  });
}

/** In JSON the members of a free-form body are arguments, whatever they hold. */
function jsonAttributes(node: JsonNode, scope: Scope, report: Report): readonly ReadableAttribute[] {
  if (node.kind !== "object") {
    report(problem(scope, startOf(node), WRONG_TYPE, "An object is needed here, with the arguments of the block."));
    return [];
  }
  const attributes = new Map<string, ReadableAttribute>();
  for (const member of node.members) {
    if (member.name === COMMENT) continue;
    const earlier = attributes.get(member.name);
    if (earlier === undefined) attributes.set(member.name, readMember(member, scope));
    else {
      const detail = `${JSON.stringify(member.name)} was already set at ${scope.source.describe(earlier.span)}. Remove one of the two.`;
      report(problem(scope, member.nameSpan, "Duplicate attribute definition", detail));
    }
  }
  return [...attributes.values()];
}
