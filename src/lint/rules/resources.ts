// Memory and processors: what the scheduler reserves and what the guest gets are two things.
import { addArguments, addLines, originInFile } from "../fixes.ts";
import { readArguments } from "../qemuOptions.ts";
import type { Rule, RuleGroup, TaskContext } from "../rule.ts";
import { argumentTexts, isSet, literalText } from "../values.ts";

const CORES: Rule = {
  code: "qemu/cores-not-in-guest",
  severity: "warning",
  title: "The reserved cores do not reach the guest",
  why: "Nomad adds `-smp` only when accelerator is exactly `kvm`. With any other the guest has one processor, however many cores are reserved for it.",
  source: "drivers/qemu/driver.go, StartTask (nomad.md 1.5)",
  needsWholeFile: true,
};
const CPU: Rule = {
  code: "qemu/cpu-not-in-guest",
  severity: "hint",
  title: "cpu gives the guest one processor",
  why: "`resources.cpu` is a share of the node in MHz and says nothing to QEMU. Reserve `cores`, from which Nomad makes `-smp`, or pass `-smp` in args.",
  source: "drivers/qemu/driver.go, StartTask (nomad.md 1.5)",
};
const OVERHEAD: Rule = {
  code: "qemu/memory-overhead",
  severity: "hint",
  title: "The memory limit is as large as the guest",
  why: "On a cluster the task's memory limit equals the guest's RAM, and QEMU itself needs more: when the guest uses all of it, the kernel kills the VM (exit code 137). Set memory_max above memory where the cluster allows oversubscription. The local runner sets no limit.",
  source: "Nomad issue 27392",
  needsWholeFile: true,
};

function checkTask(context: TaskContext): void {
  const { task, taskPath } = context;
  const resources = task.Resources;
  const options = readArguments(argumentTexts(context)).options;
  const hasSmp = options.some(({ name }) => name === "smp");
  const accelerator = isSet(context, "accelerator") ? literalText(context, "accelerator") : "tcg";
  const cores = resources?.Cores ?? 0;

  if (cores > 1 && accelerator !== undefined && accelerator !== "kvm" && !hasSmp) {
    context.reportAt(CORES, [...taskPath, "Resources", "Cores"], {
      message: `One processor in the guest: Nomad passes the ${cores} cores on only with accelerator = "kvm". Add -smp to args.`,
      fixes: addArguments(context, ['"-smp"', `"${cores}"`], `Add "-smp", "${cores}" to args`),
    });
  } else if (cores === 0 && accelerator === "kvm" && !hasSmp && (resources?.CPU ?? 0) > 0) {
    context.reportAt(CPU, [...taskPath, "Resources", "CPU"], {
      message: "One processor in the guest: cpu says nothing to QEMU. Reserve cores instead, or pass -smp in args.",
    });
  }
  const memory = resources?.MemoryMB ?? null;
  const memoryPath = [...taskPath, "Resources", "MemoryMB"];
  if (memory !== null && (resources?.MemoryMaxMB ?? 0) === 0 && originInFile(context, memoryPath) !== undefined) {
    const more = memory + Math.max(64, Math.ceil(memory / 10));
    context.reportAt(OVERHEAD, memoryPath, {
      message: `No room for QEMU itself: on a cluster the limit is the guest's ${memory} MB. Set memory_max (for example ${more}).`,
      fixes: addLines(context, [...taskPath, "Resources"], [`memory_max = ${more}`], `Add memory_max = ${more}`),
    });
  }
}

export const resourceRules: RuleGroup = {
  title: "Memory and processors",
  rules: [CORES, CPU, OVERHEAD],
  checkTask,
};
