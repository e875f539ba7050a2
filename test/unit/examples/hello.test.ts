import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { UNRESTRICTED } from "../../../src/driver/pluginConfig.ts";
import { SourceText } from "../../../src/hcl/source.ts";
import { parseJobFile } from "../../../src/jobspec/parse.ts";
import { lintJobFile } from "../../../src/lint/lint.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const source = new SourceText("hello.nomad.hcl", readFileSync(path.join(root, "examples/hello.nomad.hcl"), "utf8"));
const parsed = parseJobFile(source, { mode: "strict" });

test("the example asks for the built-in guest by its checksum, so nothing is downloaded", () => {
  const image = gunzipSync(readFileSync(path.join(root, "assets/guest/tiny.img.gz")));
  const checksum = parsed.job?.TaskGroups?.[0]?.Tasks?.[0]?.Artifacts?.[0]?.GetterOptions?.["checksum"];
  expect(checksum).toBe(`sha256:${createHash("sha256").update(image).digest("hex")}`);
});

test("the example has no finding above a hint", () => {
  const findings = lintJobFile(parsed, { pluginConfig: UNRESTRICTED });
  expect(findings.filter(({ severity }) => severity !== "hint")).toEqual([]);
});
