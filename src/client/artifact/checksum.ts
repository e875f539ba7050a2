// The `checksum` option: `type:hex`, or hex alone, whose length says the type. Source: go-getter, checksum.go.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { ArtifactError } from "./failure.ts";

export type HashType = "md5" | "sha1" | "sha256" | "sha512";

export interface Checksum {
  readonly type: HashType;
  /** Lower-case hex. */
  readonly value: string;
}

const HEX_LENGTH: Readonly<Record<HashType, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };
/** The Go types that go-getter prints after a mismatch. */
const GO_TYPES: Readonly<Record<HashType, string>> = {
  md5: "*md5.digest",
  sha1: "*sha1.digest",
  sha256: "*sha256.Digest",
  sha512: "*sha512.Digest",
};

const isHashType = (text: string): text is HashType => Object.hasOwn(HEX_LENGTH, text);

/** @throws ArtifactError */
export function parseChecksum(text: string): Checksum {
  const colon = text.indexOf(":");
  const value = text.slice(colon + 1).toLowerCase();
  const type = colon < 0 ? typeByLength(value) : text.slice(0, colon);
  if (type === undefined || !isHashType(type))
    throw new ArtifactError({ stage: "getter", reason: `unsupported checksum type: ${type ?? text}` });
  if (!/^[0-9a-f]+$/.test(value) || value.length !== HEX_LENGTH[type])
    throw new ArtifactError({ stage: "getter", reason: `invalid ${type} checksum: ${text}` });
  return { type, value };
}

function typeByLength(value: string): HashType | undefined {
  return Object.keys(HEX_LENGTH)
    .filter(isHashType)
    .find((type) => HEX_LENGTH[type] === value.length);
}

/** What go-getter says when the content is another one. `file` is where Nomad's client would have put it. */
export function mismatch(file: string, expected: Checksum, got: string): ArtifactError {
  const reason = `Checksums did not match for ${file}.\nExpected: ${expected.value}\nGot: ${got}\n${GO_TYPES[expected.type]}`;
  return new ArtifactError({ stage: "getter", reason });
}

/** Hashes a file; lower-case hex. */
export async function hashFile(file: string, type: HashType, signal?: AbortSignal): Promise<string> {
  const hash = createHash(type);
  await pipeline(createReadStream(file), hash, signal === undefined ? {} : { signal });
  return hash.digest("hex");
}
