// Diagnostics about text that stands in no file: values from the environment and from flags that are taken as they are.
import { SourceText, type Span } from "../../hcl/source.ts";

/** The source of such text. Nomad prints its place as `:0,0-0`. */
export const OUTSIDE = new SourceText("", "");
export const NOWHERE: Span = { start: 0, end: 0 };
