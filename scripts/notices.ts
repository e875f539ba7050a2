// Writes THIRD_PARTY_NOTICES.md: every package whose code is in dist/, with its licence text. `--check` only compares.
import { build } from "esbuild";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { programs } from "./programs.ts";

const root = path.dirname(import.meta.dirname);
const FILE = path.join(root, "THIRD_PARTY_NOTICES.md");

/** What a package carries besides its own code, and its own licence file does not say. */
const CARRIES: Readonly<Record<string, string>> = {
  "hcl2-parser": [
    "This package is compiled from Go and contains, besides its own code:",
    "",
    "- HashiCorp HCL 2.10.0, Mozilla Public License 2.0 (https://www.mozilla.org/MPL/2.0/); its source is at https://github.com/hashicorp/hcl/tree/v2.10.0",
    "- go-cty 1.8.1, MIT licence, https://github.com/zclconf/go-cty",
    "- hcl2json 0.3.3, Apache License 2.0, https://github.com/tmccombs/hcl2json",
    "- the Go standard library and the GopherJS runtime, BSD licences, https://go.dev/LICENSE and https://github.com/gopherjs/gopherjs",
    "",
    "At build time four places of it are changed so that it leaves the process it runs in alone (scripts/build.ts); the HCL code itself is not changed.",
  ].join("\n"),
};

const packages = new Set<string>();
for (const program of programs({ mode: "release" })) {
  const { metafile } = await build({ ...program, metafile: true, write: false });
  for (const input of Object.keys(metafile.inputs)) {
    const match = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match?.[1] !== undefined) packages.add(match[0]);
  }
}

const sections = [...packages]
  .map((folder) => {
    const home = path.join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8")) as Record<
      string,
      string
    >;
    const file = readdirSync(home).find((entry) => /^licen[cs]e(\.|-|$)/i.test(entry));
    const text = file === undefined ? "" : readFileSync(path.join(home, file), "utf8").trim();
    const carries = CARRIES[name ?? ""];
    return {
      title: `${name ?? folder} ${version ?? ""}`,
      body: [
        `Licence: ${license ?? "see below"}`,
        ...(carries === undefined ? [] : ["", carries]),
        ...(text === "" ? [] : ["", "```", text.replaceAll("\r\n", "\n"), "```"]),
      ].join("\n"),
    };
  })
  .sort((a, b) => (a.title < b.title ? -1 : 1));

const page = [
  "# Third-party notices",
  "",
  "Nomad QEMU is distributed as bundles that contain code of these packages. Made by `node scripts/notices.ts`.",
  "",
  ...sections.flatMap(({ title, body }) => [`## ${title}`, "", body, ""]),
].join("\n");

if (process.argv.includes("--check")) {
  if (!existsSync(FILE) || readFileSync(FILE, "utf8") !== page) {
    console.error("THIRD_PARTY_NOTICES.md is not what the bundles contain; run: node scripts/notices.ts");
    process.exitCode = 1;
  }
} else writeFileSync(FILE, page);
