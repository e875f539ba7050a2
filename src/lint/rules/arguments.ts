// The arguments that a job adds to QEMU's command line: read as QEMU reads them, one option and its value after the other.
import { nearest } from "../../base/nearest.ts";
import type { Finding } from "../finding.ts";
import { quoteHcl } from "../edits.ts";
import { removeArguments, replaceArgument } from "../fixes.ts";
import {
  isKnownOption,
  KNOWN_OPTIONS,
  readArguments,
  removedOption,
  takesValue,
  type OptionUse,
  type PositionalUse,
} from "../qemuOptions.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { argumentTexts, isSet, isTrue, literalText } from "../values.ts";

const SPACES: Rule = {
  code: "qemu/argument-with-spaces",
  severity: "error",
  title: "An option and its value in one list element",
  why: 'Nomad starts QEMU without a shell: one list element is one argument. `"-smp 2"` is an option of that whole name, which QEMU does not know. Write `"-smp", "2"`.',
  source: "nomad.md 1.1, 1.8",
};
const UNKNOWN: Rule = {
  code: "qemu/unknown-option",
  severity: "error",
  title: "QEMU has no such option",
  why: "QEMU ends at once with `invalid option`, and Nomad starts it again until the restart policy gives up.",
  source: "qemu-options.hx of QEMU 2.12 to 10.1; golden q-bad-option",
};
const REMOVED: Rule = {
  code: "qemu/removed-option",
  severity: "error",
  title: "QEMU has removed this option",
  why: "Older examples, Nomad's own among them (`-nodefconfig`), use options that QEMU no longer accepts. It ends at once with `invalid option`.",
  source: "QEMU docs/about/removed-features; nomad.md 0, fact 10",
};
const POSITIONAL: Rule = {
  code: "qemu/positional-argument",
  severity: "warning",
  title: "An argument without a dash is a disk image",
  why: "QEMU takes every argument that is neither an option nor the value of one for the first hard disk. That is seldom meant: a dash is missing, or a value lost its option. The operator's args_allowlist does not look at such arguments. With the default drive interface the place is taken by image_path and QEMU ends at once.",
  source: "qemu.md 3.6 parsing rules; golden q-dashless, q-empty-arg",
};
const NODEFAULTS: Rule = {
  code: "qemu/nodefaults",
  severity: "info",
  title: "-nodefaults takes away the console and the network",
  why: "The guest then has no serial port, so the task's log stays empty and there is no console, and no network card. Add `-serial stdio` and a `-nic` where they are wanted.",
  source: "nomad.md 1.8",
  needsWholeFile: true,
};
const STDIO: Rule = {
  code: "qemu/stdio-used-twice",
  severity: "error",
  title: "Two devices on standard input and output",
  why: "Standard output can carry one device, or several through one `mon:stdio`. Nomad's `-nographic` puts the serial port and the monitor there together; `-serial stdio` takes the serial port out of that and leaves the monitor, so QEMU ends with `cannot use stdio by multiple character devices`.",
  source: "golden q-stdio-twice; QEMU 7.2, chardev/char-stdio.c",
};
const ACCEL: Rule = {
  code: "qemu/accel-option",
  severity: "error",
  title: "-accel conflicts with Nomad's -machine accel=",
  why: "Nomad always passes `-machine type=…,accel=…`, and QEMU refuses both forms together. Use the argument `accelerator`, with a colon for a fallback: `kvm:tcg`.",
  source: "qemu.md 0, fault 14",
};
const DAEMONIZE: Rule = {
  code: "qemu/daemonize",
  severity: "error",
  title: "-daemonize cannot be used",
  why: "Nomad always passes `-nographic`, with which QEMU refuses to daemonize; and a QEMU that leaves its supervisor could not be stopped.",
  source: "qemu.md 3.6",
};
const ENDS: Rule = {
  code: "qemu/option-ends-qemu",
  severity: "error",
  title: "QEMU prints something and ends",
  why: "Options such as `-version` and `-help`, and the value `help` of `-machine`, `-cpu` or `-device`, print a text and end QEMU with code 0. No VM runs; a service job is started again and again.",
  source: "golden q-version-arg",
};

/** Where `help` as a value prints a list and ends QEMU. */
const HELP_VALUES = new Set([
  "machine",
  "M",
  "cpu",
  "accel",
  "device",
  "netdev",
  "chardev",
  "object",
  "d",
  "vga",
  "display",
]);

/** Options that may put their device on standard output. */
const STDIO_USERS = new Set(["serial", "parallel", "monitor", "qmp", "qmp-pretty", "debugcon"]);

function checkTask(context: TaskContext): void {
  const args = argumentTexts(context);
  if (args.length === 0) return;
  const { options, positionals } = readArguments(args);
  for (const use of options) checkOption(context, use);
  for (const use of positionals) checkPositional(context, use);
  checkStdio(context, options);
  const names = new Set(options.map(({ name }) => name));
  if (names.has("nodefaults") && !["serial", "chardev", "nic", "netdev", "net"].some((name) => names.has(name))) {
    report(context, NODEFAULTS, options.find(({ name }) => name === "nodefaults")?.index ?? 0, {
      message:
        "No console, no network: -nodefaults removes the serial port and the network card. Add -serial stdio and a -nic if the guest should have them.",
    });
  }
}

function checkOption(context: TaskContext, use: OptionUse): void {
  const { name, text, index } = use;
  const removed = removedOption(name);
  const both = indexesOf(use);
  if (name === "accel") {
    report(context, ACCEL, index, {
      message: `The -accel and "-machine accel=" options are incompatible: use the argument accelerator instead.`,
      fixes: removeArguments(context, both, "Remove -accel", "suggestion"),
    });
  } else if (name === "daemonize") {
    report(context, DAEMONIZE, index, {
      message: "-daemonize cannot be used: QEMU refuses it together with -nographic, which Nomad always passes.",
      fixes: removeArguments(context, both, "Remove this argument", "safe"),
    });
  } else if (isKnownOption(name)) {
    checkHelp(context, use);
  } else if (removed !== undefined) {
    const instead = removed.instead === undefined ? "" : ` Write ${removed.instead} instead.`;
    report(context, REMOVED, index, {
      message: `${text}: invalid option: QEMU removed it in ${removed.since}.${instead}`,
      fixes: [
        ...(name === "nodefconfig"
          ? replaceArgument(context, index, '"-no-user-config"', "Use -no-user-config", "safe")
          : []),
        ...removeArguments(context, both, "Remove this argument", "suggestion"),
      ],
    });
  } else if (/\s/.test(name)) {
    checkSpaces(context, use);
  } else {
    // One or two letters are near to everything.
    const best = name.length < 3 ? undefined : nearest(name, KNOWN_OPTIONS);
    report(context, UNKNOWN, index, {
      message: `${text}: invalid option: ${best === undefined ? "QEMU knows no option of that name." : `did you mean -${best}?`}`,
      fixes: [
        ...(best === undefined
          ? []
          : replaceArgument(context, index, quoteHcl(`-${best}`), `Did you mean "-${best}"?`, "suggestion")),
        ...removeArguments(context, [index], "Remove this argument", "suggestion"),
      ],
    });
  }
}

function checkSpaces(context: TaskContext, { text, index }: OptionUse): void {
  const words = text.trim().split(/\s+/);
  const first = (words[0] ?? "").replace(/^--?/, "");
  const separate = isKnownOption(first) && (words.length === 2 || takesValue(first));
  const rest = text
    .trim()
    .slice((words[0] ?? "").length)
    .trim();
  report(context, SPACES, index, {
    message: `${text}: invalid option: one list element is one argument, and no shell splits it. Write the option and its value as two elements.`,
    fixes: separate
      ? replaceArgument(
          context,
          index,
          `${quoteHcl(words[0] ?? "")}, ${quoteHcl(rest)}`,
          "Split into two arguments",
          "safe",
        )
      : [],
  });
}

function checkHelp(context: TaskContext, use: OptionUse): void {
  const ends =
    ["version", "help", "h", "audio-help"].includes(use.name) ||
    (HELP_VALUES.has(use.name) && (use.value?.text === "help" || use.value?.text === "?"));
  if (!ends) return;
  // In a batch job, or as a hook beside the main task, ending with 0 is success.
  const mayEnd = context.task.Lifecycle !== null || context.job.Type === "batch" || context.job.Type === "sysbatch";
  report(context, ENDS, use.index, {
    severity: mayEnd ? "warning" : "error",
    message: `${use.text} ends QEMU: it prints a text and exits with 0, no VM runs.`,
    fixes: removeArguments(context, indexesOf(use), "Remove this argument", "suggestion"),
  });
}

function checkPositional(context: TaskContext, { text, index }: PositionalUse): void {
  const interfaceName = literalText(context, "drive_interface") ?? (!isSet(context, "drive_interface") ? "ide" : "?");
  const taken = interfaceName === "ide" || interfaceName === "";
  const dashless = text !== "" && isKnownOption(text);
  const spaced = /^\s+-/.test(text);
  const what =
    text === ""
      ? "An empty argument is an empty drive for QEMU. Remove it."
      : dashless
        ? `QEMU takes it for a disk image. Did you mean "-${text}"?`
        : spaced
          ? "QEMU takes it for a disk image, because a blank stands before the dash."
          : "QEMU takes it for a disk image. Put the option that it belongs to before it, or remove it.";
  const label = taken
    ? `${text}: drive with bus=0, unit=0 (index=0) exists`
    : `Argument without a dash: ${quoteHcl(text)}`;
  report(context, POSITIONAL, index, {
    severity: taken ? "error" : "warning",
    message: `${label}: ${what}`,
    fixes: [
      ...(dashless
        ? replaceArgument(context, index, quoteHcl(`-${text}`), `Did you mean "-${text}"?`, "suggestion")
        : []),
      ...(spaced ? replaceArgument(context, index, quoteHcl(text.trim()), "Remove the blank", "suggestion") : []),
      ...removeArguments(context, [index], "Remove this argument", text === "" ? "safe" : "suggestion"),
    ],
  });
}

/**
 * Standard output can carry one character device. Nomad's -nographic already puts the serial port and the monitor there,
 * as one, unless the job (or graceful_shutdown) moves one of them: then each that is left takes it for itself.
 * Source: QEMU 7.2, system/vl.c, qemu_create_default_devices; every case tried.
 */
function checkStdio(context: TaskContext, options: readonly OptionUse[]): void {
  const used = (...names: string[]): boolean => options.some(({ name }) => names.includes(name));
  const bare = used("nodefaults");
  const ownSerial = used("serial");
  const ownMonitor =
    used("monitor", "qmp", "qmp-pretty", "mon") ||
    isTrue(context, "graceful_shutdown") ||
    options.some(({ name, value }) => name === "serial" && value?.text?.startsWith("mon:") === true);
  const explicit = options.filter(({ name, value }) =>
    name === "chardev"
      ? /^stdio(?:,|$)/.test(value?.text ?? "")
      : STDIO_USERS.has(name) && /^(?:mon:)?stdio$/.test(value?.text ?? ""),
  );
  const implicit = bare ? 0 : ownSerial === ownMonitor ? (ownSerial ? 0 : 1) : 1;
  if (explicit.length + implicit < 2) return;
  const taken = implicit === 0 ? (explicit[0]?.text ?? "") : ownSerial ? "the monitor" : "the serial port";
  for (const use of implicit === 0 ? explicit.slice(1) : explicit) {
    const mend = use.name === "serial" && use.value?.text === "stdio" && !ownMonitor ? use.value.index : undefined;
    report(context, STDIO, use.index, {
      message: `cannot use stdio by multiple character devices: ${taken} is on standard output already (-nographic puts it there). Share it with -serial mon:stdio, or leave this out.`,
      fixes: [
        ...(mend === undefined ? [] : replaceArgument(context, mend, '"mon:stdio"', "Use mon:stdio", "suggestion")),
        ...removeArguments(context, indexesOf(use), "Remove this argument", "suggestion"),
      ],
    });
  }
}

/** The option and its value. */
export function indexesOf(use: OptionUse): number[] {
  return use.value === undefined ? [use.index] : [use.index, use.value.index];
}

interface ArgumentReport {
  readonly message: string;
  readonly severity?: Finding["severity"];
  readonly fixes?: Finding["fixes"];
}

function report(context: TaskContext, rule: Rule, index: number, body: ArgumentReport): void {
  context.reportAt(rule, [...context.taskPath, "Config", "args", index], body);
}

export const argumentRules: RuleGroup = {
  title: "QEMU's arguments",
  rules: [SPACES, UNKNOWN, REMOVED, POSITIONAL, NODEFAULTS, STDIO, ACCEL, DAEMONIZE, ENDS],
  checkTask,
};
