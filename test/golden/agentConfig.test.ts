// Agent configurations that real Nomad starts with, or refuses: the same verdict and the same words.
import { describe, expect, test } from "vitest";
import { SourceText } from "../../src/hcl/source.ts";
import { parseAgentConfig } from "../../src/jobspec/agentConfig.ts";
import { describeGolden, readGoldenLines } from "../support/golden.ts";

interface Row {
  readonly id: string;
  readonly setup: string;
  readonly agentStarts: boolean;
  readonly agentError?: string;
}

describeGolden("plugin configurations", ["driver/fingerprint.jsonl"], () => {
  const rows = readGoldenLines<Row>("driver/fingerprint.jsonl").filter(({ id }) => id.startsWith("pc-"));

  describe("are judged as the agent judges them", () => {
    test.each(rows)("$id", ({ setup, agentStarts, agentError }) => {
      const { diagnostics } = parseAgentConfig([new SourceText("agent.hcl", setup)]);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      expect(errors.length === 0).toBe(agentStarts);
      for (const { summary, detail } of errors) {
        expect(agentError).toContain(summary);
        // Nomad names the syntax error by its token; everything else by a sentence that ours begins with.
        if (summary !== "Unknown token") expect(agentError).toContain(detail.replace(/ With this, .*$/, ""));
      }
    });
  });
});
