// Recorded verdicts, JSON and errors of Nomad on the job files of corpus.jsonl.
import { testJobRecording } from "../support/jobspecGolden.ts";

testJobRecording("corpus", 760);
