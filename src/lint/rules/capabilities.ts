// What the QEMU driver cannot do, and jobs ask of it all the same.
import { removeAt, replaceValue } from "../fixes.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";

const VOLUME: Rule = {
  code: "qemu/no-volumes",
  severity: "error",
  title: "The QEMU driver mounts no volumes",
  why: "A volume_mount makes the task fail before it starts. Attach a disk or share a folder (`-virtfs`, virtiofs) through args instead.",
  source: "drivers/qemu capabilities, MountConfigs none (nomad.md 1.4)",
};
const ACTION: Rule = {
  code: "qemu/no-exec",
  severity: "warning",
  title: "The QEMU driver runs no commands in the guest",
  why: "Actions, script checks and `nomad alloc exec` answer `task driver does not support exec`. The local runner reaches a guest through its agent (guest_agent) or its console.",
  source: "drivers/qemu capabilities, Exec false (nomad.md 1.4)",
};
const CHANGE_MODE: Rule = {
  code: "qemu/template-change-mode",
  severity: "warning",
  title: "A template can only restart a VM, or leave it alone",
  why: 'The driver sends no signals: with `change_mode = "signal"` the first change of the template kills the task (`QEMU driver can\'t signal commands`). With `script` the script never runs. Use `restart` or `noop`.',
  source: "golden l-tmpl-signal, l-tmpl-script",
};
const HOSTNAME: Rule = {
  code: "qemu/no-hostname",
  severity: "error",
  title: "The driver cannot set a network hostname",
  why: "In bridge, none and cni mode the allocation fails without any task event: `hostname is not currently supported on driver qemu`. In host mode Nomad refuses the job.",
  source: "golden br-hostname; nomad.md 1.4",
};
const NETWORK_NONE: Rule = {
  code: "qemu/network-mode-none",
  severity: "warning",
  title: "Network mode none fails",
  why: 'With Nomad 2.0 every allocation with `mode = "none"` fails in its set-up: `network already configured but not found in state`.',
  source: "golden br-none",
};

interface Named {
  readonly Name?: unknown;
  readonly Checks?: unknown;
  readonly Type?: unknown;
}

function listOf(value: unknown): readonly Named[] {
  return Array.isArray(value) ? value.filter((item): item is Named => typeof item === "object" && item !== null) : [];
}

function checkTask(context: TaskContext): void {
  const { task, taskPath } = context;
  for (const [index] of listOf(task["VolumeMounts"]).entries()) {
    const path = [...taskPath, "VolumeMounts", index];
    context.reportAt(VOLUME, path, {
      message: `task driver "qemu" for "${task.Name}" does not support host volumes: remove the volume_mount and attach a disk through args.`,
      fixes: removeAt(context, path, "Remove this volume_mount"),
    });
  }
  for (const [index] of listOf(task["Actions"]).entries()) {
    context.reportAt(ACTION, [...taskPath, "Actions", index], {
      message: "task driver does not support exec: the action can never run.",
      fixes: removeAt(context, [...taskPath, "Actions", index], "Remove this action"),
    });
  }
  for (const [service, { Checks }] of listOf(task["Services"]).entries()) {
    for (const [check, { Type }] of listOf(Checks).entries()) {
      if (Type !== "script") continue;
      context.reportAt(ACTION, [...taskPath, "Services", service, "Checks", check, "Type"], {
        message: "QEMU driver can't execute commands: a script check never passes. Use tcp or http.",
      });
    }
  }
  checkTemplates(context);
  checkNetwork(context);
}

function checkTemplates({ task, taskPath, ...context }: TaskContext): void {
  for (const [index, template] of (task.Templates ?? []).entries()) {
    const mode = template.ChangeMode;
    if (mode !== "signal" && mode !== "script") continue;
    const path = [...taskPath, "Templates", index, "ChangeMode"];
    context.reportAt(CHANGE_MODE, path, {
      message:
        mode === "signal"
          ? "QEMU driver can't signal commands: the first change of this template kills the task. Use restart or noop."
          : "QEMU driver can't execute commands: the script never runs. Use restart or noop.",
      fixes: [
        ...replaceValue(context, path, '"restart"', 'Use "restart"'),
        ...replaceValue(context, path, '"noop"', 'Use "noop"'),
      ],
    });
  }
}

function checkNetwork({ group, groupPath, ...context }: TaskContext): void {
  const network = group.Networks?.[0];
  if (network === undefined) return;
  const path = [...groupPath, "Networks", 0];
  if (network.Hostname !== "" && network.Mode !== "" && network.Mode !== "host") {
    context.reportAt(HOSTNAME, [...path, "Hostname"], {
      message:
        "hostname is not currently supported on driver qemu: the allocation fails. Set the name inside the guest.",
      fixes: removeAt(context, [...path, "Hostname"], "Remove hostname"),
    });
  }
  if (network.Mode === "none") {
    context.reportAt(NETWORK_NONE, [...path, "Mode"], {
      message:
        "Network mode none fails: Nomad 2.0 cannot set such an allocation up. Leave the mode out and pass -nic none in args.",
    });
  }
}

export const capabilityRules: RuleGroup = {
  title: "What the driver cannot do",
  rules: [VOLUME, ACTION, CHANGE_MODE, HOSTNAME, NETWORK_NONE],
  checkTask,
};
