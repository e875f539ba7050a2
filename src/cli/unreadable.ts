// A file that cannot be read, as machine formats name it.
import type { Problem } from "../base/result.ts";

/** In the form of Nomad's lines for errors in files. */
export function unreadableText(file: string, { what, why = "" }: Problem): string {
  return `${file}: ${what}${why === "" ? "" : `; ${why}`}`;
}
