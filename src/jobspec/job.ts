// The job as Nomad's API knows it (api.Job and below, Nomad 2.0). Field names and units are the API's:
// durations are nanoseconds, sizes MB, null where the job file says nothing and nothing was canonicalised.
// Only what this product reads is typed in detail; the JSON carries every field.

export interface Job {
  Region: string | null;
  Namespace: string | null;
  ID: string | null;
  Name: string | null;
  /** service, batch, system, sysbatch; null means service. */
  Type: string | null;
  Priority: number | null;
  Datacenters: string[] | null;
  NodePool: string | null;
  Constraints: Constraint[] | null;
  Affinities: Affinity[] | null;
  TaskGroups: TaskGroup[] | null;
  Meta: Record<string, string> | null;
  ParameterizedJob: Record<string, unknown> | null;
  Periodic: Record<string, unknown> | null;
  [field: string]: unknown;
}

export interface TaskGroup {
  Name: string | null;
  Count: number | null;
  Constraints: Constraint[] | null;
  Affinities: Affinity[] | null;
  Tasks: Task[] | null;
  RestartPolicy: RestartPolicy | null;
  EphemeralDisk: { SizeMB: number | null; Sticky: boolean | null; Migrate: boolean | null } | null;
  Networks: Network[] | null;
  Meta: Record<string, string> | null;
  /** ns */
  ShutdownDelay: number | null;
  [field: string]: unknown;
}

export interface Task {
  Name: string;
  Driver: string;
  User: string;
  Lifecycle: { Hook: string; Sidecar: boolean } | null;
  Config: Record<string, unknown> | null;
  Constraints: Constraint[] | null;
  Affinities: Affinity[] | null;
  Env: Record<string, string> | null;
  Resources: Resources | null;
  RestartPolicy: RestartPolicy | null;
  Meta: Record<string, string> | null;
  /** ns */
  KillTimeout: number | null;
  LogConfig: LogConfig | null;
  Artifacts: Artifact[] | null;
  Templates: Template[] | null;
  Leader: boolean;
  /** ns */
  ShutdownDelay: number;
  KillSignal: string;
  [field: string]: unknown;
}

export interface Resources {
  /** MHz */
  CPU: number | null;
  Cores: number | null;
  MemoryMB: number | null;
  MemoryMaxMB: number | null;
  SecretsMB?: number | null;
  Networks: Network[] | null;
  [field: string]: unknown;
}

export interface Network {
  Mode: string;
  /** Ports with a static host port (Value > 0). */
  ReservedPorts: Port[] | null;
  DynamicPorts: Port[] | null;
  DNS: { Servers: string[] | null; Searches: string[] | null; Options: string[] | null } | null;
  Hostname: string;
  [field: string]: unknown;
}

export interface Port {
  Label: string;
  /** Host port; 0 = chosen when the task runs. */
  Value: number;
  /** Port inside the group's network; -1 = the host port. */
  To: number;
  HostNetwork: string;
  [field: string]: unknown;
}

export interface RestartPolicy {
  /** ns */
  Interval: number | null;
  Attempts: number | null;
  /** ns */
  Delay: number | null;
  Mode: string | null;
  RenderTemplates: boolean | null;
}

export interface LogConfig {
  MaxFiles: number | null;
  MaxFileSizeMB: number | null;
  Disabled: boolean | null;
  [field: string]: unknown;
}

export interface Artifact {
  GetterSource: string | null;
  GetterOptions: Record<string, string> | null;
  GetterHeaders: Record<string, string> | null;
  GetterMode: string | null;
  GetterInsecure: boolean | null;
  RelativeDest: string | null;
  Chown: boolean;
  [field: string]: unknown;
}

export interface Template {
  SourcePath: string | null;
  DestPath: string | null;
  EmbeddedTmpl: string | null;
  ChangeMode: string | null;
  Perms: string | null;
  Envvars: boolean | null;
  [field: string]: unknown;
}

export interface Constraint {
  LTarget: string;
  RTarget: string;
  Operand: string;
}

export interface Affinity extends Constraint {
  Weight: number | null;
}
