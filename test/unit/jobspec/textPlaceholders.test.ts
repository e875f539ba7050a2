import { expect, test } from "vitest";
import {
  placeholdersOfGroup,
  placeholdersOfTask,
  type TextPlaceholder,
} from "../../../src/jobspec/textPlaceholders.ts";

const shown = (found: TextPlaceholder[]): string[] => found.map(({ path, name }) => `${path.join(".")}: ${name}`);

test("a task's interpolated texts are looked through, and nothing else", () => {
  const task = {
    Name: "${in.a.name}",
    Driver: "qemu",
    User: "${in.the.user}",
    Env: { A: "x-${attr.kernel.name}-${B.c}", B: 1 },
    Config: { image_path: "${in.the.config}" },
    Artifacts: [{ GetterSource: "http://${host}/x", GetterOptions: { checksum: "${sum}" }, RelativeDest: null }, null],
    Templates: [{ DestPath: "local/${f}", EmbeddedTmpl: "${in.the.text}" }],
    Services: [
      { Name: "${JOB}", Tags: ["a", "${t}"], Checks: [{ Path: "/${p}", Header: { h: ["${v}"] }, Body: "${b}" }] },
    ],
  };
  expect(shown(placeholdersOfTask(task, ["T"]))).toEqual([
    "T.Env.A: attr.kernel.name",
    "T.Env.A: B.c",
    "T.Artifacts.0.GetterSource: host",
    "T.Artifacts.0.GetterOptions.checksum: sum",
    "T.Templates.0.DestPath: f",
    "T.Services.0.Name: JOB",
    "T.Services.0.Tags.1: t",
    "T.Services.0.Checks.0.Path: p",
    "T.Services.0.Checks.0.Header.h.0: v",
  ]);
});

test("places are offsets in the text", () => {
  expect(placeholdersOfTask({ Env: { A: "x-${a}" } }, [])).toEqual([
    { path: ["Env", "A"], name: "a", start: 2, end: 6 },
  ]);
});

test("a group has services, networks and metadata", () => {
  const group = {
    Meta: { m: "${m}" },
    Networks: [{ Hostname: "${h}", DNS: { Servers: ["${s}"] } }],
    Services: [{ Name: "${n}" }],
  };
  expect(shown(placeholdersOfGroup(group, ["G"]))).toEqual([
    "G.Meta.m: m",
    "G.Services.0.Name: n",
    "G.Networks.0.Hostname: h",
    "G.Networks.0.DNS.Servers.0: s",
  ]);
});
