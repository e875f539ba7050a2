// `eval`: the value of an expression with the functions of job files, as JSON.
import os from "node:os";
import type { Readable } from "node:stream";
import { ProblemError } from "../../base/result.ts";
import { formatDiagnostic } from "../../hcl/diagnostic.ts";
import { evaluateExpressionText } from "../../hcl/expressionText.ts";
import { jsonText } from "../../hcl/functions/json.ts";
import { EXIT } from "../exitCodes.ts";
import { flag, type Verb } from "../verb.ts";

type Evaluated =
  | { readonly kind: "value"; readonly json: string }
  /** A value that JSON cannot say: an infinity, or something unknown. */
  | { readonly kind: "no-json"; readonly reason: string }
  | { readonly kind: "error"; readonly error: string };

export const evalVerb: Verb = {
  operands: "EXPR…",
  arity: [0, Infinity],
  description:
    "File functions read from the working directory, as they do in nomad job run. The JSON of one EXPR is its value, that of\nseveral a list with an entry for each: its value, or its error. jsonl prints the same entries line by line.",
  flags: {
    format: flag.format(["text", "json", "jsonl"]),
    "stdin-jsonl": { kind: "switch", help: 'read {"expr": …} lines from standard input; prints jsonl' },
  },
  examples: [`nomad-qemu eval 'upper("vm")' 'cidrhost("10.0.0.0/8", 5)'`],
  run: async ({ arguments: given, terminal }) => {
    let failed = 0;
    const files = { root: terminal.cwd, home: os.homedir() };
    const evaluated = (expr: string): Evaluated => {
      const { value, diagnostics } = evaluateExpressionText(expr, { files });
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      if (errors.length > 0) return { kind: "error", error: errors.map(formatDiagnostic).join("\n") };
      const json = jsonText(value);
      return json.ok ? { kind: "value", json: json.value } : { kind: "no-json", reason: json.error };
    };
    // The value is spliced in as text: JavaScript's numbers would lose digits.
    const line = (expr: string): string => {
      const result = evaluated(expr);
      if (result.kind === "error") failed++;
      const head = `{"expr":${JSON.stringify(expr)},"ok":${String(result.kind !== "error")}`;
      switch (result.kind) {
        case "value":
          return `${head},"value":${result.json}}`;
        case "no-json":
          return `${head},"value":null,"json_error":${JSON.stringify(result.reason)}}`;
        case "error":
          return `${head},"error":${JSON.stringify(result.error)}}`;
      }
    };
    const wantsLines = given.has("stdin-jsonl");
    if (wantsLines === given.operands.length > 0)
      throw new ProblemError({ code: "usage", what: '"eval" needs EXPR, or --stdin-jsonl and no EXPR' });
    if (wantsLines) {
      for await (const input of linesOf(terminal.stdin)) {
        if (input.trim() === "") continue;
        const expr = expressionOf(input);
        if (expr === undefined) failed++;
        terminal.print(expr === undefined ? JSON.stringify({ expr: null, ok: false, error: NO_EXPR }) : line(expr));
      }
      return failed === 0 ? EXIT.ok : EXIT.no;
    }
    const format = given.value("format");
    if (format === "jsonl") for (const expr of given.operands) terminal.print(line(expr));
    else if (format === "json" && given.operands.length > 1)
      terminal.print(`[\n  ${given.operands.map(line).join(",\n  ")}\n]`);
    else {
      for (const expr of given.operands) {
        const result = evaluated(expr);
        if (result.kind === "value") {
          terminal.print(result.json);
          continue;
        }
        failed++;
        terminal.note(terminal.style("error", result.kind === "error" ? result.error : `${expr}: ${result.reason}`));
      }
    }
    return failed === 0 ? EXIT.ok : EXIT.no;
  },
};

const NO_EXPR = 'This line of input is not of the form {"expr": "…"}.';

/** Lines as they come. Only a newline ends one: JSON takes U+2028 as it is, where node:readline would cut. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun = "";
  for await (const chunk of input as AsyncIterable<Buffer>) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    begun += first;
    for (const next of others) {
      yield begun;
      begun = next;
    }
  }
  yield begun + decoder.decode();
}

/** The expression of one line of input; undefined for a line that is not of the form. */
function expressionOf(line: string): string | undefined {
  try {
    const { expr } = JSON.parse(line) as { expr?: unknown };
    return typeof expr === "string" ? expr : undefined;
  } catch {
    return undefined;
  }
}
