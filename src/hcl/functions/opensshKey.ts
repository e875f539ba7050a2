// RSA private keys in OpenSSH's own format, which Node's crypto does not read ("BEGIN OPENSSH PRIVATE KEY").
import { createPrivateKey, type KeyObject } from "node:crypto";

const MAGIC = "openssh-key-v1\0";
const PEM = /^-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*$/;

/** The key, when the text is an unencrypted RSA key in this format; `undefined` for anything else. */
export function readOpensshKey(text: string): KeyObject | undefined {
  const packed = PEM.exec(text.trim())?.[1];
  if (packed === undefined) return undefined;
  const bytes = Buffer.from(packed, "base64");
  if (!bytes.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) return undefined;
  try {
    return readSections(bytes.subarray(MAGIC.length));
  } catch (error) {
    // Cut off or damaged: a read past the end, or numbers that make no key.
    if (error instanceof RangeError || (error instanceof Error && "code" in error)) return undefined;
    throw error;
  }
}

function readSections(bytes: Buffer): KeyObject | undefined {
  const outer = fieldsOf(bytes);
  if (outer.text() !== "none") return undefined;
  outer.skipFields(2);
  outer.skipBytes(4);
  outer.skipFields(1);
  const inner = fieldsOf(outer.field());
  // Two equal numbers that show a right passphrase; there is none here.
  inner.skipBytes(8);
  if (inner.text() !== "ssh-rsa") return undefined;
  const [n, e, d] = [inner.integer(), inner.integer(), inner.integer()] as const;
  const [qi, p, q] = [inner.integer(), inner.integer(), inner.integer()] as const;
  const numbers = { n, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi };
  const key: Record<string, string> = { kty: "RSA" };
  for (const [name, value] of Object.entries(numbers)) key[name] = base64url(value);
  return createPrivateKey({ key, format: "jwk" });
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
}

interface Fields {
  field(): Buffer;
  text(): string;
  integer(): bigint;
  skipFields(count: number): void;
  skipBytes(count: number): void;
}

/** Reads fields that start with their length, as SSH writes them. */
function fieldsOf(bytes: Buffer): Fields {
  let at = 0;
  const field = (): Buffer => {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    if (at > bytes.length) throw new RangeError("a field ends after the end of the key");
    return bytes.subarray(start, at);
  };
  return {
    field,
    text: () => field().toString("latin1"),
    integer: () => BigInt(`0x${field().toString("hex") || "0"}`),
    skipFields: (count) => {
      for (let i = 0; i < count; i++) field();
    },
    skipBytes: (count) => {
      at += count;
    },
  };
}
