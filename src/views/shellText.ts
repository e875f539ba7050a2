// A command line as text: for people to read, and for a shell to run.

/** Quotes one word for a POSIX shell; words without special characters stay as they are. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** One line that can be pasted into a shell. */
export function oneLine(argv: readonly string[]): string {
  return argv.map(shellQuote).join(" ");
}

/** An option with its values per line, so that a long command line can be read; ready for a shell. */
export function manyLines(argv: readonly string[]): string {
  return optionLines(argv).join(" \\\n");
}

/** The same for people alone, who need no backslashes. */
export function optionLines(argv: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [index, word] of argv.entries()) {
    const last = lines.at(-1);
    if (index === 0 || word.startsWith("-") || last === undefined) lines.push(shellQuote(word));
    else lines[lines.length - 1] = `${last} ${shellQuote(word)}`;
  }
  return lines.map((line, index) => (index === 0 ? line : `  ${line}`));
}

/** The text of a command line document: Nomad's part, and what this runner adds for itself. */
export function commandLineText(
  title: string,
  { nomad, local }: { readonly nomad: readonly string[]; readonly local: readonly string[] },
): string {
  const head = [`# ${title}`, "# What Nomad's QEMU driver runs:"];
  if (local.length === 0) return `${[...head, manyLines(nomad)].join("\n")}\n`;
  const tail = ["# Added here for the monitor and the console; the guest's hardware stays as above:"];
  const suffix = manyLines(["", ...local]).replace(/^'' \\\n/, "");
  return `${[...head, manyLines(nomad), "", ...tail, ...suffix.split("\n").map((line) => `# ${line}`)].join("\n")}\n`;
}
