// Recorded verdicts, JSON and errors of Nomad on the job files of mutated.jsonl.
import { testJobRecording } from "../support/jobspecGolden.ts";

testJobRecording("mutated", 1600, "api");
