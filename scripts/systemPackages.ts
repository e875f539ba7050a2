// What the demo and the tests need beyond npm, installed through the system's own package manager after saying so.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** One thing we need: any of `executables` on PATH satisfies it. */
interface Need {
  readonly what: string;
  readonly executables: readonly string[];
  readonly packages: Readonly<Record<ManagerName, string | undefined>>;
}

type ManagerName = "apt-get" | "dnf" | "pacman" | "zypper" | "apk" | "brew";

export const QEMU: Need = {
  what: "QEMU for x86",
  executables: ["qemu-system-x86_64"],
  packages: {
    "apt-get": "qemu-system-x86",
    dnf: "qemu-system-x86-core",
    pacman: "qemu-system-x86",
    zypper: "qemu-x86",
    apk: "qemu-system-x86_64",
    brew: "qemu",
  },
};
export const QEMU_IMG: Need = {
  what: "qemu-img",
  executables: ["qemu-img"],
  packages: {
    "apt-get": "qemu-utils",
    dnf: "qemu-img",
    pacman: "qemu-img",
    zypper: "qemu-tools",
    apk: "qemu-img",
    brew: "qemu",
  },
};
export const CHROMIUM: Need = {
  what: "Chromium, to show and test the editor",
  executables: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  packages: {
    "apt-get": "chromium",
    dnf: "chromium",
    pacman: "chromium",
    zypper: "chromium",
    apk: "chromium",
    brew: undefined,
  },
};
export const NASM: Need = {
  what: "NASM, to prove that the built-in guest is what its source says",
  executables: ["nasm"],
  packages: { "apt-get": "nasm", dnf: "nasm", pacman: "nasm", zypper: "nasm", apk: "nasm", brew: "nasm" },
};

const install: Readonly<Record<ManagerName, readonly string[]>> = {
  "apt-get": ["apt-get", "install", "-y", "--no-install-recommends"],
  dnf: ["dnf", "install", "-y"],
  pacman: ["pacman", "-S", "--noconfirm"],
  zypper: ["zypper", "--non-interactive", "install"],
  apk: ["apk", "add"],
  brew: ["brew", "install"],
};

/** The first of `names` that stands executable in a PATH folder, as an absolute path. */
export function findExecutable(...names: string[]): string | undefined {
  for (const name of names) {
    for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        continue;
      }
    }
  }
  return undefined;
}

/**
 * Makes sure that every need is met. Says what it installs before it does; where it may not install (no root and no
 * password-free sudo) or does not know the package manager, prints the exact command to type and ends with code 3.
 */
export function ensureInstalled(needs: readonly Need[]): void {
  const missing = needs.filter((need) => findExecutable(...need.executables) === undefined);
  if (missing.length === 0) return;
  const list = missing.map((need) => need.what).join(", ");
  const manager = (Object.keys(install) as ManagerName[]).find((name) => findExecutable(name) !== undefined);
  const packages =
    manager === undefined ? [] : missing.map((need) => need.packages[manager]).filter((name) => name !== undefined);
  if (manager === undefined || packages.length < missing.length) {
    stop(
      `Missing on this machine: ${list}. Install ${missing.length === 1 ? "it" : "them"} with your package manager and run this again.`,
    );
  }
  const unique = [...new Set(packages)];
  const asRoot = process.getuid?.() === 0 || manager === "brew";
  const prefix = asRoot ? [] : ["sudo"];
  const command = [...prefix, ...install[manager], ...unique];
  if (!asRoot && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0) {
    stop(`Missing on this machine: ${list}. Type this, then run the command again:\n\n  ${command.join(" ")}\n`);
  }
  console.error(`Missing on this machine: ${list}. Installing: ${command.join(" ")}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (words: readonly string[]): boolean =>
    spawnSync(words[0] ?? "", words.slice(1), { stdio: ["ignore", "ignore", "inherit"], env: environment }).status ===
    0;
  if (manager === "apt-get") run([...prefix, "apt-get", "update", "-qq"]);
  if (!run(command)) stop(`The installation did not succeed. Type this to see why:\n\n  ${command.join(" ")}\n`);
  const still = missing.filter((need) => findExecutable(...need.executables) === undefined);
  if (still.length > 0)
    stop(`Installed, but not on PATH: ${still.map((need) => need.executables[0] ?? "").join(", ")}.`);
}

function stop(message: string): never {
  console.error(message);
  process.exit(3);
}
