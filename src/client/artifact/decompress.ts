// Decompression into a sink, one function for every format.
import Bunzip from "seek-bzip";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { Readable } from "node:stream";
import type * as Xz from "xz-decompress";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { Compression } from "./archives.ts";

/** Takes a piece of the data; the buffer is only valid during the call. Throwing ends the decompression. */
export type Sink = (chunk: Uint8Array) => void;

const BUFFER_BYTES = 64 * 1024;

/** Reads `file`, decompresses it and hands the data to `sink`. @throws an Error with Go's words where they are known */
export async function decompress(file: string, compression: Compression, sink: Sink): Promise<void> {
  if (compression === "bz2") {
    decompressBzip2(file, sink);
    return;
  }
  const source = createReadStream(file, { highWaterMark: BUFFER_BYTES });
  try {
    for await (const chunk of await decoded(source, compression)) sink(chunk);
  } catch (error) {
    throw new Error(goErrorText(error as NodeJS.ErrnoException, compression), { cause: error });
  } finally {
    source.destroy();
  }
}

async function decoded(source: Readable, compression: Exclude<Compression, "bz2">): Promise<AsyncIterable<Uint8Array>> {
  const through = (transform: NodeJS.ReadWriteStream & Readable): Readable => {
    source.on("error", (error) => transform.destroy(error));
    return source.pipe(transform);
  };
  switch (compression) {
    case "none":
      return source;
    case "gz":
      return through(createGunzip());
    case "zst":
      return through(createZstdDecompress());
    case "xz": {
      const { XzReadableStream } = await loadXz();
      return new XzReadableStream(Readable.toWeb(source));
    }
  }
}

type XzModule = Pick<typeof Xz, "XzReadableStream">;

/** WebAssembly, loaded when it is needed. Node gives a CommonJS module as `default`, a bundle gives it as it is. */
async function loadXz(): Promise<XzModule> {
  const loaded = (await import("xz-decompress")) as XzModule & { readonly default?: XzModule };
  return loaded.default ?? loaded;
}

/** The same mistake in the words of Go's libraries, which end up in the task event. */
function goErrorText(error: NodeJS.ErrnoException, compression: Compression): string {
  if (error.code === "Z_BUF_ERROR" || /unexpected end/i.test(error.message)) return "unexpected EOF";
  if (compression === "gz" && error.code === "Z_DATA_ERROR")
    return /incorrect header/.test(error.message) ? "gzip: invalid header" : "gzip: invalid checksum";
  return error.message;
}

function decompressBzip2(file: string, sink: Sink): void {
  const descriptor = openSync(file, "r");
  try {
    const input = Buffer.alloc(BUFFER_BYTES);
    let filled = 0;
    let at = 0;
    const fill = (): boolean => {
      if (at < filled) return true;
      filled = readSync(descriptor, input, 0, input.length, null);
      at = 0;
      return filled > 0;
    };
    const output = Buffer.alloc(BUFFER_BYTES);
    let written = 0;
    const flush = (): void => {
      if (written > 0) sink(output.subarray(0, written));
      written = 0;
    };
    const readByte = (): number => (fill() ? (input[at++] ?? -1) : -1);
    Bunzip.decode(
      {
        readByte,
        read: (target, offset, length) => {
          let count = 0;
          for (let byte = readByte(); byte >= 0; byte = count < length ? readByte() : -1)
            target[offset + count++] = byte;
          return count === 0 ? -1 : count;
        },
        eof: () => !fill(),
      },
      {
        writeByte: (byte) => {
          output[written++] = byte;
          if (written === output.length) flush();
        },
      },
      true,
    );
    flush();
  } finally {
    closeSync(descriptor);
  }
}
