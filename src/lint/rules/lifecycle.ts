// Starting, stopping and starting again: what the driver and QEMU make of the job's timing and signals.
import { quoteHcl } from "../edits.ts";
import { addLines, originInFile, replaceValue } from "../fixes.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { isTrue, portMapEntries } from "../values.ts";

const KILL_TIMEOUT_SHORT: Rule = {
  code: "qemu/kill-timeout-short",
  severity: "warning",
  title: "graceful_shutdown has little time",
  why: "Nomad presses the guest's power button once, closes the connection, and waits kill_timeout before it sends the signal; the default is 5 seconds. A guest that boots or shuts down slowly is cut off. 30 seconds are the most that a client allows by default.",
  source: "nomad.md 0, facts 3 and 6; golden l-graceful-*",
  needsWholeFile: true,
};
const KILL_TIMEOUT_CAPPED: Rule = {
  code: "job/kill-timeout-capped",
  severity: "info",
  title: "kill_timeout is cut to the client's limit",
  why: "A client shortens kill_timeout to its max_kill_timeout without a word; the default of that is 30 seconds.",
  source: "nomad.md 0, fact 6",
};
const SIGNAL_IGNORED: Rule = {
  code: "qemu/kill-signal",
  severity: "warning",
  title: "QEMU does not end cleanly on this signal",
  why: "SIGINT (the default), SIGTERM and SIGHUP make QEMU quit with code 0. It ignores SIGUSR1 and the like, so Nomad waits the whole kill_timeout and kills it; SIGQUIT, SIGUSR2 and others kill it without flushing its disks, and the task counts as failed.",
  source: "nomad.md 1.9, measured",
};
const SIGNAL_NAME: Rule = {
  code: "job/kill-signal-name",
  severity: "error",
  title: "kill_signal is written in capitals",
  why: "Naming a signal adds a constraint on the node's attribute os.signals, which lists SIGINT, SIGTERM and so on. In small letters no node matches and the job is never placed.",
  source: "golden u-kill-signal-lowercase",
};
const SERVICE_ONCE: Rule = {
  code: "qemu/service-restarts-guest",
  severity: "hint",
  title: "A service starts the guest again after it switches itself off",
  why: 'A guest that powers itself off ends QEMU with code 0. In a service or system job that is still a restart: twice in 30 minutes, then the task fails. A VM that is meant to do something once belongs into a job with `type = "batch"`.',
  source: "nomad.md 0, fact 5",
  needsWholeFile: true,
};

/** ns */
const SECOND = 1e9;
const KILL_TIMEOUT_DEFAULT_NS = 5 * SECOND;
const MAX_KILL_TIMEOUT_NS = 30 * SECOND;
/** Signals that QEMU answers with a clean exit. */
const CLEAN = new Set(["SIGINT", "SIGTERM", "SIGHUP"]);
const IGNORED = new Set(["SIGUSR1", "SIGCHLD", "SIGCONT", "SIGWINCH", "SIGURG", "SIGPIPE", "SIGNULL"]);

function checkTask(context: TaskContext): void {
  checkKillTimeout(context);
  checkSignal(context);
  checkService(context);
}

function checkKillTimeout(context: TaskContext): void {
  const { task, taskPath } = context;
  const written = task.KillTimeout;
  const path = [...taskPath, "KillTimeout"];
  // "0s" counts as the default (golden l-killtimeout-0).
  const effective = written === null || written === 0 ? KILL_TIMEOUT_DEFAULT_NS : written;
  if (effective > MAX_KILL_TIMEOUT_NS) {
    context.reportAt(KILL_TIMEOUT_CAPPED, path, {
      message: `kill_timeout is cut: clients allow ${MAX_KILL_TIMEOUT_NS / SECOND} s unless their max_kill_timeout says more.`,
    });
  }
  if (!isTrue(context, "graceful_shutdown") || effective < 0 || effective > KILL_TIMEOUT_DEFAULT_NS) return;
  const isWritten = originInFile(context, path) !== undefined;
  context.reportAt(KILL_TIMEOUT_SHORT, isWritten ? path : [...taskPath, "Config", "graceful_shutdown"], {
    message: `Little time to shut down: the guest has ${effective / SECOND} s after the power button. Set kill_timeout = "30s".`,
    fixes: isWritten
      ? replaceValue(context, path, '"30s"', 'Set kill_timeout = "30s"')
      : addLines(context, taskPath, ['kill_timeout = "30s"'], 'Add kill_timeout = "30s"'),
  });
}

function checkSignal(context: TaskContext): void {
  const { task, taskPath } = context;
  const signal = task.KillSignal;
  if (signal === "" || signal.includes("${")) return;
  const path = [...taskPath, "KillSignal"];
  const upper = signal.toUpperCase();
  if (signal !== upper && upper.startsWith("SIG")) {
    context.reportAt(SIGNAL_NAME, path, {
      message: `No node has the signal ${signal}: write ${upper}.`,
      fixes: replaceValue(context, path, quoteHcl(upper), `Write ${upper}`, "safe"),
    });
    return;
  }
  if (CLEAN.has(upper)) return;
  context.reportAt(SIGNAL_IGNORED, path, {
    message: IGNORED.has(upper)
      ? `QEMU ignores ${signal}: every stop waits the whole kill_timeout and ends in SIGKILL. Use SIGINT or SIGTERM.`
      : `QEMU does not end cleanly on ${signal}. Use SIGINT or SIGTERM, which flush the disks.`,
    fixes: replaceValue(context, path, '"SIGINT"', "Use SIGINT"),
  });
}

function checkService(context: TaskContext): void {
  const { job, group, task, taskPath } = context;
  if (job.Type !== null && job.Type !== "service") return;
  // Something that is reached by others is meant to stay.
  const serves = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
  if (
    serves(group.Networks) ||
    serves(group["Services"]) ||
    serves(task["Services"]) ||
    portMapEntries(context).length > 0
  )
    return;
  if ((task.Resources?.Networks ?? null) !== null || task.Lifecycle !== null) return;
  const written = originInFile(context, ["Type"]) !== undefined;
  context.reportAt(SERVICE_ONCE, written ? ["Type"] : taskPath, {
    message:
      'Started again after it switches itself off: this is a service job. If the VM is meant to run once, set type = "batch".',
    fixes: written
      ? replaceValue(context, ["Type"], '"batch"', 'Set type = "batch"')
      : addLines(context, [], ['type = "batch"'], 'Add type = "batch" to the job'),
  });
}

export const lifecycleRules: RuleGroup = {
  title: "Starting and stopping",
  rules: [KILL_TIMEOUT_SHORT, KILL_TIMEOUT_CAPPED, SIGNAL_IGNORED, SIGNAL_NAME, SERVICE_ONCE],
  checkTask,
};
