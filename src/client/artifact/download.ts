// One HTTP download into one file: redirects, proxy-free, hashed while it is written, bounded in time and size.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { IncomingMessage, RequestOptions } from "node:http";
import { pipeline } from "node:stream/promises";
import { fileProblem } from "../../base/atomicFile.ts";
import type { HashType } from "./checksum.ts";
import { ArtifactError, getterFailure, ownFailure } from "./failure.ts";

export interface DownloadRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: "verified" | "insecure";
  /** Created; must not exist. */
  readonly file: string;
  readonly hashes: readonly HashType[];
  readonly signal: AbortSignal;
  /** `total` is 0 when the server does not say. */
  readonly onProgress: (received: number, total: number) => void;
}

/** Nomad: client config, artifact block: http_read_timeout and http_max_size. */
const TOTAL_TIMEOUT_MS = 30 * 60_000;
const BYTES_MAX = 100 * 1000 ** 3;
/** A server that says nothing for so long has gone. */
const SILENCE_TIMEOUT_MS = 60_000;
/** Go's http.Client. */
const REDIRECTS_MAX = 10;
/** Headers that Go does not take along to another host. */
const SENSITIVE_HEADERS = new Set(["authorization", "www-authenticate", "cookie", "cookie2"]);

/** Downloads and returns the hex hashes asked for. @throws ArtifactError, or the signal's reason */
export async function download(request: DownloadRequest): Promise<ReadonlyMap<HashType, string>> {
  const deadline = AbortSignal.any([request.signal, AbortSignal.timeout(TOTAL_TIMEOUT_MS)]);
  const response = await follow(new URL(request.url), request, deadline);
  const total = Number(response.headers["content-length"] ?? 0);
  if (total > BYTES_MAX) {
    response.destroy();
    throw tooLarge();
  }
  const hashes = request.hashes.map((type) => ({ type, hash: createHash(type) }));
  let received = 0;
  request.onProgress(0, total);
  try {
    await pipeline(
      response,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          received += chunk.length;
          if (received > BYTES_MAX) throw tooLarge();
          for (const { hash } of hashes) hash.update(chunk);
          request.onProgress(received, total);
          yield chunk;
        }
      },
      createWriteStream(request.file, { flags: "wx", mode: 0o600 }),
      { signal: deadline },
    );
  } catch (error) {
    throw transferFailure(error, request, received);
  }
  return new Map(hashes.map(({ type, hash }) => [type, hash.digest("hex")]));
}

function tooLarge(): ArtifactError {
  return getterFailure(`size limit of ${BYTES_MAX} bytes exceeded`);
}

function transferFailure(error: unknown, request: DownloadRequest, received: number): unknown {
  if (error instanceof ArtifactError || request.signal.aborted) return error;
  const { code, message, name } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError")
    return getterFailure(`context deadline exceeded (Client.Timeout or context cancellation while reading body)`);
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE")
    return getterFailure(`unexpected EOF after ${received} bytes`, error);
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EACCES" || code === "EROFS")
    return ownFailure(fileProblem(error, request.file));
  return getterFailure(message, error);
}

async function follow(start: URL, request: DownloadRequest, signal: AbortSignal): Promise<IncomingMessage> {
  let url = start;
  let headers = request.headers;
  for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
    const response = await get(url, headers, request, signal);
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      response.destroy();
      const next = new URL(location, url);
      if (next.protocol !== "http:" && next.protocol !== "https:")
        throw getterFailure(`download not supported for scheme '${next.protocol.slice(0, -1)}'`);
      if (next.host !== url.host)
        headers = Object.fromEntries(
          Object.entries(headers).filter(([key]) => !SENSITIVE_HEADERS.has(key.toLowerCase())),
        );
      url = next;
      continue;
    }
    if (status >= 200 && status < 300) return response;
    response.destroy();
    throw getterFailure(`bad response code: ${status}`);
  }
  throw getterFailure(`Get "${url.href}": stopped after ${REDIRECTS_MAX} redirects`);
}

async function get(
  url: URL,
  headers: Readonly<Record<string, string>>,
  request: DownloadRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const name = url.protocol === "https:" ? "node:https" : "node:http";
  // Loaded with the first download. Not by import(), which would read every export, and one of them is a whole HTTP client.
  const { request: open } = process.getBuiltinModule(name);
  const options: RequestOptions & { rejectUnauthorized: boolean } = {
    headers: { "Accept-Encoding": "identity", ...headers },
    signal,
    rejectUnauthorized: request.tls === "verified",
    timeout: SILENCE_TIMEOUT_MS,
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const outgoing = open(url, options, (response) => {
      response.on("error", () => undefined);
      resolve(response);
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no data for ${SILENCE_TIMEOUT_MS / 1000} s`)));
    outgoing.on("error", (error) => reject(request.signal.aborted ? error : connectFailure(url, error)));
    outgoing.end();
  });
}

/** Go's words for the common reasons (golden e-art-refused, e-art-noname); Node's for the rest. */
function connectFailure(url: URL, error: NodeJS.ErrnoException & { address?: string; port?: number }): ArtifactError {
  const dial = `dial tcp ${error.address?.includes(":") === true ? `[${error.address}]` : error.address}:${error.port}`;
  const reason =
    error.code === "ECONNREFUSED"
      ? `${dial}: connect: connection refused`
      : error.code === "ENOTFOUND"
        ? `dial tcp: lookup ${url.hostname}: no such host`
        : error.name === "TimeoutError"
          ? "context deadline exceeded"
          : error.message;
  return getterFailure(`Get "${url.href}": ${reason}`, error);
}
