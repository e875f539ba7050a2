// From the bytes of a file to its text and back, without losing sight of bytes that are not UTF-8.
import { isUtf8 } from "node:buffer";

/**
 * The text of a file. Each byte that is no part of valid UTF-8 becomes one lone low surrogate, U+DC00 and the byte, which no
 * valid text has: the scanner reports "Invalid character encoding" at its place. A byte order mark is kept.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  return isUtf8(bytes) ? textOf(bytes) : decodePiecewise(bytes);
}

/** The text of valid UTF-8. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

/** A lone surrogate that stands for a byte. */
const LONE_BYTE = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** The bytes that {@link decodeUtf8} made the text of, to the last one. */
export function encodeUtf8(text: string): Uint8Array {
  if (!LONE_BYTE.test(text)) return Buffer.from(text);
  const pieces = text.split(new RegExp(`(${LONE_BYTE.source})`));
  // Every second piece is a byte.
  return Buffer.concat(
    pieces.map((piece, index) => (index % 2 === 0 ? Buffer.from(piece) : Buffer.of(piece.charCodeAt(0) - 0xdc00))),
  );
}

function decodePiecewise(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    parts.push(length === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : textOf(bytes.subarray(at, at + length)));
    at += Math.max(length, 1);
  }
  return parts.join("");
}

/** The length of the valid sequence that starts at `at`; 0 when none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
