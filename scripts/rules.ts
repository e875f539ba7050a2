// Writes docs/rules.md from the descriptions of the lint rules.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { RULE_GROUPS } from "../src/lint/ruleGroups.ts";
import { renderRulesPage } from "../src/lint/rulesPage.ts";

await writeFile(path.join(import.meta.dirname, "../docs/rules.md"), renderRulesPage(RULE_GROUPS));
