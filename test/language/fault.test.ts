// A fault of ours costs one document its check, never the server.
import { expect, it } from "vitest";
import type { TextDocuments } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { createDocuments } from "../../src/language/documents.ts";
import { DEFAULT_SETTINGS } from "../../src/language/settings.ts";
import { vm } from "./jobs.ts";

it("says that a document was not checked, and checks the next version", () => {
  const bad = TextDocument.create("file:///a.nomad", "nomad-job", 1, "");
  const broken = {
    ...bad,
    uri: bad.uri,
    version: 1,
    getText: () => {
      throw new Error("a fault");
    },
  };
  let current: Pick<TextDocument, "uri" | "version" | "getText"> = broken;
  const open = { get: () => current, keys: () => [bad.uri] } as unknown as TextDocuments<TextDocument>;
  const faults: string[] = [];
  const documents = createDocuments(
    open,
    () => DEFAULT_SETTINGS,
    (uri, error) => faults.push(`${uri} ${String(error)}`),
  );

  expect(documents.analysis(bad.uri)?.findings.map(({ code }) => code)).toEqual(["language/fault"]);
  expect(documents.analysis(bad.uri)?.version).toBe(1);
  expect(faults).toEqual(["file:///a.nomad Error: a fault"]);

  current = TextDocument.create(bad.uri, "nomad-job", 2, vm({ memory: 64 }));
  expect(documents.analysis(bad.uri)?.findings.map(({ code }) => code)).toContain("qemu/memory-out-of-bounds");
});
