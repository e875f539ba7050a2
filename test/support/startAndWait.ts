// A process that starts a VM and then only waits: for tests that kill it. Reads the specification as JSON from its first
// argument, prints each state as a line of JSON, and "answering" when the VM is up.
import { startTask, type StartTaskSpec } from "../../src/driver/startTask.ts";

const spec = JSON.parse(process.argv[2] ?? "") as StartTaskSpec;
const started = await startTask({ ...spec, onState: (state) => console.log(JSON.stringify(state)) });
console.log(started.ok ? "answering" : JSON.stringify(started.error));
setInterval(() => undefined, 1_000);
