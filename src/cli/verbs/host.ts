// `host start|stop|status`: the background process that owns the VMs.
import { connectHost } from "../../host/connect.ts";
import { programFile, VERSION } from "../../base/programs.ts";
import { ProblemError } from "../../base/result.ts";
import { EXIT } from "../exitCodes.ts";
import { formatDuration } from "../format.ts";
import { dataDirOf } from "../dataDir.ts";
import { withHost } from "../hostClient.ts";
import { tableLines } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { flag, type Verb } from "../verb.ts";

export const host: Verb = {
  operands: "start|stop|status",
  arity: [1, 1],
  description: "The other verbs start it when they need it; it leaves by itself when nothing is running.",
  flags: { format: flag.format(["text", "json"]), "data-dir": flag.dataDir },
  examples: ["nomad-qemu host status", "nomad-qemu host stop"],
  run: async (context) => {
    const { arguments: given, terminal } = context;
    const action = given.operands[0] ?? "";
    const isJson = given.value("format") === "json";
    if (action === "start") {
      const status = await withHost(context, (connection) => connection.request("host/status", {}));
      if (isJson) printJson(terminal, { ...status, state: "running" });
      else terminal.print(`The host runs (pid ${status.pid}).`);
      return EXIT.ok;
    }
    if (action !== "stop" && action !== "status") {
      throw new ProblemError({ code: "usage", what: `"host" takes start, stop or status, not "${action}"` });
    }
    const connected = await connectHost({
      dataDir: dataDirOf(context),
      hostProgram: programFile("host.js"),
      execPath: process.execPath,
      env: terminal.environment,
      clientName: `nomad-qemu ${VERSION}`,
      start: "never",
      versions: "any",
    });
    if (!connected.ok && connected.error.code !== "host-not-running") throw new ProblemError(connected.error);
    if (!connected.ok) {
      if (isJson) printJson(terminal, { state: "stopped" });
      else terminal.note("The host is not running.");
      return action === "stop" ? EXIT.ok : EXIT.missing;
    }
    const connection = connected.value;
    try {
      const status = await connection.request("host/status", {});
      if (action === "stop") {
        // It hangs up when it has written everything and given the data directory free.
        const gone = new Promise<void>((resolve) => connection.onClose(resolve));
        await connection.request("host/stop", {});
        await gone;
        const living = ["", " 1 allocation goes on; the next host adopts it."][status.running];
        const goOn = living ?? ` ${status.running} allocations go on; the next host adopts them.`;
        if (isJson) printJson(terminal, { ...status, state: "stopped" });
        else terminal.print(`The host (pid ${status.pid}) has ended.${goOn}`);
      } else if (isJson) {
        printJson(terminal, { ...status, state: "running" });
      } else {
        const rows = [
          ["Pid", String(status.pid)],
          ["Version", `${status.version} (protocol ${status.protocolVersion})`],
          ["Up", formatDuration(Date.now() - status.startedAt)],
          ["Data directory", status.dataDir],
          ["Allocations", `${status.running} running, ${status.allocations} in all`],
          ["Clients", String(status.clients)],
        ];
        for (const line of tableLines(rows)) terminal.print(line);
      }
      return EXIT.ok;
    } finally {
      connection.dispose();
    }
  },
};

/** What the host says of itself, with its state: after `stop`, as it was before it ended. */
function printJson(terminal: Terminal, document: Readonly<Record<string, unknown>>): void {
  terminal.print(JSON.stringify(document, undefined, 2));
}
