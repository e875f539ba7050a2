// HashiCorp's parser 2.23 inside @cdktf/hcl2json (WebAssembly), for its messages: newer than Nomad's 2.20, same syntax.
import { createRequire } from "node:module";

// Its type declarations would bring the browser's types into the whole project.
const { parse } = createRequire(import.meta.url)("@cdktf/hcl2json") as {
  parse: (filename: string, contents: string) => Promise<unknown>;
};

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
