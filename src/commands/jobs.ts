// Entry of dist/jobs.js: what the extension asks about job files, policies and QEMU. Knows nothing of VS Code.
export { allowInAgentFiles } from "./agentFileEdit.ts";
export { fingerprintHere, loadAgentFiles } from "./machineFacts.ts";
export { prepareJob } from "./run/prepareJob.ts";
