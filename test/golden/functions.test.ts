// Recorded answers of Nomad for expressions with the functions of its job files: value, type and string, or summary and
// range of the first error.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { convert } from "../../src/hcl/convert.ts";
import type { Diagnostic } from "../../src/hcl/diagnostic.ts";
import { evaluate } from "../../src/hcl/evaluate.ts";
import { keepPlaceholder } from "../../src/hcl/extensions/undefinedVariables.ts";
import type { FileAccess } from "../../src/hcl/functions/definition.ts";
import { jsonText } from "../../src/hcl/functions/json.ts";
import { functionTable } from "../../src/hcl/functions/table.ts";
import { parseSource } from "../../src/hcl/parser.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { object, STRING, type Type, typeOf, UNKNOWN, type Value } from "../../src/hcl/value.ts";
import { describeGolden, readGoldenLines } from "../support/golden.ts";
import { exceptionsOf } from "../support/goldenExceptions.ts";

interface Row {
  readonly expr: string;
  readonly ok: boolean;
  readonly json?: string;
  readonly type?: string;
  readonly string?: string;
  readonly error?: string;
  /** The value exists, but is no JSON. */
  readonly json_error?: string;
  /** For random results: a regular expression for the string. */
  readonly shape?: string;
  /** Recorded with the command line in a folder of its own, where file functions work. */
  readonly cli?: true;
  readonly files?: Readonly<Record<string, string>>;
}

const RECORDING = "jobspec/functions.jsonl";

/** The recorder's file; an expression that ends its line does not get a second newline. */
const jobFile = (row: Row): string => `locals {\n  k = ${row.expr.replace(/\n$/, "")}\n}\njob "t" {}\n`;

interface Answer {
  readonly value: Value;
  readonly error: Diagnostic | undefined;
}

function answer(row: Row, files: FileAccess | undefined): Answer {
  const source = new SourceText("job.nomad.hcl", jobFile(row));
  const { value: body, diagnostics } = parseSource(source, "strict");
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  const attribute = body.blocks[0]?.body.attributes[0];
  if (wrong !== undefined || attribute === undefined) return { value: UNKNOWN, error: wrong };
  const result = evaluate(attribute.expression, {
    source,
    variables: new Map([
      ["var", object([])],
      ["local", object([])],
    ]),
    functions: functionTable,
    undefinedRoot: keepPlaceholder,
    ...(files && { files }),
  });
  return { value: result.value, error: result.diagnostics.find(({ severity }) => severity === "error") };
}

function typeText(type: Type): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${typeText(type.element)})`;
    case "tuple":
      return `tuple([${type.elements.map(typeText).join(", ")}])`;
    case "object":
      return `object({${[...type.attributes].map(([name, of]) => `${JSON.stringify(name)} = ${typeText(of)}`).join(", ")}})`;
    case "dynamic":
    case "bool":
    case "number":
    case "string":
      return type.kind;
  }
}

const stringOf = (value: Value): string | undefined => {
  const converted = convert(value, STRING);
  return converted.ok && converted.value.kind === "string" ? converted.value.value : undefined;
};

/** Hashes with a random salt are compared by shape even where the recording forgot to say so. */
const shapeOf = (row: Row): string | undefined =>
  row.shape ?? (/^"\$2a\$\d\d\$/.test(row.json ?? "") ? "^\\$2a\\$10\\$[./A-Za-z0-9]{53}$" : undefined);

/** What differs from the recorded value; nothing when all is equal. */
function differences(row: Row, { value, error }: Answer, folder: string): string[] {
  if (error !== undefined) return [`error instead of ${row.json ?? "a value"}: ${error.summary}; ${error.detail}`];
  const json = jsonText(value);
  const text = json.ok ? json.value.replaceAll(folder, "/cwd") : undefined;
  const shape = shapeOf(row);
  const found: string[] = [];
  if (shape !== undefined) {
    if (!new RegExp(shape).test(stringOf(value) ?? "")) found.push(`${text} does not have the shape ${shape}`);
    return found;
  }
  if (text !== row.json) found.push(`value ${text} instead of ${row.json}`);
  if (row.type !== undefined && typeText(typeOf(value)) !== row.type) {
    found.push(`type ${typeText(typeOf(value))} instead of ${row.type}`);
  }
  if (row.string !== undefined && stringOf(value) !== row.string) found.push(`string ${stringOf(value)}`);
  return found;
}

function withFolder<T>(row: Row, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "nq-functions-"));
  try {
    writeFileSync(join(folder, "job.nomad.hcl"), jobFile(row));
    for (const [name, text] of Object.entries(row.files ?? {})) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const check = (row: Row): { readonly answer: Answer; readonly differences: string[] } => {
  const look = (folder: string, files: FileAccess | undefined): { answer: Answer; differences: string[] } => {
    const given = answer(row, files);
    return { answer: given, differences: row.ok ? differences(row, given, folder) : [] };
  };
  return row.cli === true
    ? withFolder(row, (folder) => look(folder, { root: folder, home: "/home/user" }))
    : look("/cwd", undefined);
};

/** `RANGE: Summary` of Nomad's first error. */
const recordedPlace = (row: Row): string => row.error?.split(";", 1)[0] ?? "";

describeGolden("functions.jsonl", [RECORDING], () => {
  const exceptions = exceptionsOf("jobspec/functions");
  const rows = readGoldenLines<Row>(RECORDING).filter((row) => !exceptions.has(row.expr));

  test("every value is the recorded one: JSON text, type and string", () => {
    const wrong = rows
      .filter((row) => row.ok)
      .map((row) => ({ expr: row.expr, differences: check(row).differences }))
      .filter((result) => result.differences.length > 0);
    expect(wrong).toEqual([]);
  });

  test("every recorded error is an error, at its place with its label on 98 % of the rows", () => {
    const failing = rows.filter((row) => !row.ok);
    const answers = failing.map((row) => ({ row, error: check(row).answer.error }));
    expect(answers.filter(({ error }) => error === undefined).map(({ row }) => row.expr)).toEqual([]);
    const elsewhere = answers
      .map(({ row, error }) => ({
        expr: row.expr,
        wanted: recordedPlace(row),
        found: error?.subject && `${error.source?.describe(error.subject)}: ${error.summary}`,
      }))
      .filter(({ wanted, found }) => wanted !== found);
    expect.soft(elsewhere).toEqual([]);
    expect(elsewhere.length).toBeLessThanOrEqual(failing.length * 0.02);
  });
});
