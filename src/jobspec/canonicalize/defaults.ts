// Nomad's default values, as its API fills them in. Source: Nomad api/jobs.go, api/tasks.go, api/resources.go (2.0).
import { HOUR, MINUTE, SECOND, type Fields } from "../fields.ts";

export const JOB: Readonly<Fields> = {
  ParentID: "",
  Namespace: "default",
  Priority: 50,
  Stop: false,
  Region: "global",
  NodePool: "",
  Type: "service",
  AllAtOnce: false,
  ConsulNamespace: "",
  VaultNamespace: "",
  NomadTokenID: "",
  Status: "",
  StatusDescription: "",
  Stable: false,
  Version: 0,
  CreateIndex: 0,
  ModifyIndex: 0,
  JobModifyIndex: 0,
};

export const UPDATE: Readonly<Fields> = {
  Stagger: 30 * SECOND,
  MaxParallel: 1,
  HealthCheck: "checks",
  MinHealthyTime: 10 * SECOND,
  HealthyDeadline: 5 * MINUTE,
  ProgressDeadline: 10 * MINUTE,
  AutoRevert: false,
  Canary: 0,
  AutoPromote: false,
};

export const MIGRATE: Readonly<Fields> = {
  MaxParallel: 1,
  HealthCheck: "checks",
  MinHealthyTime: 10 * SECOND,
  HealthyDeadline: 5 * MINUTE,
};

export const PERIODIC: Readonly<Fields> = {
  Enabled: true,
  Spec: "",
  Specs: [],
  SpecType: "cron",
  ProhibitOverlap: false,
};

export const EPHEMERAL_DISK: Readonly<Fields> = { Sticky: false, Migrate: false, SizeMB: 300 };

export const LOG_CONFIG: Readonly<Fields> = { MaxFiles: 10, MaxFileSizeMB: 10, Disabled: false };

export const ARTIFACT: Readonly<Fields> = { GetterMode: "any", GetterInsecure: false, GetterSource: "" };

export const CHANGE_SCRIPT: Readonly<Fields> = {
  Command: "",
  Args: [],
  Timeout: 5 * SECOND,
  FailOnError: false,
  RunOnFirstRender: false,
};

export const TEMPLATE: Readonly<Fields> = {
  SourcePath: "",
  DestPath: "",
  EmbeddedTmpl: "",
  ChangeMode: "restart",
  Once: false,
  Splay: 5 * SECOND,
  Perms: "0644",
  LeftDelim: "{{",
  RightDelim: "}}",
  Envvars: false,
  ErrMissingKey: false,
  VaultGrace: 0,
};

export const VAULT: Readonly<Fields> = {
  Env: true,
  DisableFile: false,
  Namespace: "",
  ChangeMode: "restart",
  ChangeSignal: "SIGHUP",
  AllowTokenExpiration: false,
};

export const VOLUME_MOUNT: Readonly<Fields> = { PropagationMode: "private", ReadOnly: false, SELinuxLabel: "" };

export const WEIGHT: Readonly<Fields> = { Weight: 50 };

const EMPTY_RESCHEDULE = { Attempts: 0, Interval: 0, Delay: 0, DelayFunction: "", MaxDelay: 0, Unlimited: false };

/** The reschedule policy by job type; system and sysbatch jobs do not reschedule. */
export function reschedule(jobType: string): Readonly<Fields> {
  switch (jobType) {
    case "service":
      return {
        ...EMPTY_RESCHEDULE,
        Delay: 30 * SECOND,
        DelayFunction: "exponential",
        MaxDelay: HOUR,
        Unlimited: true,
      };
    case "batch":
      return { ...EMPTY_RESCHEDULE, Attempts: 1, Interval: 24 * HOUR, Delay: 5 * SECOND, DelayFunction: "constant" };
    default:
      return EMPTY_RESCHEDULE;
  }
}

/** The restart policy by job type: long-running jobs get 2 attempts in 30 minutes, the others 3 in a day. */
export function restart(jobType: string): Readonly<Fields> {
  const common = { Delay: 15 * SECOND, Mode: "fail", RenderTemplates: false };
  return jobType === "service" || jobType === "system"
    ? { ...common, Attempts: 2, Interval: 30 * MINUTE }
    : { ...common, Attempts: 3, Interval: 24 * HOUR };
}

/** Every field of a resources block, unset. */
export const NO_RESOURCES: Readonly<Fields> = {
  CPU: null,
  Cores: null,
  MemoryMB: null,
  MemoryMaxMB: null,
  DiskMB: null,
  Networks: null,
  Devices: null,
  NUMA: null,
  SecretsMB: null,
  IOPS: null,
};

/** Every field of a logs block, unset. */
export const NO_LOG_CONFIG: Readonly<Fields> = { MaxFiles: null, MaxFileSizeMB: null, Enabled: null, Disabled: null };
