// Runs the built command line as a user would, each test file with a data directory of its own, and leaves nothing behind.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");
export const program = path.join(root, "dist/nomad-qemu.js");

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Everything printed so far on both streams, stdout apart. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when `pattern` has been printed on either stream; rejects when the process ends without it. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Outcome>;
}

export interface CliOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A command line with its own data and configuration directories. */
export class Cli {
  readonly dataDir: string;
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.dataDir = path.join(folder, "data");
  }

  static async create(): Promise<Cli> {
    if (!existsSync(program)) throw new Error('dist/nomad-qemu.js is not there: run "npm run build" first');
    return new Cli(await mkdtemp(path.join(os.tmpdir(), "nq-cli-")));
  }

  start(args: readonly string[], options: CliOptions = {}): Running {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: options.cwd ?? this.folder,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: this.folder,
        NOMAD_QEMU_DATA_DIR: this.dataDir,
        XDG_CONFIG_HOME: path.join(this.folder, "config"),
        ...options.env,
      },
    });
    let stdout = "";
    let stderr = "";
    const listeners = new Set<() => void>();
    child.stdout.on("data", (data: Buffer) => {
      stdout += data.toString("latin1");
      for (const listener of listeners) listener();
    });
    child.stderr.on("data", (data: Buffer) => {
      stderr += data.toString();
      for (const listener of listeners) listener();
    });
    child.stdin.on("error", () => undefined);
    if (options.stdin !== undefined) child.stdin.end(options.stdin);
    const ended = new Promise<Outcome>((resolve) => {
      child.once("close", (code, signal) => resolve({ code: code ?? (signal === null ? -1 : 128), stdout, stderr }));
    });
    return {
      child,
      stdout: () => stdout,
      stderr: () => stderr,
      ended,
      until: (pattern) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            const match = pattern.exec(stdout) ?? pattern.exec(stderr);
            if (match === null) return;
            listeners.delete(look);
            resolve(match);
          };
          listeners.add(look);
          look();
          void ended.then((outcome) => {
            look();
            reject(
              new Error(
                `${args.join(" ")} ended with ${outcome.code} before ${String(pattern)}:\n${stdout}\n${stderr}`,
              ),
            );
          });
        }),
    };
  }

  /** Runs to the end; standard input is empty unless given. */
  run(args: readonly string[], options: CliOptions = {}): Promise<Outcome> {
    return this.start(args, { stdin: "", ...options }).ended;
  }

  /** Stops everything that was started here and removes the folder. */
  async dispose(): Promise<void> {
    const listed = await this.run(["ps", "-all", "-format", "json"]);
    if (listed.code === 0) {
      for (const { id } of JSON.parse(listed.stdout) as { id: string }[])
        await this.run(["stop", "-now", "-purge", id]);
    }
    await this.run(["host", "stop"]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
