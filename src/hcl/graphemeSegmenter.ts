// Grapheme clusters, as HCL counts characters. The segmenter costs 10 ms to make, so it is made when a text first needs it.

let segmenter: Intl.Segmenter | undefined;

/** The grapheme clusters of a text, in order, each with its UTF-16 offset (`index`). */
export function graphemeSegments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}
