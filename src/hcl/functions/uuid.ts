// UUIDs: random ones and those made of a name.
import { createHash, randomUUID } from "node:crypto";
import { ok } from "../../base/result.ts";
import { shown } from "../convert.ts";
import { STRING, string } from "../value.ts";
import { callError, type EagerFunction } from "./definition.ts";
import { parameter, textOf } from "./support.ts";

const uuids = { kind: "eager", category: "uuid", returnType: STRING } as const;

// RFC 4122, appendix C.
const NAMESPACES: Readonly<Record<string, string>> = {
  dns: "6ba7b8109dad11d180b400c04fd430c8",
  url: "6ba7b8119dad11d180b400c04fd430c8",
  oid: "6ba7b8129dad11d180b400c04fd430c8",
  x500: "6ba7b8149dad11d180b400c04fd430c8",
};

const FORMS = [
  /^(?:urn:uuid:)?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i,
  /^\{([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}$/i,
  /^([0-9a-f]{32})$/i,
];

/** The 32 hexadecimal digits of a namespace by name or of a UUID in any of its written forms. */
function namespaceDigits(text: string): string | undefined {
  const named = Object.hasOwn(NAMESPACES, text) ? NAMESPACES[text] : undefined;
  if (named !== undefined) return named;
  for (const form of FORMS) {
    const match = form.exec(text);
    if (match) return match.slice(1).join("");
  }
  return undefined;
}

function nameBased(namespace: string, name: string): string {
  const digest = createHash("sha1").update(Buffer.from(namespace, "hex")).update(name, "utf8").digest().subarray(0, 16);
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export const uuidFunctions = (): readonly EagerFunction[] => [
  {
    ...uuids,
    name: "uuidv4",
    description: "A random UUID, different every time. Job files with it differ on every run.",
    parameters: [],
    implementation: () => ok(string(randomUUID())),
  },
  {
    ...uuids,
    name: "uuidv5",
    description: "The UUID of a name in a namespace: the same name always gives the same UUID.",
    parameters: [
      parameter("namespace", STRING, "dns, url, oid, x500, or a UUID."),
      parameter("name", STRING, "The name."),
    ],
    implementation: ([namespace, name]) => {
      const digits = namespaceDigits(textOf(namespace));
      return digits === undefined
        ? callError(`${shown(textOf(namespace))} is neither dns, url, oid, x500 nor a UUID`)
        : ok(string(nameBased(digits, textOf(name))));
    },
  },
];
