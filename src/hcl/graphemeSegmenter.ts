// Grapheme clusters, as HCL counts characters. The segmenter costs 10 ms to make, so it is made when a text first needs it.

let segmenter: Intl.Segmenter | undefined;

/** The grapheme clusters of a text, in order, each with its UTF-16 offset (`index`). */
export function graphemeSegments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

// Everything below U+0300 is one cluster a code unit, except CR LF.
const NEEDS_SEGMENTER = /[^\u0000-\u02ff]|\r/;

/** How many grapheme clusters a text has. */
export function graphemeCount(text: string): number {
  return NEEDS_SEGMENTER.test(text) ? Array.from(graphemeSegments(text)).length : text.length;
}
