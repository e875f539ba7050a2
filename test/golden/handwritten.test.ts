// Recorded verdicts, JSON and errors of Nomad on the job files of handwritten.jsonl.
import { testJobRecording } from "../support/jobspecGolden.ts";

testJobRecording("handwritten", 1681);
