// The one mistake that passes the schema of a config and then fails in the driver: a guest port that is no 64-bit integer.
// Nomad sends the decoded config to its driver as MessagePack and names the byte at which reading failed; so do we.
import { compareBytes } from "../hcl/value.ts";
import type { ConfigPath, DriverValue } from "../jobspec/driverConfigTypes.ts";

export interface PortMapDecodeError {
  readonly path: ConfigPath;
  /** `msgpack decode error [pos N]: cannot decode signed integer: unrecognized descriptor byte: cb/float` */
  readonly message: string;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Encodes the decoded config (every argument of the schema, null when not set) as Nomad does, attributes and map keys in
 * byte order, until a port that is no integer. Source: golden e-pm-fraction; cty 1.14.4 for numbers beyond 64 bits.
 */
export function portMapDecodeError(values: Readonly<Record<string, DriverValue>>): PortMapDecodeError | undefined {
  const names = Object.keys(values).sort();
  let position = containerSize(names.length);
  for (const name of names) {
    position += textSize(name);
    const value = values[name] ?? null;
    if (name !== "port_map" || !Array.isArray(value)) {
      position += valueSize(value);
      continue;
    }
    const blocks = value as readonly DriverValue[];
    position += containerSize(blocks.length);
    for (const [index, block] of blocks.entries()) {
      if (block === null) {
        position += 1;
        continue;
      }
      const entries = Object.entries(block as Record<string, DriverValue>).sort(([a], [b]) => compareBytes(a, b));
      position += containerSize(entries.length);
      for (const [label, port] of entries) {
        position += textSize(label);
        const encoding = encodeNumber(typeof port === "string" ? port : Number(port));
        // The decoder has read the descriptor byte when it gives up.
        if (encoding.kind === "float") return failure([name, index, label], position + 1, "cb/float");
        if (encoding.kind === "string")
          return failure([name, index, label], position + 1, `${stringDescriptor(encoding.size)}/string|bytes`);
        position += encoding.size;
      }
    }
  }
  return undefined;
}

function failure(path: ConfigPath, position: number, descriptor: string): PortMapDecodeError {
  return {
    path,
    message: `msgpack decode error [pos ${position}]: cannot decode signed integer: unrecognized descriptor byte: ${descriptor}`,
  };
}

type NumberEncoding =
  | { readonly kind: "int"; readonly size: number }
  | { readonly kind: "float" }
  /** Whatever neither an integer nor a double holds exactly travels as digits; `size` is their count. */
  | { readonly kind: "string"; readonly size: number };

/** As go-cty writes a number, of which a text is one that no double holds. */
function encodeNumber(value: number | string): NumberEncoding {
  const exact = wholeNumber(value);
  if (exact !== undefined && exact >= INT64_MIN && exact <= INT64_MAX) return { kind: "int", size: integerSize(exact) };
  if (exact !== undefined) return { kind: "string", size: exact.toString().length };
  return typeof value === "string" ? { kind: "string", size: value.length } : { kind: "float" };
}

function wholeNumber(value: number | string): bigint | undefined {
  const isWhole = typeof value === "string" ? /^-?\d+$/.test(value) : Number.isInteger(value);
  return isWhole ? BigInt(value) : undefined;
}

function integerSize(value: bigint): number {
  if (value >= -32n && value <= 127n) return 1;
  if (value >= 0n) return value < 2n ** 8n ? 2 : value < 2n ** 16n ? 3 : value < 2n ** 32n ? 5 : 9;
  return value >= -(2n ** 7n) ? 2 : value >= -(2n ** 15n) ? 3 : value >= -(2n ** 31n) ? 5 : 9;
}

function valueSize(value: DriverValue): number {
  if (typeof value === "string") return textSize(value);
  if (Array.isArray(value))
    return (value as readonly DriverValue[]).reduce<number>(
      (size, item) => size + valueSize(item),
      containerSize(value.length),
    );
  return 1;
}

function textSize(text: string): number {
  const bytes = Buffer.byteLength(text);
  return bytes + (bytes < 32 ? 1 : bytes < 2 ** 8 ? 2 : bytes < 2 ** 16 ? 3 : 5);
}

function stringDescriptor(bytes: number): string {
  return (bytes < 32 ? 0xa0 + bytes : bytes < 2 ** 8 ? 0xd9 : bytes < 2 ** 16 ? 0xda : 0xdb).toString(16);
}

function containerSize(items: number): number {
  return items < 16 ? 1 : items < 2 ** 16 ? 3 : 5;
}
