// Every rule there is, in the order of docs/rules.md.
import type { Rule, RuleGroup } from "./rule.ts";
import { argumentRules } from "./rules/arguments.ts";
import { artifactRules } from "./rules/artifacts.ts";
import { capabilityRules } from "./rules/capabilities.ts";
import { constraintRules } from "./rules/constraints.ts";
import { diagnosticRules } from "./rules/diagnostics.ts";
import { imageRules } from "./rules/image.ts";
import { lifecycleRules } from "./rules/lifecycle.ts";
import { machineRules } from "./rules/machine.ts";
import { networkRules } from "./rules/network.ts";
import { placementRules } from "./rules/placement.ts";
import { placeholderRules } from "./rules/placeholders.ts";
import { policyRules } from "./rules/policy.ts";
import { resourceRules } from "./rules/resources.ts";
import { schemaRules } from "./rules/schema.ts";
import { serverRules } from "./rules/server.ts";
import { templateRules } from "./rules/templates.ts";

export const RULE_GROUPS: readonly RuleGroup[] = [
  diagnosticRules,
  policyRules,
  imageRules,
  machineRules,
  argumentRules,
  networkRules,
  artifactRules,
  templateRules,
  resourceRules,
  lifecycleRules,
  capabilityRules,
  placeholderRules,
  constraintRules,
  schemaRules,
  placementRules,
  serverRules,
];

export const RULES: readonly Rule[] = RULE_GROUPS.flatMap(({ rules }) => rules);
