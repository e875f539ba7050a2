// The language server's work on a job of 1,000 lines: parse and lint, hover, completion; against hcl2-parser's bare parse.
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { analyse } from "../src/language/analysis.ts";
import { completion } from "../src/language/providers/completion.ts";
import { codeActions } from "../src/language/providers/codeActions.ts";
import { foldingRanges } from "../src/language/providers/folding.ts";
import { hover } from "../src/language/providers/hover.ts";
import { documentSymbols } from "../src/language/providers/symbols.ts";
import { tasksOf } from "../src/language/providers/tasks.ts";
import { configured, DEFAULT_SETTINGS } from "../src/language/settings.ts";
import { SourceText } from "../src/hcl/source.ts";
import { lintJobFile } from "../src/lint/lint.ts";
import { lintOptions } from "../src/language/settings.ts";
import { medianMs, report } from "./measure.ts";

const hcl2 = createRequire(import.meta.url)("hcl2-parser") as { parseToObject(text: string): unknown };

const LINES = 1000;
const REQUEST_P95_MS = 10;
/** 30 ms on a machine where hcl2-parser takes 193 ms (hcl.md 1.2). */
const LINT_OVER_PARSE = 0.15;
const ANALYSIS_OVER_PARSE = 0.5;

/** A job with as many QEMU tasks as the lines allow, each with what real ones have. */
function jobOf(lines: number): string {
  const tasks: string[] = [];
  const task = (index: number): string => `    task "vm${index}" {
      driver = "qemu"

      config {
        image_path        = "local/disk-${index}.qcow2"
        accelerator       = "kvm"
        graceful_shutdown = true
        args = [
          "-netdev", "user,id=net0,hostfwd=tcp:127.0.0.1:\${NOMAD_HOST_PORT_ssh}-:22",
          "-device", "virtio-net,netdev=net0",
          "-smp", "2", # as many as the node gives
        ]
      }

      artifact {
        source = "https://images.example.org/\${var.release}/disk-${index}.qcow2"
        options {
          checksum = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
        }
      }

      kill_timeout = "30s"

      resources {
        cpu    = 500
        memory = 1024
      }
    }
`;
  const head =
    'variable "release" {\n  type    = string\n  default = "stable"\n}\n\njob "bench" {\n  type = "service"\n\n  group "vms" {\n    network {\n      port "ssh" {\n        to = 22\n      }\n    }\n';
  for (let used = head.split("\n").length; used < lines; used += task(0).split("\n").length)
    tasks.push(task(tasks.length));
  return `${head}${tasks.join("\n")}  }\n}\n`;
}

const text = jobOf(LINES);
const settings = configured(DEFAULT_SETTINGS, {
  pluginConfig: { imagePaths: ["/srv/images"], argsAllowlist: ["-netdev", "-device", "-smp"], emulatorsAllowlist: [] },
  nomadVersion: "1.11.2",
});
let version = 0;
const document = { uri: "file:///bench.nomad.hcl", version, getText: () => text };
const analysis = analyse(document, settings);
console.log(
  `${text.split("\n").length} lines, ${tasksOf(analysis).tasks.length} tasks, ${analysis.findings.length} findings`,
);

const baselineMs = medianMs(() => void hcl2.parseToObject(text), { runs: 5, warmUp: 2 });
const baseline = { name: "hcl2-parser, parse only", ms: baselineMs };
const analysisMs = medianMs(() => void analyse({ ...document, version: ++version }, settings));
report({
  what: "keystroke to findings: parse, evaluate, lint",
  ms: analysisMs,
  baseline,
  budget: { text: `${ANALYSIS_OVER_PARSE}x`, met: analysisMs <= ANALYSIS_OVER_PARSE * baselineMs },
});
const lintMs = medianMs(() => {
  // A new source, so that no tree is left from the last time.
  const parsed = { ...analysis.parsed, source: new SourceText("bench.nomad.hcl", text) };
  lintJobFile(parsed, lintOptions(settings));
});
report({
  what: "lint alone",
  ms: lintMs,
  baseline,
  budget: { text: `${LINT_OVER_PARSE}x`, met: lintMs <= LINT_OVER_PARSE * baselineMs },
});

const places = Array.from({ length: 200 }, (_, index) => ({ line: (index * 5) % LINES, character: (index * 7) % 40 }));
const requests: readonly (readonly [string, (place: { line: number; character: number }) => unknown])[] = [
  ["hover", (place) => hover(analysis, place)],
  ["completion", (place) => completion(analysis, place, { snippets: true })],
  ["outline", () => documentSymbols(analysis)],
  ["folding", () => foldingRanges(analysis)],
  ["tasks", () => tasksOf(analysis)],
  [
    "code actions",
    (place) =>
      codeActions(analysis, { start: place, end: place }, {}, { pages: undefined, pluginConfigWritable: true }),
  ],
];
for (const [name, answer] of requests) {
  for (const place of places) answer(place);
  const times = places.map((place) => {
    const start = performance.now();
    answer(place);
    return performance.now() - start;
  });
  const p95 = times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? NaN;
  report({ what: `${name}, p95`, ms: p95, budget: { text: `${REQUEST_P95_MS} ms`, met: p95 <= REQUEST_P95_MS } });
}
