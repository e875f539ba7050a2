// `eval`: the value of an expression with the functions of job files, as JSON.
import os from "node:os";
import { createInterface } from "node:readline";
import { expressionToJson } from "../../hcl/expressionText.ts";
import { EXIT } from "../exitCodes.ts";
import { flag, type Verb } from "../verb.ts";

export const evalVerb: Verb = {
  operands: "EXPR…",
  arity: [0, Infinity],
  description: "File functions read from the working directory, as they do in nomad job run.",
  flags: {
    format: flag.format(["text", "json", "jsonl"]),
    "stdin-jsonl": { kind: "switch", help: 'read {"expr": …} lines from standard input; prints jsonl' },
  },
  examples: [`nomad-qemu eval 'upper("vm")' 'cidrhost("10.0.0.0/8", 5)'`],
  run: async ({ arguments: given, terminal }) => {
    let failed = 0;
    const evaluate = (
      expr: string,
    ): { expr: string; ok: true; json: string } | { expr: string; ok: false; error: string } => {
      const result = expressionToJson(expr, { files: { root: terminal.cwd, home: os.homedir() } });
      if (result.ok) return { expr, ok: true, json: result.value };
      failed++;
      return { expr, ok: false, error: result.error };
    };
    // The value is spliced in as text: JavaScript's numbers would lose digits.
    const line = (expr: string): string => {
      const result = evaluate(expr);
      return result.ok
        ? `{"expr":${JSON.stringify(expr)},"ok":true,"value":${result.json}}`
        : JSON.stringify({ expr, ok: false, error: result.error });
    };
    if (given.has("stdin-jsonl")) {
      for await (const input of createInterface({ input: terminal.stdin })) {
        if (input.trim() !== "") terminal.print(line(expressionOf(input)));
      }
      return failed === 0 ? EXIT.ok : EXIT.no;
    }
    if (given.operands.length === 0) {
      terminal.note('"eval" needs EXPR, or --stdin-jsonl');
      return EXIT.usage;
    }
    if (given.value("format") === "jsonl") for (const expr of given.operands) terminal.print(line(expr));
    else {
      for (const expr of given.operands) {
        const result = evaluate(expr);
        if (result.ok) terminal.print(result.json);
        else terminal.note(terminal.style("error", result.error));
      }
    }
    return failed === 0 ? EXIT.ok : EXIT.no;
  },
};

/** The expression of one line of input; a line that is not of the form is an expression that cannot be parsed. */
function expressionOf(line: string): string {
  try {
    const { expr } = JSON.parse(line) as { expr?: unknown };
    return typeof expr === "string" ? expr : "";
  } catch {
    return "";
  }
}
