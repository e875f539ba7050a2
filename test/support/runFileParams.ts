// What `nomad-qemu run` asks the host for.
import { UNRESTRICTED } from "../../src/driver/pluginConfig.ts";
import type { RunFileParams } from "../../src/host/protocol.ts";

/** A run of a job file without variables, environment, or a policy. */
export function runFileParams(name: string, text: string): RunFileParams {
  return {
    name,
    text,
    form: "hcl",
    variables: { files: [], flags: [], unknownNames: "error" },
    fileRoot: undefined,
    group: undefined,
    task: undefined,
    jobFile: undefined,
    pluginConfig: UNRESTRICTED,
    environment: {},
    secondOpinion: "not-asked",
  };
}
