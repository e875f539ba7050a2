// Help texts, made from the verbs' own data.
import type { FlagSpecs } from "./flags.ts";
import { tableLines } from "./table.ts";
import type { Verb } from "./verb.ts";
import type { VerbEntry, VerbGroup } from "./verbs.ts";

export const GLOBAL_FLAGS: FlagSpecs = {
  help: { kind: "switch", aliases: ["h"], help: "show this help" },
  "no-color": { kind: "switch", help: "no colours (also NO_COLOR)" },
};

/** `nomad-qemu --help` */
export function overview(groups: readonly VerbGroup[]): string {
  const width = Math.max(...groups.flatMap((group) => group.verbs.map((verb) => verb.name.length)));
  const sections = groups.map((group) =>
    [`${group.title}:`, ...group.verbs.map((verb) => `  ${verb.name.padEnd(width)}  ${verb.summary}`)].join("\n"),
  );
  return [
    "Usage: nomad-qemu VERB [flags] …",
    "",
    "Lints Nomad job files that run virtual machines, and runs them on this machine as Nomad's QEMU task driver would.",
    "",
    sections.join("\n\n"),
    "",
    "Example:",
    "  nomad-qemu run examples/hello.nomad.hcl",
    "",
    'More about one: "nomad-qemu VERB --help".',
  ].join("\n");
}

/** `nomad-qemu VERB --help` */
export function verbHelp({ name, summary }: VerbEntry, verb: Verb): string {
  const flags = { ...verb.flags, ...GLOBAL_FLAGS };
  const rows = Object.entries(flags).map(([flag, spec]) => [
    `  -${flag}${spec.kind === "switch" ? "" : ` ${spec.value ?? "VALUE"}`}`,
    spec.help,
  ]);
  return [
    `Usage: nomad-qemu ${name} [flags] ${verb.operands}`.trimEnd(),
    "",
    summary,
    ...(verb.description === undefined ? [] : ["", verb.description]),
    "",
    "Flags:",
    ...tableLines(rows),
    "",
    verb.examples.length === 1 ? "Example:" : "Examples:",
    ...verb.examples.map((example) => `  ${example}`),
  ].join("\n");
}
