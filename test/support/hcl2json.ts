// HashiCorp's parser 2.23 inside @cdktf/hcl2json (WebAssembly), for its messages: newer than Nomad's 2.20, same syntax.
import { parse } from "@cdktf/hcl2json";

/** `LINE,COL-COL: Summary` of every diagnostic, in HashiCorp's order; empty when the text is accepted. */
export async function hashicorpMessages(text: string): Promise<readonly string[]> {
  try {
    await parse("t", text);
    return [];
  } catch (error) {
    const message = String(error).replace(/^Error: /, "");
    // What cannot be converted to JSON has been parsed.
    if (!message.startsWith("parse config")) return [];
    return Array.from(
      message.matchAll(/t:(\d+,\d+-(?:\d+,)?\d+): ([^;\n]*); /g),
      ([, range, summary]) => `${range}: ${summary}`,
    );
  }
}
