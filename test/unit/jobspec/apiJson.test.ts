// Jobs in the API's own form.
import { describe, expect, test } from "vitest";
import { parseApiJson } from "../../../src/jobspec/apiJson.ts";
import { inTask, parse } from "../../support/jobspec.ts";

describe("a job in the API's form", () => {
  test.each(['{"ID":"t","Name":"n"}', '{"Job":{"ID":"t","Name":"n"}}', '{"job":{"id":"t","NAME":"n"}}'])(
    "%s",
    (text) => {
      const result = parseApiJson(text);
      expect(result).toMatchObject({ ok: true, value: { ID: "t", Name: "n", TaskGroups: null, Dispatched: false } });
    },
  );

  test("has every field, with Go's zero values and not the job file's defaults", () => {
    const text = JSON.stringify({ ID: "t", TaskGroups: [{ Tasks: [{ Name: "a", Templates: [{}], Extra: 1 }] }] });
    const result = parseApiJson(text);
    if (!result.ok) throw new Error(result.error);
    expect(result.value.TaskGroups?.[0]?.Tasks?.[0]).toMatchObject({
      Name: "a",
      Driver: "",
      ShutdownDelay: 0,
      Templates: [{ ChangeMode: null, Perms: null }],
    });
    expect(result.value.TaskGroups?.[0]?.Tasks?.[0]).not.toHaveProperty("Extra");
  });

  test("takes null for Go's zero value, and no name for none in a group", () => {
    const text = '{"Job":null,"Datacenters":[null],"Meta":{"a":null},"TaskGroups":[{}]}';
    const result = parseApiJson(text);
    expect(result).toMatchObject({
      ok: true,
      value: { Datacenters: [""], Meta: { a: "" }, TaskGroups: [{ Name: null }] },
    });
  });

  test("comes out as it went in when it is a parsed job", () => {
    const { job } = parse(
      inTask(
        'config {\nargs = ["a"]\n}\ntemplate {}\nresources {\ndevice "gpu" {}\n}\nidentity {}\nservice {\ncheck {\nheader {\nA = ["b"]\n}\n}\n}',
      ),
    );
    expect(parseApiJson(JSON.stringify({ Job: job }))).toEqual({ ok: true, value: job });
  });

  test.each([
    ["job {}", "not JSON"],
    ["[]", "object"],
    ['{"Priority":"high"}', "Job.Priority must be a number"],
    [
      '{"TaskGroups":[{"Tasks":[{"KillTimeout":"5s"}]}]}',
      "Job.TaskGroups[0].Tasks[0].KillTimeout must be a number of nanoseconds",
    ],
    ['{"TaskGroups":{}}', "Job.TaskGroups must be a list"],
    ['{"Priority":1.5}', "Job.Priority must be a whole number"],
    ['{"Affinities":[{"Weight":128}]}', "Job.Affinities[0].Weight must be a whole number from -128 to 127"],
    ['{"Datacenters":["a",1]}', "Job.Datacenters[1] must be a string"],
    ['{"Meta":{"a":1}}', "Job.Meta.a must be a string"],
    ['{"NAME":5,"Name":"x"}', "Job.Name must be a string"],
    ['{"Job":"x"}', "Job must be an object"],
    ['{"ParentID":[]}', "Job.ParentID must be a string"],
    ['{"Dispatched":1}', "Job.Dispatched must be a boolean"],
    ['{"Version":-1}', "Job.Version must be a whole number from 0"],
    ['{"Payload":"a"}', "Job.Payload must be text in Base64"],
    ['{"VersionTag":5}', "Job.VersionTag must be an object"],
    ['{"TaskGroups":[{"Scaling":{"Target":{"a":1}}}]}', "Job.TaskGroups[0].Scaling.Target.a must be a string"],
  ])("%s is refused: %s", (text, reason) => {
    const result = parseApiJson(text);
    expect(result.ok ? "" : result.error).toContain(reason);
  });

  test.each(['{"ID":"t"} x', '{"ID":"}{"}{"ID":"u"}', ' {"ID":"\\"","Datacenters":["]"]}]'])(
    "what stands behind the job is left alone: %s",
    (text) => {
      expect(parseApiJson(text).ok).toBe(true);
    },
  );

  test("null is a job in which nothing is set", () => {
    expect(parseApiJson("null")).toEqual(parseApiJson("{}"));
  });

  test("the identity of its own field is an identity block", () => {
    const result = parseApiJson('{"TaskGroups":[{"Tasks":[{"Identity":{"Env":true}}]}]}');
    expect(result).toMatchObject({
      value: { TaskGroups: [{ Tasks: [{ Identity: { Name: "", Env: true, File: false, Audience: null } }] }] },
    });
  });
});
