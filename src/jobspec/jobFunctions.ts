// The functions of job files.
import type { FunctionTable } from "../hcl/functions/definition.ts";

export const JOB_FUNCTIONS: FunctionTable = new Map();
