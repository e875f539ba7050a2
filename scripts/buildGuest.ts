// Builds the guest and the accelerator probe from their assembly sources: `node scripts/buildGuest.ts`. Needs nasm, which
// nobody else does: the results are committed, compressed, and a test compares them with a rebuild where nasm is present.
import { execa } from "execa";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";

export interface GuestFile {
  readonly source: string;
  readonly result: string;
  /** Size of the uncompressed result; the assembler's output is padded with zeros to it. */
  readonly bytes: number;
}

export const GUEST_DIR = path.resolve(import.meta.dirname, "../assets/guest");

export const GUEST_FILES: readonly GuestFile[] = [
  { source: "tiny.asm", result: "tiny.img.gz", bytes: 1024 * 1024 },
  { source: "kvmprobe.asm", result: "kvmprobe.bin.gz", bytes: 64 * 1024 },
];

/** Assembles one file and returns it uncompressed and padded. Throws when nasm is missing or refuses. */
export async function assemble(file: GuestFile): Promise<Buffer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "guest-"));
  try {
    const output = path.join(folder, "output");
    await execa("nasm", ["-f", "bin", "-Werror", "-o", output, path.join(GUEST_DIR, file.source)]);
    const code = readFileSync(output);
    if (code.length > file.bytes)
      throw new Error(`${file.source} has ${code.length} bytes, ${file.bytes} are possible`);
    return Buffer.concat([code], file.bytes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  for (const file of GUEST_FILES) {
    const image = await assemble(file);
    // No file name and no time in the header: the same source gives the same file.
    const packed = gzipSync(image, { level: 9 });
    writeFileSync(path.join(GUEST_DIR, file.result), packed);
    const sha256 = createHash("sha256").update(image).digest("hex");
    console.log(`${file.result}: ${packed.length} bytes, unpacked ${image.length} bytes, sha256 ${sha256}`);
  }
}
