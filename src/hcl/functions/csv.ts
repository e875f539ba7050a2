// Reads CSV as Go's encoding/csv does: commas, double quotes, empty lines left out, equally many fields on all lines.
import { fail, ok, type Result } from "../../base/result.ts";

/** The records of a CSV text; the error says what is wrong and on which line. */
export function readCsv(source: string): Result<string[][], string> {
  const text = source.replaceAll("\r\n", "\n").replace(/\r$/, "");
  const records: string[][] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    if (text.charAt(at) === "\n") {
      at++;
      line++;
      continue;
    }
    const record = readRecord(text, at);
    if (typeof record === "string") return fail(`line ${line}: ${record}`);
    const first = records[0];
    if (first !== undefined && first.length !== record.fields.length) {
      return fail(`line ${line}: there are ${record.fields.length} fields, but the first line has ${first.length}`);
    }
    records.push(record.fields);
    line += record.lines;
    at = record.next;
  }
  return ok(records);
}

interface RecordRead {
  readonly fields: string[];
  /** Where the next record starts. */
  readonly next: number;
  readonly lines: number;
}

function readRecord(text: string, start: number): RecordRead | string {
  const fields: string[] = [];
  let at = start;
  for (;;) {
    const field = text.charAt(at) === '"' ? readQuoted(text, at) : readPlain(text, at);
    if (typeof field === "string") return field;
    fields.push(field.value);
    at = field.end;
    if (text.charAt(at) === ",") {
      at++;
      continue;
    }
    const lines = text.slice(start, at).split("\n").length;
    return { fields, next: at + 1, lines };
  }
}

interface FieldRead {
  readonly value: string;
  readonly end: number;
}

function readPlain(text: string, start: number): FieldRead | string {
  let end = start;
  while (end < text.length && text.charAt(end) !== "," && text.charAt(end) !== "\n") end++;
  const value = text.slice(start, end);
  return value.includes('"') ? "a field with a quote in it must be quoted as a whole" : { value, end };
}

function readQuoted(text: string, start: number): FieldRead | string {
  let value = "";
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return "a quoted field does not end";
    value += text.slice(at, quote);
    const following = text.charAt(quote + 1);
    if (following === "" || following === "," || following === "\n") return { value, end: quote + 1 };
    if (following !== '"') return "a quote in a quoted field must be doubled";
    value += '"';
    at = quote + 2;
  }
}
