// The description of job files holds together: paths, addresses, and no word missing.
import { describe, expect, test } from "vitest";
import {
  documentationUrl,
  qemuPlugin,
  rootSchema,
  schemaAt,
  type AttributeSchema,
  type BlockSchema,
  type BodySchema,
} from "../../../src/jobspec/schema/index.ts";

type Entry = AttributeSchema | BlockSchema;

function entriesOf(body: BodySchema, seen = new Set<BodySchema>()): Entry[] {
  if (seen.has(body)) return [];
  seen.add(body);
  return body.members.flatMap((member): Entry[] => {
    if (member.kind === "constant") return [];
    return member.kind === "attribute" ? [member] : [member, ...entriesOf(member.body, seen)];
  });
}

const entries = [...entriesOf(rootSchema.body), qemuPlugin, ...entriesOf(qemuPlugin.body)];

describe("every entry of the schema", () => {
  test("says what it is in one line", () => {
    const bad = entries.filter(({ doc }) => doc.trim() === "" || doc.includes("\n") || !/[.:]$/.test(doc));
    expect(bad.map(({ name }) => name)).toEqual([]);
  });

  test("has a page", () => {
    const bad = entries.filter(
      (entry) => !documentationUrl(entry)?.startsWith("https://developer.hashicorp.com/nomad/"),
    );
    expect(bad.map(({ name }) => name)).toEqual([]);
  });

  test("offers only values of its type", () => {
    const attributes = entries.filter((entry) => entry.kind === "attribute");
    expect(
      attributes.filter(({ type, values }) => values !== undefined && type !== "string").map(({ name }) => name),
    ).toEqual([]);
  });
});

describe("schemaAt", () => {
  test.each([
    [["job"], "block", "job"],
    [["job", "group", "task", "driver"], "attribute", "driver"],
    [["job", "group", "network", "port", "static"], "attribute", "static"],
    [["job", "group", "task", "resources", "network", "port"], "block", "port"],
    [["job", "task", "template", "change_script", "args"], "attribute", "args"],
    [["variable", "validation", "condition"], "attribute", "condition"],
    [["job", "dynamic", "group", "content", "count"], "attribute", "count"],
    [["job", "dynamic", "group", "content"], "block", "group"],
    [["job", "dynamic", "group", "labels"], "attribute", "labels"],
    [["job", "dynamic", "update"], "block", "dynamic"],
  ])("finds %j", (path, kind, name) => {
    expect(schemaAt(path)).toMatchObject({ kind, name });
  });

  test.each([
    [["dynamic", "job"]],
    [["job", "dynamic", "update", "labels"]],
    [["jobb"]],
    [["job", "group", "driver"]],
    [["job", "type", "x"]],
    [["job", "group", "task", "config", "args"]],
  ])("does not find %j", (path) => {
    expect(schemaAt(path)).toBeUndefined();
  });

  test("describes a task's config by its driver", () => {
    const path = ["job", "group", "task", "config", "image_path"];
    expect(schemaAt(path, { driver: "qemu" })).toMatchObject({ kind: "attribute", required: true });
    expect(schemaAt(path, { driver: "docker" })).toBeUndefined();
    expect(schemaAt(["job", "group", "task", "secret", "config", "image_path"], { driver: "qemu" })).toBeUndefined();
  });
});
