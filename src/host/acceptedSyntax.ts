// Texts that HashiCorp's own parser has accepted, by hash: asking it again takes a quarter of a second, and it never changes
// within a version of ours.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { VERSION } from "../base/programs.ts";

export interface AcceptedSyntax {
  has(text: string): boolean;
  add(text: string): void;
}

/** @param cacheDir `dataPaths().cacheDir` */
export function openAcceptedSyntax(cacheDir: string): AcceptedSyntax {
  const folder = path.join(cacheDir, "accepted-syntax");
  const noteOf = (text: string): string =>
    path.join(folder, createHash("sha256").update(`${VERSION}\0${text}`).digest("hex"));
  return {
    has: (text) => existsSync(noteOf(text)),
    add: (text) => {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(noteOf(text), "");
      } catch {
        // Where it cannot be noted, the parser is asked again next time.
      }
    },
  };
}
