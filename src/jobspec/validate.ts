// The checks that Nomad's server makes of a job when it is validated, planned or registered.
// What only a client or a driver finds out later (a driver's config, placement) is not among them.
// Source: Nomad nomad/job_endpoint.go, Job.Validate; recorded in golden/jobspec/validate.jsonl.
import { text } from "./fields.ts";
import type { Job } from "./job.ts";
import { checkConnect, checkExposed } from "./validate/connect.ts";
import {
  PLAIN_SERVER,
  reporterTo,
  type ServerFacts,
  type Validation,
  type ValidationFinding,
} from "./validate/context.ts";
import { checkJob, checkLimits } from "./validate/jobs.ts";
import { prepare } from "./validate/prepare.ts";
import {
  checkConsulClusters,
  checkEnterprise,
  checkMemoryOversubscription,
  checkPlaces,
  checkServiceIdentities,
  checkVaultClusters,
} from "./validate/serverState.ts";
import { warnOfJob } from "./validate/warnings.ts";

export { ANY_SERVER, NO_SERVER, PLAIN_SERVER, serverForRegion } from "./validate/context.ts";
export type { ServerFacts, ValidationFinding } from "./validate/context.ts";
export { RULES, type RuleCode } from "./validate/rules.ts";

/**
 * Everything the server says of a job, in its order: errors, then warnings. `job` is a parsed job, canonical or not.
 * @param server what the server knows; a freshly installed one when left out.
 */
export function validateJob(job: Job, server: ServerFacts = PLAIN_SERVER): ValidationFinding[] {
  const errors: ValidationFinding[] = [];
  const warnings: ValidationFinding[] = [];
  const error = reporterTo(errors, "error");
  const prepared = prepare(job, server.checks);
  if (prepared.failure !== undefined) {
    error("job/connect-mutation", prepared.failure.path, prepared.failure.message);
    return errors;
  }
  const validation: Validation = {
    job: prepared.job,
    type: text(prepared.job, "Type"),
    server,
    groups: prepared.groups,
    error,
    warn: reporterTo(warnings, "warning"),
  };
  if (server.checks === "all") {
    checkConnect(validation);
    checkExposed(validation);
    checkVaultClusters(validation);
    checkConsulClusters(validation);
    checkPlaces(validation);
  }
  checkJob(validation);
  warnOfJob(validation);
  if (server.checks === "all") {
    checkLimits(validation);
    checkServiceIdentities(validation);
    checkMemoryOversubscription(validation);
    checkEnterprise(validation);
  }
  return [...errors, ...warnings];
}
