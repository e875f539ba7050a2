// What the demo sees of a VM: the text of one console, and the state of its allocation, each of which can be waited for.
import type { AllocationSummary } from "../src/client/status.ts";
import type { HostConnection } from "../src/host/connect.ts";

/** Far more than a loaded machine needs; the demo fails with a word instead of hanging. */
const PATIENCE_MS = 60_000;

/** Collects what one console prints and lets one wait for a text in it. */
export class Screen {
  text = "";
  id = "";
  readonly #host: HostConnection;
  #waiting: (() => void)[] = [];

  constructor(host: HostConnection) {
    this.#host = host;
    host.onNotification("console/data", ({ data }) => this.#add(data));
    host.onNotification("allocation/changed", () => this.#wake());
  }

  async attach(id: string): Promise<void> {
    const attached = await this.#host.request("console/attach", { id, task: undefined, historyBytes: 65_536 });
    this.id = attached.consoleId;
    this.#add(attached.history);
  }

  async until(done: (allocation: AllocationSummary) => boolean, id: string): Promise<AllocationSummary> {
    for (;;) {
      const changed = this.#change();
      const allocation = await this.#host.request("allocation/get", { id });
      if (done(allocation)) return allocation;
      if (allocation.status === "failed") {
        throw new Error(allocation.tasks.flatMap((task) => task.events.map((event) => event.display)).join("\n"));
      }
      await changed;
    }
  }

  async waitFor(wanted: string): Promise<void> {
    while (!this.text.includes(wanted)) await this.#change();
  }

  #add(base64: string): void {
    this.text += Buffer.from(base64, "base64").toString("latin1");
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The guest said nothing new for ${PATIENCE_MS / 1000} s.`)),
        PATIENCE_MS,
      );
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
