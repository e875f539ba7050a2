// What is said of a file that has errors, or cannot be read at all.
import type { Problem } from "../base/result.ts";
import { visible } from "./format.ts";

/** A file that cannot be read, in the form of Nomad's lines for errors in files: for machine formats. */
export function unreadableText(file: string, { what, why = "" }: Problem): string {
  return `${file}: ${what}${why === "" ? "" : `; ${why}`}`;
}

/** Nomad's lines for people: an error without a place has a file at least, and one from a flag or the environment neither. */
export function errorsForPeople(file: string, lines: string): string {
  return visible(lines.replaceAll(/^<nil>: /gm, `${file}: `).replaceAll(/^:0,0-0: /gm, ""));
}
