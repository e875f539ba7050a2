// Entry of dist/jobs.js: what the extension asks about job files, policies and QEMU. Knows nothing of VS Code.
export { allowInAgentFiles } from "./agentFileEdit.ts";
export { loadPluginConfig } from "../driver/loadPluginConfig.ts";
export { fingerprintHere } from "./fingerprintHere.ts";
export { prepareJob } from "./run/prepareJob.ts";
export { refusedValue } from "./run/refusedValue.ts";
