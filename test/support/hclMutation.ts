// Broken HCL: edits of working files, and soups of tokens.
import type { Random } from "./random.ts";

/** Pieces that break HCL in different ways, and a few that do not. */
const PIECES: readonly string[] = [
  ..."a b for in if else true null 1 2.5 1.2.3 x.y [*] .* .0 foo( a::b( ${ } ~} %{ ${~ %{~ $${ { [ ] ( ) = == => : ::".split(
    " ",
  ),
  ..."? , . ... * + - ! && || < ; ' ` & ~ ^ \\ $ % é 😀 ‘ … \t".split(" "),
  ...['"', '"x"', "<<E\n", "<<-E\n", "\nE\n", "\n", "\r\n", "\r", " ", "# c\n", "//x\n", "/* c */", "/*", "\u00a0"],
  ...["a {\n", 'a "l" {\n', "}\n", "b = ", "\nc = ", "%{ if a }", "%{ else }", "%{ endif }", "%{ for x in y }"],
  ...["%{ endfor }", "\\n", "\\u00e9", "\\q", "<<EOT\n  x\nEOT\n", "(", "[1, 2]", "{ a = 1 }", "\u0301"],
];

/** Moves an offset off the middle of a surrogate pair: half a character is no text. */
function whole(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff ? offset - 1 : offset;
}

/** Applies one to three random edits: deleting, inserting, doubling, cutting off. */
export function mutate(text: string, random: Random): string {
  let result = text;
  for (let edits = 1 + random.below(3); edits > 0; edits--) {
    const at = whole(result, random.below(result.length + 1));
    const to = whole(result, Math.min(result.length, at + 1 + random.below(random.chance(0.8) ? 3 : 30)));
    const kind = random.next();
    if (kind < 0.35) result = result.slice(0, at) + result.slice(Math.max(at, to));
    else if (kind < 0.8) result = result.slice(0, at) + random.pick(PIECES) + result.slice(at);
    else if (kind < 0.9) result = result.slice(0, Math.max(at, to)) + result.slice(at);
    else result = result.slice(0, at);
  }
  return result;
}

/** A short text of random pieces. */
export function tokenSoup(random: Random): string {
  let text = random.chance(0.6) ? "a = " : "";
  for (let count = 1 + random.below(14); count > 0; count--)
    text += random.pick(PIECES) + (random.chance(0.5) ? " " : "");
  return random.chance(0.7) ? `${text}\n` : text;
}
