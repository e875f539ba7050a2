// Artifacts by content: what was downloaded once under a checksum is not downloaded again. Every file is named by its
// SHA-256; the other hash types are small notes that point there.
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { writeFileAtomic } from "../../base/atomicFile.ts";
import { hashFile, type Checksum } from "./checksum.ts";

export interface ArtifactCache {
  /** A verified file with this checksum, or undefined. A file that has changed since it was stored is thrown away. */
  find(checksum: Checksum): Promise<string | undefined>;
  /** A name for a download on the cache's file system. */
  temporaryFile(): string;
  /** Moves a file whose hashes are known into the cache and returns its name there. */
  store(file: string, sha256: string, checksum: Checksum): string;
}

/** Remembers what a stored file looked like, so that it need not be read again each time it is used. */
interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
}

/** Read-only: VMs write to their own copies. */
const STORED_MODE = 0o400;

/** Opens (makes) the cache below a folder, normally `dataPaths().cacheDir`. @throws the file system's error */
export function openArtifactCache(folder: string): ArtifactCache {
  const contents = path.join(folder, "artifacts");
  const notes = path.join(folder, "checksums");
  const incoming = path.join(folder, "incoming");
  for (const needed of [contents, notes, incoming]) mkdirSync(needed, { recursive: true, mode: 0o700 });
  const contentFile = (sha256: string): string => path.join(contents, sha256);
  const noteFile = ({ type, value }: Checksum): string => path.join(notes, `${type}-${value}`);

  const discard = (sha256: string): void => {
    rmSync(contentFile(sha256), { force: true });
    rmSync(`${contentFile(sha256)}.stamp`, { force: true });
  };
  const store = (file: string, sha256: string, checksum: Checksum): string => {
    const target = contentFile(sha256);
    chmodSync(file, STORED_MODE);
    renameSync(file, target);
    writeFileAtomic(`${target}.stamp`, JSON.stringify(stampOf(target)));
    if (checksum.type !== "sha256") writeFileAtomic(noteFile(checksum), sha256);
    return target;
  };
  return {
    temporaryFile: () => path.join(incoming, randomBytes(8).toString("hex")),
    store,
    find: async (checksum) => {
      const sha256 = checksum.type === "sha256" ? checksum.value : readText(noteFile(checksum));
      if (sha256 === undefined) return undefined;
      const file = contentFile(sha256);
      const now = stampOf(file);
      if (now === undefined) return undefined;
      if (readText(`${file}.stamp`) === JSON.stringify(now)) return file;
      if ((await hashFile(file, "sha256")) === sha256) {
        writeFileAtomic(`${file}.stamp`, JSON.stringify(now));
        return file;
      }
      discard(sha256);
      return undefined;
    },
  };
}

const PACKED_SEED = ".img.gz";

/**
 * Puts the images that come with the product (`*.img.gz` in a folder) into the cache, unpacked, under their SHA-256,
 * unless they are there. A folder that does not exist has none.
 * @returns how many were new
 */
export async function seedArtifactCache(folder: string, seeds: string): Promise<number> {
  const cache = openArtifactCache(folder);
  let added = 0;
  for (const name of listFiles(seeds)) {
    const image = gunzipSync(readFileSync(path.join(seeds, name)));
    const checksum: Checksum = { type: "sha256", value: createHash("sha256").update(image).digest("hex") };
    if ((await cache.find(checksum)) !== undefined) continue;
    const temporary = cache.temporaryFile();
    writeFileSync(temporary, image, { mode: 0o600 });
    cache.store(temporary, checksum.value, checksum);
    added++;
  }
  return added;
}

/** Removes downloads that nobody finished; for a host that has just started and has none running. */
export function clearIncoming(folder: string): void {
  rmSync(path.join(folder, "incoming"), { recursive: true, force: true });
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(PACKED_SEED));
  } catch {
    return [];
  }
}

function stampOf(file: string): Stamp | undefined {
  try {
    const { size, mtimeMs } = statSync(file);
    return { size, mtimeMs };
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
