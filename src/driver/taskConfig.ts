// The task's `config { … }`: its schema, and the decoded form that the driver works with.
import { decodeDriverConfig, formatDriverConfigProblems } from "../jobspec/driverConfigEngine.ts";
import type {
  ConfigPath,
  DecodedDriverConfig,
  DriverConfigScope,
  DriverConfigProblem,
  DriverSpec,
  DriverValue,
} from "../jobspec/driverConfigTypes.ts";
import { portMapDecodeError } from "./portMapDecode.ts";
import type { Refusal, TaskPath } from "./refusal.ts";

/** Nomad: drivers/qemu/driver.go, taskConfigSpec (nomad.md 1.1). Defaults are applied by the driver, not here. */
export interface TaskConfig {
  readonly imagePath: string;
  readonly emulator: string;
  readonly machineType: string;
  readonly driveInterface: string;
  readonly accelerator: string;
  readonly gracefulShutdown: boolean;
  readonly guestAgent: boolean;
  readonly args: readonly string[];
  /** Port label → guest port; later blocks win. */
  readonly portMap: Readonly<Record<string, number>>;
  /** Port label → which of the `port_map` blocks decided it, from 0: where to point at. */
  readonly portMapBlock: Readonly<Record<string, number>>;
}

const STRING = { kind: "string" } as const;
const BOOL = { kind: "bool" } as const;

/** The schema that the driver config engine decodes against (nomad.md 1.1). */
export const TASK_CONFIG_SPEC: DriverSpec = {
  image_path: { type: STRING, presence: "required" },
  emulator: { type: STRING, presence: "optional" },
  machine_type: { type: STRING, presence: "optional" },
  drive_interface: { type: STRING, presence: "optional" },
  accelerator: { type: STRING, presence: "optional" },
  graceful_shutdown: { type: BOOL, presence: "optional" },
  guest_agent: { type: BOOL, presence: "optional" },
  args: { type: { kind: "list", element: STRING }, presence: "optional" },
  port_map: {
    type: { kind: "list", element: { kind: "map", element: { kind: "number" } } },
    presence: "optional",
  },
};

export interface ReadTaskConfig {
  /** Absent when the config is refused. */
  readonly taskConfig: TaskConfig | undefined;
  /** In Nomad's order. */
  readonly refusals: readonly Refusal[];
  /** Values that depend on what is not known yet: `["Config", "args", 2]`. They are empty in `taskConfig`. */
  readonly unknown: readonly TaskPath[];
}

/**
 * Evaluates and decodes a task's `Config` (of the API job; null without a config block) as the driver of a real client
 * would get it. What the scope's node does not say is listed in `unknown`.
 */
export function decodeTaskConfig(
  config: Readonly<Record<string, unknown>> | null | undefined,
  scope: DriverConfigScope,
): ReadTaskConfig {
  return readTaskConfig(decodeDriverConfig(config, TASK_CONFIG_SPEC, scope));
}

/**
 * Turns a config that the driver config engine has decoded against {@link TASK_CONFIG_SPEC} into the driver's form.
 * Problems of the engine become refusals of the event "Failed Validation"; a port that is no 64-bit integer passes the
 * schema and is refused by the driver itself ("Driver Failure"), as in Nomad.
 */
export function readTaskConfig(decoded: DecodedDriverConfig): ReadTaskConfig {
  const unknown = decoded.unknown.map(taskPath);
  if (decoded.problems.length > 0)
    return { taskConfig: undefined, refusals: decoded.problems.map(configRefusal), unknown };
  const { values } = decoded;
  const portError = portMapDecodeError(values);
  if (portError !== undefined) {
    const refusal: Refusal = {
      code: "qemu/port-map-not-integer",
      severity: "error",
      message: `failed to decode driver config: ${portError.message}`,
      detail: "A guest port must be a whole number: Nomad's schema lets other numbers pass, and the driver then fails.",
      path: taskPath(portError.path),
      event: "Driver Failure",
    };
    return { taskConfig: undefined, refusals: [refusal], unknown };
  }
  const blocks = list(values["port_map"]);
  const portMap = new Map<string, number>();
  const portMapBlock = new Map<string, number>();
  for (const [index, block] of blocks.entries()) {
    for (const [label, port] of Object.entries(block === null ? {} : (block as Record<string, DriverValue>))) {
      portMap.set(label, Number(port));
      portMapBlock.set(label, index);
    }
  }
  const taskConfig: TaskConfig = {
    imagePath: text(values["image_path"]),
    emulator: text(values["emulator"]),
    machineType: text(values["machine_type"]),
    driveInterface: text(values["drive_interface"]),
    accelerator: text(values["accelerator"]),
    gracefulShutdown: values["graceful_shutdown"] === true,
    guestAgent: values["guest_agent"] === true,
    // A null element is an empty string by the time it reaches QEMU [o: args-set-null-elem].
    args: list(values["args"]).map(text),
    portMap: Object.fromEntries(portMap),
    portMapBlock: Object.fromEntries(portMapBlock),
  };
  return { taskConfig, refusals: [], unknown };
}

function taskPath(path: ConfigPath): TaskPath {
  return ["Config", ...path];
}

function text(value: DriverValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function list(value: DriverValue | undefined): readonly DriverValue[] {
  return Array.isArray(value) ? (value as readonly DriverValue[]) : [];
}

/** Codes and our own explanation by HCL's short label. */
const EXPLANATIONS: Readonly<Record<string, { readonly code: string; readonly detail: string }>> = {
  "Missing required argument": {
    code: "qemu/config-missing-argument",
    detail: "The QEMU driver cannot start a VM without it. Add it to the task's config block.",
  },
  "Invalid label": {
    code: "qemu/config-unknown-argument",
    detail: "The QEMU driver has no such argument; options of QEMU itself go into args, one list element per word.",
  },
  "Incorrect attribute value type": {
    code: "qemu/config-type",
    detail:
      "The driver's schema wants another type here. Nomad's servers do not check this, so the task fails on the client.",
  },
  "Root value must be object": {
    code: "qemu/config-empty",
    detail: "The config block says nothing. A QEMU task needs at least image_path.",
  },
  "Unknown variable": {
    code: "qemu/config-unknown-variable",
    detail:
      "Nothing of that name exists on the client when the task starts, and in a driver's config that is an error.",
  },
};

function configRefusal(problem: DriverConfigProblem): Refusal {
  const known = EXPLANATIONS[problem.summary];
  return {
    code: known?.code ?? "qemu/config-invalid",
    severity: "error",
    message: `${problem.summary}: ${problem.detail}`,
    detail: known?.detail ?? "Nomad's client cannot evaluate this when the task starts, and fails the task.",
    path: taskPath(problem.path),
    event: "Failed Validation",
  };
}

/**
 * The text of the task event "Failed Validation" for refusals of {@link readTaskConfig}, to the letter.
 * Source: golden e-no-image, e-two-unknown.
 */
export function failedValidationText(refusals: readonly Refusal[]): string {
  return formatDriverConfigProblems(
    refusals.map(({ message }) => {
      const colon = message.indexOf(": ");
      return { path: [], summary: message.slice(0, colon), detail: message.slice(colon + 2) };
    }),
  );
}
