// Scaling: of a group's count, and of a task's CPU or memory (the Autoscaler reads them).
import { attribute, block, body, constant, FREE, label, type BlockSchema, type Member } from "./types.ts";

const policy = block("policy", "Policy", FREE, "Settings for the Autoscaler.", { page: "scaling#policy" });

const tail = (): readonly Member[] => [
  constant("ID", "", "string"),
  constant("Namespace", "", "string"),
  constant("Target", null, "map(string)"),
  constant("CreateIndex", 0, "uint64"),
  constant("ModifyIndex", 0, "uint64"),
];

export const groupScaling: BlockSchema = block(
  "scaling",
  "Scaling",
  body(
    "scaling",
    () => [
      attribute("min", "Min", "int?", "The lowest count.", { default: "count of the group" }),
      attribute("max", "Max", "int?", "The highest count.", { required: true }),
      policy,
      attribute("enabled", "Enabled", "bool?", "The Autoscaler may act on it.", { default: "true" }),
      attribute("type", "Type", "string", "Always horizontal.", { absent: "horizontal", values: ["horizontal"] }),
      ...tail(),
    ],
    "group-scaling",
  ),
  "Limits for scaling the group's count.",
  { page: "scaling" },
);

export const taskScaling: BlockSchema = block(
  "scaling",
  "ScalingPolicies",
  body(
    "scaling",
    () => [
      attribute("min", "Min", "int?", "The lowest value."),
      attribute("max", "Max", "int?", "The highest value."),
      policy,
      attribute("enabled", "Enabled", "bool?", "The Autoscaler may act on it.", { default: "true" }),
      attribute("type", "Type", "string", "Follows from the label.", { values: ["vertical_cpu", "vertical_mem"] }),
      ...tail(),
    ],
    "task-scaling",
  ),
  "Limits for scaling the task's CPU or memory.",
  {
    labels: [label("resource", undefined, "What is scaled.", { values: ["cpu", "mem"] })],
    occurs: "many",
    page: "scaling",
    enterprise: true,
  },
);
