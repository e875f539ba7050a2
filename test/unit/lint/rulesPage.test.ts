// docs/rules.md says what the rules are, and every code that is reported is in it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { RULE_GROUPS, RULES } from "../../../src/lint/ruleGroups.ts";
import { renderRulesPage } from "../../../src/lint/rulesPage.ts";
import { ruleUrl } from "../../../src/lint/ruleUrl.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

describe("docs/rules.md", () => {
  it("is what `node scripts/rules.ts` makes", () => {
    expect(read("docs/rules.md")).toBe(renderRulesPage(RULE_GROUPS));
  });

  it("explains each code once, where the links lead", () => {
    const codes = RULES.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(ruleUrl("qemu/args-not-allowed")).toBe("docs/rules.md#qemuargs-not-allowed");
  });

  it("has every code that the driver refuses with", () => {
    const described = new Set(RULES.map(({ code }) => code));
    const text = read("src/driver/policy.ts") + read("src/driver/taskConfig.ts");
    const used = [...text.matchAll(/"(qemu\/[a-z-]+)"/g)].map(([, code]) => code ?? "");
    expect(used.length).toBeGreaterThan(15);
    expect(used.filter((code) => !described.has(code))).toEqual([]);
  });
});

it("describes every rule", () => {
  const wrong = RULES.filter(
    ({ code, title, why, source }) =>
      !/^[a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*$/.test(code) ||
      /[.!]$/.test(title) ||
      !/[.)]$/.test(why) ||
      source === "",
  );
  expect(wrong.map(({ code }) => code)).toEqual([]);
});
