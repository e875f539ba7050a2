// Names in diagnostics: quoted, cut when they are long, and with the nearest known one.
import { nearest } from "../../base/nearest.ts";

const MAX_NAME_LENGTH = 60;
const MAX_CANDIDATES = 1_000;

/** A name as diagnostics quote it. */
export const quoted = (name: string): string =>
  `"${name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name}"`;

/** ` Did you mean "x"?` with the nearest of the known names; nothing when none is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  if (name.length > MAX_NAME_LENGTH) return "";
  const candidates: string[] = [];
  for (const candidate of known) {
    if (candidates.length >= MAX_CANDIDATES) break;
    if (candidate.length <= MAX_NAME_LENGTH) candidates.push(candidate);
  }
  const guess = nearest(name, candidates);
  return guess === undefined ? "" : ` Did you mean "${guess}"?`;
}
