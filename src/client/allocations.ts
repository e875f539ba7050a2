// All allocations of a data directory: made, found by id, ended, removed, and taken over from a dead host.
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { fileProblem } from "../base/atomicFile.ts";
import { ProblemError, type Problem } from "../base/result.ts";
import type { PluginConfig } from "../driver/pluginConfig.ts";
import { canonicalize } from "../jobspec/canonicalize.ts";
import type { Job } from "../jobspec/job.ts";
import { allocationName } from "../jobspec/taskVariables.ts";
import { admit } from "./admission.ts";
import { buildAllocationDir, destroyAllocationDir } from "./allocDir.ts";
import { AllocationRunner, type AllocationListener } from "./allocationRunner.ts";
import { assignPorts } from "./ports.ts";
import {
  listNames,
  initialState,
  RUN_ID,
  type AllocationSpec,
  type AllocationState,
  type AllocationStore,
} from "./record.ts";
import type { ClientServices } from "./services.ts";
import type { AllocationSummary } from "./status.ts";
import { visibleEnvironment } from "./taskEnvironment.ts";

export interface RunRequest {
  readonly job: Job;
  readonly group: string;
  readonly jobFile: string | undefined;
  readonly pluginConfig: PluginConfig;
  readonly environment: Readonly<Record<string, string>>;
}

export interface AllocationsOptions {
  readonly store: AllocationStore;
  readonly services: ClientServices;
  /** Nomad's `<data_dir>/alloc`. */
  readonly allocRoot: string;
  readonly listener: AllocationListener & { removed(id: string): void };
}

export class Allocations {
  readonly #options: AllocationsOptions;
  readonly #runners = new Map<string, AllocationRunner>();
  /** Ports are chosen for one allocation after the other. */
  #admitting: Promise<unknown> = Promise.resolve();

  constructor(options: AllocationsOptions) {
    this.#options = options;
  }

  /** Takes over what a former host left: living VMs are adopted, dead ones get their end. Resolves when all are known. */
  async restore(): Promise<void> {
    const { store, services } = this.#options;
    const found = store.load((id, error) => services.log.error(`allocation ${id} cannot be read`, error));
    this.#sweep(found);
    await Promise.all(
      found.map(async ({ spec, state }) => {
        try {
          await this.#begin(spec, state);
        } catch (error) {
          services.log.error(`allocation ${spec.id} cannot be taken over`, error);
        }
      }),
    );
  }

  /** Makes an allocation and starts it; resolves when it is on record. @throws ProblemError, and nothing is left behind */
  async run(request: RunRequest): Promise<AllocationSummary> {
    const job = canonicalize(request.job);
    const admission = admit(job, request.group);
    if ("problem" in admission) throw new ProblemError(admission.problem);
    const admitted = this.#admitting.then(async () => {
      const ports = await assignPorts({
        group: admission.group,
        taken: this.#portsInUse(),
        random: this.#options.services.random,
      });
      if (!ports.ok) throw new ProblemError(ports.error);
      const now = this.#options.services.clock.now();
      const spec: AllocationSpec = {
        version: 1,
        id: randomUUID(),
        name: allocationName(job, admission.group, 0),
        index: 0,
        job,
        group: request.group,
        jobFile: request.jobFile,
        pluginConfig: request.pluginConfig,
        environment: visibleEnvironment(request.environment),
        createdAt: now,
        ports: ports.value,
      };
      return this.#create(spec, initialState(spec));
    });
    this.#admitting = admitted.catch(() => undefined);
    return (await admitted).summary();
  }

  list(): AllocationSummary[] {
    return [...this.#runners.values()].map((runner) => runner.summary());
  }

  /** The allocation with this id or unique prefix. @throws ProblemError */
  get(prefix: string): AllocationRunner {
    // An empty word (an unset variable of a script) means nobody, not whoever is the only one.
    const found = prefix === "" ? [] : [...this.#runners.values()].filter(({ spec }) => spec.id.startsWith(prefix));
    const [only] = found;
    if (only !== undefined && (found.length === 1 || only.spec.id === prefix)) return only;
    throw new ProblemError(found.length === 0 ? notFound(prefix) : ambiguous(prefix, found));
  }

  async stop(prefix: string, mode: "graceful" | "now", files: "keep" | "purge"): Promise<AllocationSummary> {
    const runner = this.get(prefix);
    await runner.stop(mode);
    const summary = runner.summary();
    if (files === "purge") this.remove(runner.spec.id);
    return summary;
  }

  /** Removes a dead allocation and its files. @throws ProblemError */
  remove(prefix: string): void {
    const runner = this.get(prefix);
    const { id } = runner.spec;
    if (runner.isRunning())
      throw new ProblemError({
        code: "allocation-running",
        what: "The allocation still runs",
        where: runner.spec.name,
        next: `Stop it first: nomad-qemu stop ${id.slice(0, 8)}`,
      });
    // Nothing is written any more.
    runner.detach();
    try {
      destroyAllocationDir(runner.allocDir);
      this.#options.store.remove(id);
    } catch (error) {
      throw new ProblemError(fileProblem(error, runner.allocDir));
    }
    this.#runners.delete(id);
    this.#options.listener.removed(id);
  }

  /** How many allocations have a task that is not dead. */
  running(): number {
    return [...this.#runners.values()].filter((runner) => runner.isRunning()).length;
  }

  size(): number {
    return this.#runners.size;
  }

  /** The host leaves; VMs go on. Resolves when the disk has what they are known by. */
  async detach(): Promise<void> {
    for (const runner of this.#runners.values()) runner.detach();
    await this.#options.store.flush();
  }

  /** Removes sockets and spools of runs that are on no record. */
  #sweep(found: readonly { spec: AllocationSpec; state: AllocationState }[]): void {
    const { store, services } = this.#options;
    const known = new Set<string>();
    for (const { state } of found)
      for (const { run } of Object.values(state.tasks)) if (run !== undefined) known.add(run.id);
    for (const { spec } of found) store.sweep(spec.id, known);
    for (const name of listNames(services.runtimeDir))
      if (RUN_ID.test(name) && !known.has(name))
        rmSync(path.join(services.runtimeDir, name), { recursive: true, force: true });
  }

  #create(spec: AllocationSpec, state: AllocationState): AllocationRunner {
    const { store } = this.#options;
    const runner = this.#runner(spec, state);
    try {
      buildAllocationDir(runner.allocDir);
      store.create(spec);
    } catch (error) {
      destroyAllocationDir(runner.allocDir);
      throw new ProblemError(fileProblem(error, runner.allocDir));
    }
    this.#runners.set(spec.id, runner);
    runner.run().catch((error: unknown) => {
      this.#options.services.log.error(`allocation ${spec.id}`, error);
    });
    return runner;
  }

  async #begin(spec: AllocationSpec, state: AllocationState): Promise<void> {
    const runner = this.#runner(spec, state);
    this.#runners.set(spec.id, runner);
    await runner.run();
  }

  #runner(spec: AllocationSpec, state: AllocationState): AllocationRunner {
    const { store, services, allocRoot, listener } = this.#options;
    return new AllocationRunner({ spec, state, store, services, allocRoot, listener });
  }

  #portsInUse(): Map<number, string> {
    const used = new Map<number, string>();
    for (const runner of this.#runners.values())
      if (runner.isRunning())
        for (const { hostPort } of runner.spec.ports)
          used.set(hostPort, `allocation ${runner.spec.id.slice(0, 8)} (${runner.spec.name})`);
    return used;
  }
}

function notFound(prefix: string): Problem {
  return {
    code: "allocation-not-found",
    what: `There is no allocation ${JSON.stringify(prefix)}`,
    next: "`nomad-qemu ps` lists them; any unique beginning of an id will do.",
  };
}

function ambiguous(prefix: string, found: readonly AllocationRunner[]): Problem {
  return {
    code: "allocation-ambiguous",
    what: `${found.length} allocations begin with ${JSON.stringify(prefix)}`,
    why: found.map(({ spec }) => `${spec.id}  ${spec.name}`).join("\n"),
    next: "Write more of the id.",
  };
}
