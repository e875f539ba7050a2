import { expect, test } from "vitest";
import { chooseSource, titleOf, type PolicySettings } from "../../../src/views/policySource.ts";

const nothing: PolicySettings = {
  ...{ agentConfigFiles: [], imagePaths: undefined, argsAllowlist: undefined, emulatorsAllowlist: undefined },
};

test.each<[string, Partial<PolicySettings>, "exists" | "absent", string]>([
  ["nothing at all restricts nothing", {}, "absent", "none"],
  ["the machine's file applies when the settings are silent", {}, "exists", "machine-file"],
  ["one list in the settings is enough to take over", { argsAllowlist: ["-m"] }, "exists", "settings"],
  ["any of the lists", { emulatorsAllowlist: ["x86_64"] }, "absent", "settings"],
  ["agent files win over lists", { agentConfigFiles: ["/a.hcl"], imagePaths: ["/i"] }, "exists", "files"],
])("%s", (_name, settings, presence, kind) => {
  const source = chooseSource({ ...nothing, ...settings }, "/etc/agent.hcl", presence);
  expect(source.kind).toBe(kind);
  expect(titleOf(source)).not.toBe("");
});
