// HashiCorp's own HCL parser (2.10, Go compiled to JavaScript inside hcl2-parser), seen through GopherJS's data layout.
// Used by the second opinion before a run, and by tests as the reference. It needs the package patched as
// scripts/hcl2ParserPatch.ts does it.
import type { Span } from "./source.ts";

/** A Go string in GopherJS: one UTF-8 byte a code unit. */
type GoString = string;

/** A Go struct, or pointer to one. */
export type GoObject = { readonly [field: string]: unknown } & { readonly constructor: { readonly string: string } };

export interface GoSlice {
  readonly $array?: ArrayLike<unknown>;
  readonly $offset: number;
  readonly $length: number;
}

export interface GoPosition {
  readonly Byte: number;
}

export interface GoRange {
  readonly Start?: GoPosition;
  readonly End?: GoPosition;
}

type Constructor = new (...values: unknown[]) => unknown;

export type GoPackage = Readonly<Record<string, unknown>>;

/** The patched module's extra export. */
export interface PatchedModule {
  readonly $packages: Readonly<Record<string, GoPackage>>;
}

export interface HashicorpDiagnostic {
  readonly summary: string;
  readonly detail: string;
  readonly subject: Span | undefined;
}

export interface HashicorpFile {
  readonly body: GoObject;
  readonly diagnostics: readonly HashicorpDiagnostic[];
  /** UTF-16 range of a Go range of bytes. */
  readonly span: (range: GoRange) => Span;
}

export interface HashicorpParser {
  readonly parse: (text: string) => HashicorpFile;
  /** A package by the end of its import path. */
  readonly package: (path: string) => GoPackage;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export function fromGoString(value: unknown): string {
  const text = value as GoString;
  for (let at = 0; at < text.length; at++)
    if (text.charCodeAt(at) > 0x7f)
      return decoder.decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  return text;
}

export function toGoString(text: string): GoString {
  return Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join("");
}

export function fromGoSlice(value: unknown): unknown[] {
  const slice = value as GoSlice;
  if (slice.$array === undefined) return [];
  return Array.prototype.slice.call(slice.$array, slice.$offset, slice.$offset + slice.$length) as unknown[];
}

/** Opens the patched module. Throws when it is not patched, or not hcl2-parser. */
export function openHashicorpParser(module: PatchedModule): HashicorpParser {
  const { $packages } = module;
  const find = (path: string): GoPackage => {
    const name = Object.keys($packages).find((candidate) => candidate.endsWith(path));
    const found = name === undefined ? undefined : $packages[name];
    if (found === undefined) throw new Error(`There is no Go package ${path} in hcl2-parser.`);
    return found;
  };
  const hcl = find("hashicorp/hcl/v2");
  const hclsyntax = find("hashicorp/hcl/v2/hclsyntax");
  const Bytes = fieldType(hcl, "File", "Bytes") as Constructor;
  const Pos = (hcl["Pos"] as { ptr: Constructor }).ptr;
  const parseConfig = hclsyntax["ParseConfig"] as (bytes: unknown, name: string, start: unknown) => unknown;
  return {
    package: find,
    parse: (text) => {
      const answer = parseConfig(new Bytes(encoder.encode(text)), "text", new Pos(1, 1, 0)) as
        readonly [GoObject, unknown] | { readonly $blk: unknown };
      if ("$blk" in answer) throw new Error("HashiCorp's parser was suspended in the middle of its work.");
      const span = spanReader(text);
      const diagnostics = fromGoSlice(answer[1]).map((diagnostic) => readDiagnostic(diagnostic as GoObject, span));
      return { body: answer[0]["Body"] as GoObject, diagnostics, span };
    },
  };
}

/** The type of a field of a Go struct; GopherJS has no other way to name a slice type. */
export function fieldType(goPackage: GoPackage, struct: string, field: string): unknown {
  const { fields } = goPackage[struct] as { fields: readonly { readonly prop: string; readonly typ: unknown }[] };
  const found = fields.find((candidate) => candidate.prop === field);
  if (found === undefined) throw new Error(`${struct} has no field ${field}.`);
  return found.typ;
}

function readDiagnostic(diagnostic: GoObject, span: (range: GoRange) => Span): HashicorpDiagnostic {
  const subject = diagnostic["Subject"] as GoRange;
  return {
    summary: fromGoString(diagnostic["Summary"]),
    detail: fromGoString(diagnostic["Detail"]),
    // GopherJS's nil pointer is an object without fields.
    subject: subject.Start === undefined ? undefined : span(subject),
  };
}

/** Converts ranges of UTF-8 bytes to ranges of UTF-16 code units of `text`. */
function spanReader(text: string): (range: GoRange) => Span {
  const bytes = encoder.encode(text).length;
  if (bytes === text.length) return (range) => ({ start: range.Start?.Byte ?? 0, end: range.End?.Byte ?? 0 });
  const offsets = new Uint32Array(bytes + 1);
  let byte = 0;
  for (let at = 0; at < text.length;) {
    const point = text.codePointAt(at) ?? 0;
    const width = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    offsets.fill(at, byte, byte + width);
    byte += width;
    at += point > 0xffff ? 2 : 1;
  }
  offsets[bytes] = text.length;
  return (range) => ({ start: offsets[range.Start?.Byte ?? 0] ?? 0, end: offsets[range.End?.Byte ?? 0] ?? 0 });
}
