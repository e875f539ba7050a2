// The examples of docs/hcl.md, run as they stand there: each prints what the page says it prints.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const docs = resolve(import.meta.dirname, "../../../docs");
const page = readFileSync(resolve(docs, "hcl.md"), "utf8");
const examples = Array.from(page.matchAll(/```ts\n(.*?)```\n+```text\n(.*?)```/gs), ([, code = "", output = ""]) => ({
  code,
  output,
}));

test.each(examples.map(({ code, output }, index) => [`example ${index + 1}`, code, output]))(
  "%s prints what the page says",
  (_, code, output) => {
    const printed = execFileSync(process.execPath, ["--input-type=module-typescript", "--no-warnings", "-"], {
      cwd: docs,
      input: code,
      encoding: "utf8",
    });
    expect(printed).toBe(output);
  },
);

test("every example of the page is run", () => {
  expect(page.match(/^```ts$/gm)?.length).toBe(examples.length);
});
