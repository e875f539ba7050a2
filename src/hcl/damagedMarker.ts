// Finds the end of a heredoc whose marker was hit by a typing error.
import { identifierEnd, isUnicodeSpace } from "./characters.ts";
import type { HeredocEnd } from "./heredocEnd.ts";

/**
 * Searches the lines of `text` from `from` to `to` for one that is the marker but for one letter, that has something
 * before the marker (a newline was lost), or after it.
 */
export function findDamagedMarker(text: string, from: number, to: number, marker: string): HeredocEnd | undefined {
  for (let line = from; line < to;) {
    const newline = text.indexOf("\n", line);
    const end = newline < 0 || newline > to ? to : newline;
    const found = readLine(text, line, end, marker);
    if (found !== undefined) return found;
    line = end + 1;
  }
  return undefined;
}

function readLine(text: string, start: number, end: number, marker: string): HeredocEnd | undefined {
  let at = start;
  while (at < end && isUnicodeSpace(text.charCodeAt(at))) at++;
  let last = end;
  while (last > at && isUnicodeSpace(text.charCodeAt(last - 1))) last--;
  if (text.startsWith(marker, at) && at + marker.length <= last) {
    const nameEnd = identifierEnd(text, at);
    if (nameEnd - at === marker.length) return { at: start, markerEnd: nameEnd };
  }
  if (last - at > marker.length && text.startsWith(marker, last - marker.length) && !hasOpening(text, at, last))
    return { at: last - marker.length, markerEnd: last };
  if (identifierEnd(text, at) !== last || Math.abs(last - at - marker.length) > 1) return undefined;
  return differsByOne(text.slice(at, last), marker) ? { at: start, markerEnd: last } : undefined;
}

/** Whether a line has a heredoc opening of its own, as shell scripts do. */
function hasOpening(text: string, start: number, end: number): boolean {
  const at = text.indexOf("<<", start);
  return at >= 0 && at < end;
}

/** Whether one letter more, less or other makes `right` of `left`. One-letter markers have no near ones. */
function differsByOne(left: string, right: string): boolean {
  if (Math.min(left.length, right.length) < 2) return false;
  let same = 0;
  while (same < left.length && left.charCodeAt(same) === right.charCodeAt(same)) same++;
  if (left.length === right.length) return left.slice(same + 1) === right.slice(same + 1);
  return left.length > right.length
    ? left.slice(same + 1) === right.slice(same)
    : left.slice(same) === right.slice(same + 1);
}
