// The table of functions, and what no recording covers: files, keys, random results, odd texts.
import { constants, createPublicKey, generateKeyPairSync, publicEncrypt } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBudget } from "../../../src/hcl/budget.ts";
import { findFiles } from "../../../src/hcl/functions/glob.ts";
import { functionTable } from "../../../src/hcl/functions/table.ts";
import { string } from "../../../src/hcl/value.ts";
import { evaluated } from "../../support/hcl.ts";

describe("the table", () => {
  const all = [...functionTable.values()];

  test("has the 83 functions of job files, sorted, each under its own name", () => {
    expect(all).toHaveLength(83);
    expect([...functionTable.keys()]).toEqual(all.map(({ name }) => name).sort());
  });

  test("describes every function and parameter for signature help", () => {
    for (const { name, description, parameters, variadic } of all) {
      expect(description, name).toMatch(/^\S.*[.!]$/s);
      const names = [...parameters, ...(variadic ? [variadic] : [])];
      expect(new Set(names.map((parameter) => parameter.name)).size, name).toBe(names.length);
      for (const parameter of names) expect(parameter.description, `${name}(${parameter.name})`).toMatch(/^\S.*\.$/s);
    }
  });
});

describe("strings", () => {
  test.each([
    ['upper("straße ŉ ǆ ﬁ ᾳ")', '"STRASSE'.replace("SS", "ß") + ' ŉ Ǆ ﬁ ᾼ"'],
    ['lower("İΣ")', '"iσ"'],
    ['title("ა o\'neil mc-donald")', '"ა O\'Neil Mc-Donald"'],
    ['strlen("👋🏽e\\u0301\\r\\n")', "3"],
    ['substr("hello", -2, 0)', '"lo"'],
    ['split("", "")', "list(string)[]"],
    ['format("%5.1f|%-6s|%+d|%x|%q", 2.25, "é", 3, 255, "<a>")', '"  2.2|é     |+3|ff|\\"\\\\u003ca\\\\u003e\\""'],
    ['format("%[2]s %[1]s", "a", "b")', '"b a"'],
    ['format("%.0s", "abc")', '"abc"'],
    ['format("%s", 1 / 0)', '"+Inf"'],
    ['regex_replace("2024-01", "(?P<y>\\\\d+)-(\\\\d+)", "$2.$${y}")', '"01.2024"'],
    ['regex_replace("baac", "a*", "x")', '"xbxcx"'],
    ['replace("aé", "", "-")', '"-a-é-"'],
    ['trimspace("\\ufeff a \\u00a0")', '"\ufeff a"'],
  ])("%s", (text, wanted) => expect(evaluated(text)).toMatchObject({ text: wanted, found: [] }));
});

describe("encoding", () => {
  test.each([
    [
      'yamlencode({ a = "x\\ny", "b c" = [[1], {}], d = "tab\\t" })',
      '"\\"a\\": |-\\n  x\\n  y\\n\\"b c\\":\\n- - 1\\n- {}\\n\\"d\\": \\"tab\\\\t\\"\\n"',
    ],
    ['yamlencode(["  lead\\n", "end\\n\\n"])', '"- |2\\n    lead\\n- |+\\n  end\\n\\n"'],
    [
      'yamldecode("a: &x {b: 1}\\nc: *x\\nd: {<<: *x, e: 2}")',
      'object["a":object["b":1],"c":object["b":1],"d":object["b":1,"e":2]]',
    ],
    [
      'yamldecode("a: 0x1F\\nb: 017\\nc: 1_0\\nd: 2001-1-2 3:04:05.50 +1")',
      'object["a":31,"b":17,"c":"1_0","d":"2001-1-2 3:04:05.50 +1"]',
    ],
    [
      'yamldecode("[2001-1-2T3:4:05.50-01:30, 2001-1-2  3:04:05, 2001-1-2T3:04:05, 2001-2-29]")',
      'tuple["2001-01-02T03:04:05-01:30","2001-01-02T03:04:05Z","2001-1-2T3:04:05","2001-2-29"]',
    ],
    [
      'yamldecode("[!!null x, !!null 5, !!int 1_0, !!int 0b11, -0x1F, !!bool 5]")',
      'tuple[null dynamic,5,10,3,"-0x1F",5]',
    ],
    ['yamldecode("- |-\\n  0x10\\n- >-\\n  true\\n- |\\n  x")', 'tuple["16","true","x"]'],
    ['yamldecode("{b: 2, <<: [{b: 1, c: 1}, {c: 3}]}")', 'object["b":1,"c":3]'],
    ['yamldecode("\\"<<\\": {a: 1}\\rb: 2")', 'object["a":1,"b":2]'],
    ['yamlencode("\\ufeff a")', '"\\"\\\\uFEFF\\\\x20\\\\x61\\"\\n"'],
    ['yamlencode({ "a\\u2028" = 1 })', '"? \\"a\\\\L\\"\\n: 1\\n"'],
    ['jsonencode("\\u2028<&>\\u007f")', '"\\"\\\\u2028\\\\u003c\\\\u0026\\\\u003e\u007f\\""'],
    ['jsondecode("[1E400, -0, \\"\\\\ud800\\"]")[2]', '"\ufffd"'],
    ['[jsondecode("1]"), jsondecode("[]} x")]', "tuple[1,tuple[]]"],
    ['yamldecode("|# c\\n a")', '"a"'],
    ['csvdecode("a,b\\r\\n\\"x\\"\\"y\\",\\n")', 'list(object("a"=string,"b"=string))[object["a":"x\\"y","b":""]]'],
    ['urlencode("a b~é*")', '"a+b~%C3%A9%2A"'],
  ])("%s", (text, wanted) => expect(evaluated(text)).toMatchObject({ text: wanted, found: [] }));

  test.each([
    'yamldecode("a: &a [*a]")',
    'yamldecode("a: .nan")',
    'yamldecode("? [1]\\n: 2")',
    'yamldecode("[&a x, {*a : 1}]")',
    'yamldecode("!!set {a}")',
    'yamldecode("!!str [1]")',
    'yamldecode("! x")',
    'yamldecode("!!int x")',
    'yamldecode("!!binary x")',
    'yamldecode("0xFFFFFFFFFFFFFFFFFF")',
    'yamldecode("%YAML 1.2\\n---\\na")',
    'yamldecode("\\"\\u0007\\"")',
    'jsondecode("1,")',
    'jsondecode("01")',
    'csvdecode("a\\n\\"x")',
  ])("%s is an error of the call", (text) =>
    expect(evaluated(text).found).toEqual([expect.stringMatching(/^Error in function call @ \w+\(/)]),
  );
});

describe("numbers", () => {
  test.each([
    // Powers and logarithms are those of Go, to the last digit.
    ["pow(1/3, 1/3)", "0.6933612743506347"],
    ["pow(123456.789, 1.5)", "43378293.78605336"],
    ["log(2, 1e-310)", "-0.000977523288243302"],
    ["log(10, 2)", "3.3219280948873626"],
    // Rounding keeps the precision of the number.
    ["ceil(1e200) == ceil(1e200 + 0.5)", "true"],
    ["floor(1e400) == 1e400", "true"],
    ["ceil(-0.5)", "0"],
    ["element([1, 2, 3], 9007199254740993)", "1"],
    ["element([1, 2, 3], -9007199254740993)", "1"],
    ['cidrhost("fd00::/8", 9007199254740993)', '"fd00::20:0:0:1"'],
    ['cidrsubnet("10.0.0.0/8", -9, 0)', '"<nil>"'],
  ])("%s", (text, wanted) => expect(evaluated(text)).toMatchObject({ text: wanted, found: [] }));

  test.each([
    ["chunklist([], 1.5)", "Error in function call @ chunklist("],
    ["chunklist([], -1)", "Error in function call @ chunklist("],
    ['cidrsubnet("10.0.0.0/8", -9, 1)', "Error in function call @ cidrsubnet("],
    ['cidrsubnets("10.0.0.0", 1)', "Invalid function argument @ 10.0.0.0"],
    ['cidrsubnets("::ffff:10.0.0.0/104", 1)', "Invalid function argument @ 1"],
  ])("%s is an error", (text, wanted) => expect(evaluated(text).found).toEqual([expect.stringContaining(wanted)]));
});

describe("cryptography and uuids", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encrypted = publicEncrypt(
    { key: createPublicKey(privateKey), padding: constants.RSA_PKCS1_PADDING },
    Buffer.from("sécret"),
  ).toString("base64");
  const decrypted = (text: string, key: string): ReturnType<typeof evaluated> =>
    evaluated("rsadecrypt(text, key)", { text: string(text), key: string(key) });

  /** The key as ssh-keygen writes it. */
  function opensshKey(): string {
    const jwk = privateKey.export({ format: "jwk" });
    const number = (value: string | undefined): Buffer => {
      const bytes = Buffer.from(value ?? "", "base64url");
      return (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    };
    const field = (content: Buffer | string): Buffer => {
      const size = Buffer.alloc(4);
      size.writeUInt32BE(Buffer.byteLength(content));
      return Buffer.concat([size, Buffer.from(content)]);
    };
    const numbers = [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map((value) => field(number(value)));
    const inner = Buffer.concat([Buffer.alloc(8, 7), field("ssh-rsa"), ...numbers, field("comment")]);
    const outer = Buffer.concat([
      Buffer.from("openssh-key-v1\0"),
      field("none"),
      field("none"),
      field(""),
      Buffer.of(0, 0, 0, 1),
      field(""),
      field(inner),
    ]);
    return `-----BEGIN OPENSSH PRIVATE KEY-----\n${outer.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
  }

  test("rsadecrypt reads PKCS #1, PKCS #8 and OpenSSH keys", () => {
    for (const key of [
      privateKey.export({ type: "pkcs1", format: "pem" }),
      privateKey.export({ type: "pkcs8", format: "pem" }),
      opensshKey(),
    ])
      expect(decrypted(encrypted, String(key)).text).toBe('"sécret"');
  });

  test("rsadecrypt says what is wrong: text, key, padding", () => {
    const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(decrypted("!!", pem).details[0]).toContain("is not base64");
    expect(decrypted(encrypted, "no key").details[0]).toContain("not an RSA private key");
    expect(decrypted(encrypted, opensshKey().slice(0, 200)).details[0]).toContain("not an RSA private key");
    expect(decrypted(Buffer.alloc(256, 3).toString("base64"), pem).details[0]).toContain("cannot be decrypted");
  });

  test("random results have their shape and differ", () => {
    const { text } = evaluated('[uuidv4(), uuidv4(), bcrypt("a", 4)]');
    const [first, second, hash] = JSON.parse(text.replace("tuple", "")) as string[];
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
    expect(hash).toMatch(/^\$2a\$04\$[./A-Za-z0-9]{53}$/);
  });
});

describe("files", () => {
  let root = "";
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "nq-hcl-files-"));
    mkdirSync(join(root, "d/e"), { recursive: true });
    writeFileSync(join(root, "a.txt"), "text\n");
    writeFileSync(join(root, "d/b.txt"), "b");
    writeFileSync(join(root, "d/e/c.md"), "c");
    writeFileSync(join(root, ".hidden"), "");
    writeFileSync(join(root, "binary"), Buffer.of(0xff, 0xfe));
  });
  afterAll(() => rmSync(root, { recursive: true }));
  const inFolder = (text: string): ReturnType<typeof evaluated> =>
    evaluated(text, {}, { files: { root, home: join(root, "d") } });

  test.each([
    ['file("a.txt")', '"text\\n"'],
    ['file("~/b.txt")', '"b"'],
    ['filebase64("binary")', '"//4="'],
    ['fileexists("nope")', "false"],
    ['fileset(".", "**/*.{txt,md}")', 'set(string)["a.txt","d/b.txt","d/e/c.md"]'],
    ['fileset("d", "../*.txt")', 'set(string)["../a.txt"]'],
    ['fileset(".", "[^a]*")', 'set(string)[".hidden","binary"]'],
    // Only ^ stands for "not".
    ['fileset(".", "[!a]*")', 'set(string)["a.txt"]'],
    ['file("a.txt/") == file("a.txt")', "true"],
    ['fileset(".", "nope/../a.txt")', 'set(string)["a.txt"]'],
    ['fileset("nope", "../d/*.txt")', 'set(string)["../d/b.txt"]'],
    ['fileset("a.txt", ".")', 'set(string)["."]'],
    ['fileset("d", "..")', "set(string)[]"],
    ['fileset(".", "a\\u0000b")', "set(string)[]"],
    ['file("nope/../a.txt/")', '"text\\n"'],
    ['basename("a/b/")', '"b"'],
    ['dirname("a//b")', '"a"'],
  ])("%s", (text, wanted) => expect(inFolder(text)).toMatchObject({ text: wanted, found: [] }));

  test.each([
    'file("nope")',
    'file("d")',
    'file("binary")',
    'file("/dev/null")',
    'fileexists("d")',
    'fileexists("a.txt/x")',
    'file("~other/x")',
    'fileset(".", "[")',
    'fileset(".", "{a")',
  ])("%s is an error of the call", (text) =>
    expect(inFolder(text).found).toEqual([expect.stringMatching(/^Error in function call/)]),
  );

  test("without access all of them are disabled, also those that only look at the text", () => {
    for (const text of ['file("a.txt")', 'basename("a/b")', 'fileset(".", "*")', 'pathexpand("~")']) {
      expect(evaluated(text).details[0]).toContain("filesystem function disabled");
    }
    expect(evaluated('try(file("a.txt"), "none")').text).toBe('"none"');
  });

  test("a search through too many files ends", () => {
    const budget = createBudget(30);
    expect(() => findFiles(root, "**", budget)).toThrow("too much work");
  });
});

describe("try, can, convert", () => {
  test.each([
    ["try([][0], {}.a, 3)", "3"],
    ["can([][0])", "false"],
    ["try([1, 2]...)", "1"],
    ['convert(["1"], set(number))', "set(number)[1]"],
    ["convert({ a = 1 }, object({ a = string, b = optional(string) })) == null", "unknown bool"],
  ])("%s", (text, wanted) => expect(evaluated(text).text).toBe(wanted));

  test("the reasons of all failures of try are told", () => {
    const { found, details } = evaluated("try([][0], {}.a)");
    expect(found).toEqual(["Error in function call @ try( in try([][0], {}.a)"]);
    expect(details[0]).toContain("test.hcl:1,7-10: Invalid index;");
    expect(details[0]).toContain("test.hcl:1,14-16: Unsupported attribute;");
  });

  test("a type that is none is marked where it stands", () => {
    expect(evaluated('convert(5, "string")').found).toEqual(['Invalid type specification @ "string"']);
  });
});
