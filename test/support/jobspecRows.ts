// Recorded job files run through our parser, and the errors of both sides brought into one form.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { decodeUtf8 } from "../../src/hcl/decode.ts";
import { SourceText } from "../../src/hcl/source.ts";
import { parseApiJson } from "../../src/jobspec/apiJson.ts";
import { parseJobFile, type VariableInput } from "../../src/jobspec/parse.ts";
import { formatParseError } from "../../src/jobspec/parseError.ts";

export interface JobRow {
  readonly id: string;
  readonly hcl?: string;
  readonly hcl_base64?: string;
  readonly ok: boolean;
  readonly job?: unknown;
  readonly error?: string;
  readonly variants?: readonly string[];
  readonly random?: boolean;
  readonly panic?: boolean;
  readonly args?: readonly string[];
  readonly vars?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: boolean;
}

export interface RowOutcome {
  readonly ok: boolean;
  readonly job: unknown;
  readonly error: string;
}

interface Flags {
  readonly variables: VariableInput;
  readonly json: boolean;
  readonly stdin: boolean;
  readonly fields: Readonly<Record<string, string>>;
  /** A flag that our command line answers itself. */
  readonly refused: string | undefined;
}

/** `cli`: by `nomad job run` in a folder that holds the row's files. `api`: by the parse API, which reads no files. */
export type RecordedBy = "cli" | "api";

/** Runs one row as the recording did. */
export function runRow(row: JobRow, by: RecordedBy = "cli"): RowOutcome {
  if (by === "api") return run(row, undefined);
  const root = mkdtempSync(join(tmpdir(), "nq-jobspec-"));
  try {
    for (const [name, text] of Object.entries(row.files ?? {})) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return run(row, root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function run(row: JobRow, root: string | undefined): RowOutcome {
  const flags = readFlags(row);
  if (flags.refused !== undefined) return { ok: false, job: undefined, error: flags.refused };
  const text = row.hcl ?? decodeUtf8(Buffer.from(row.hcl_base64 ?? "", "base64"));
  if (flags.json) {
    const parsed = parseApiJson(text);
    return parsed.ok
      ? { ok: true, job: parsed.value, error: "" }
      : { ok: false, job: undefined, error: `Failed to parse JSON job: ${parsed.error}` };
  }
  const source = new SourceText(flags.stdin ? "stdin" : "job.nomad.hcl", text);
  const options = { mode: "strict", variables: flags.variables } as const;
  const parsed = parseJobFile(source, root === undefined ? options : { ...options, fileRoot: root });
  const error = formatParseError(parsed);
  const printed = JSON.stringify({ ...parsed.job, ...flags.fields });
  const job: unknown = JSON.parse(root === undefined ? printed : printed.replaceAll(root, "/cwd"));
  return { ok: error === "", job, error };
}

function readFlags(row: JobRow): Flags {
  const flags: { name: string; value: string }[] = [];
  const files: SourceText[] = [];
  const fields: Record<string, string> = {};
  let unknownNames: "error" | "warning" = "error";
  let json = false;
  let stdin = false;
  let refused: string | undefined;
  const variable = (text: string): void => {
    const at = text.indexOf("=");
    if (at >= 0) flags.push({ name: text.slice(0, at), value: text.slice(at + 1) });
  };
  const args = [...(row.args ?? []), ...Object.entries(row.vars ?? {}).map(([name, value]) => `-var=${name}=${value}`)];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "-var") variable(args[++at] ?? "");
    else if (arg.startsWith("-var=")) variable(arg.slice("-var=".length));
    else if (arg.startsWith("-var-file=")) {
      const name = arg.slice("-var-file=".length);
      const text = row.files?.[name];
      if (text === undefined) refused = `unable to parse var file: <nil>: Failed to read file; ${name}`;
      else files.push(new SourceText(name, text));
    } else if (arg === "-hcl2-strict=false") unknownNames = "warning";
    else if (arg === "-json") json = true;
    else if (arg === "-") stdin = true;
    else if (arg === "-hcl1") refused = "flag provided but not defined: -hcl1";
    else if (arg.startsWith("-consul-namespace=")) fields["ConsulNamespace"] = arg.slice("-consul-namespace=".length);
    else if (arg.startsWith("-vault-namespace=")) fields["VaultNamespace"] = arg.slice("-vault-namespace=".length);
  }
  if (json && flags.length > 0) refused = "Invalid job options: cannot use variables with JSON files.";
  const variables: VariableInput = { environment: row.env ?? {}, files, flags, unknownNames };
  return { variables, json, stdin, fields, refused };
}

const PLACED = /^(<nil>|:0,0-0|<value for [^>]*>:\d+,\d+-[\d,]+|[^\s:]+:\d+,\d+-[\d,]+): ([^;]*);/;

/** `place summary` of each diagnostic in a text as Nomad prints it, sorted; texts without places stay whole. */
export function diagnosticsOf(error: string): readonly string[] {
  const found: string[] = [];
  for (const line of error.split("\n")) {
    const placed = PLACED.exec(line.replace(/^unable to parse var file: /, ""));
    if (placed !== null) found.push(`${placed[1]} ${placed[2]}`);
  }
  const others = /, and (\d+) other diagnostic\(s\)$/.exec(error);
  if (others !== null) found.push(`+${others[1]}`);
  return found.length === 0 ? [error.replace(/^Error getting job struct: /, "").slice(0, 24)] : found.sort();
}

/** Whether our errors are Nomad's: the same summaries at the same places, in any order. */
export function sameErrors(row: JobRow, error: string): boolean {
  const ours = diagnosticsOf(error).join("\n");
  return [row.error ?? "", ...(row.variants ?? [])].some((text) => diagnosticsOf(text).join("\n") === ours);
}

/** Equal as JSON, whatever the order of keys. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) =>
        Object.hasOwn(right, key) &&
        sameJson((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
    )
  );
}
