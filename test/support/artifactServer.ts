// An HTTP server with the artifacts that the recordings of Nomad used: one image, packed in every way, and misbehaviour.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { zstdCompressSync } from "node:zlib";
import { Header } from "tar";

const fixtures = path.resolve(import.meta.dirname, "../fixtures/artifacts");

/** One mebibyte: the content of `tiny.img` in all its packings. */
export const IMAGE: Buffer = Buffer.concat([
  Buffer.from("IMAGE"),
  Buffer.concat(Array.from({ length: 16 }, () => Buffer.from(Array.from({ length: 256 }, (_, value) => value)))),
  Buffer.alloc(1_048_576 - 5 - 4_096),
]);

export const hashOf = (data: Uint8Array, type = "sha256"): string => createHash(type).update(data).digest("hex");

/** A tar archive with one regular file. */
export function tarOf(name: string, data: Buffer): Buffer {
  const header = new Header({ path: name, mode: 0o644, size: data.length, mtime: new Date(0), type: "File" });
  header.encode();
  const block = header.block ?? Buffer.alloc(512);
  return Buffer.concat([block, data, Buffer.alloc(((512 - (data.length % 512)) % 512) + 1_024)]);
}

const fixture = (name: string): Buffer => readFileSync(path.join(fixtures, name));

function contents(): Map<string, Buffer> {
  const tar = tarOf("tiny.img", IMAGE);
  const files: [string, Buffer][] = [
    ["tiny.img", IMAGE],
    ["tiny.img.zst", zstdCompressSync(IMAGE)],
    ["tiny.tar", tar],
    ["tiny.tar.zst", zstdCompressSync(tar)],
    ["hello.txt", Buffer.from("hello\n")],
    ["bad.gz", Buffer.from("this is no archive")],
    ["bad.tar.gz", Buffer.from("this is no archive")],
    ["bad.tar", Buffer.from("this is no archive".repeat(60))],
    ["bad.zip", Buffer.from("this is no archive")],
    ["trunc.tar.gz", fixture("tiny.tar.gz").subarray(0, 300)],
    ["oklink.tar", fixture("links.tar")],
    ["symlink.tar", fixture("links.tar")],
  ];
  for (const name of ["tiny.img.gz", "tiny.img.xz", "tiny.img.bz2", "tiny.tar.gz", "tiny.tar.xz", "tiny.tar.bz2"])
    files.push([name, fixture(name)]);
  for (const name of ["tiny.zip", "dotdot.zip", "dotdot.tar", "absolute.tar", "links.tar", "two.tar"])
    files.push([name, fixture(name)]);
  return new Map(files);
}

export interface ArtifactServer {
  readonly port: number;
  readonly base: string;
  /** Every request: `GET /path?query`. */
  readonly requests: string[];
  /** Serves more files. */
  readonly files: Map<string, Buffer>;
  close(): Promise<void>;
}

export async function startArtifactServer(): Promise<ArtifactServer> {
  const files = contents();
  const requests: string[] = [];
  let flaky = 0;
  const server = http.createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const send = (status: number, body: Buffer | string = "", headers: http.OutgoingHttpHeaders = {}): void => {
      response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
      response.end(body);
    };
    const code = /^\/([345]\d\d)$/.exec(pathname)?.[1];
    if (code !== undefined) send(Number(code));
    else if (pathname.startsWith("/redir")) send(302, "", { location: "/tiny.img" });
    else if (pathname === "/loop") send(302, "", { location: "/loop" });
    else if (pathname === "/to-ftp") send(302, "", { location: "ftp://127.0.0.1/x" });
    else if (pathname.startsWith("/flaky")) {
      if (flaky++ % 2 === 0) send(503);
      else send(200, IMAGE);
    } else if (pathname.startsWith("/hdr")) {
      if (request.headers["x-key"] === "k1") send(200, IMAGE);
      else send(401);
    } else if (pathname === "/broken") {
      response.writeHead(200, { "content-length": IMAGE.length });
      response.write(IMAGE.subarray(0, 1_000), () => response.destroy());
    } else if (pathname.startsWith("/slow")) {
      setTimeout(() => send(200, IMAGE), 4_000).unref();
    } else if (pathname === "/stalls") {
      response.writeHead(200, { "content-length": IMAGE.length });
      response.write(IMAGE.subarray(0, 1_000));
    } else {
      const file = files.get(decodeURIComponent(pathname.slice(1)));
      if (file === undefined) send(404);
      else send(200, file);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    base: `http://127.0.0.1:${port}`,
    requests,
    files,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
