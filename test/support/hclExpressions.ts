// Random HCL expressions from a seed: mostly well typed, so that evaluation gets somewhere, with mistakes mixed in.

/** A small generator of random numbers (mulberry32): the same seed gives the same sequence everywhere. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Names of which only the type is known. */
export const UNKNOWN_NAMES = { later: "string", count: "number", maybe: "bool", whatever: "dynamic" } as const;

/** What an expression is wanted for. */
type Wanted = "number" | "string" | "bool" | "list" | "map" | "any";

/** Names that expressions use, as expressions in terms of earlier ones. */
export const EXPRESSION_NAMES: Readonly<Record<string, string>> = {
  num: "7",
  text: '"Grüße, 👋🏽 Welt"',
  flag: "true",
  names: 'split(",", "delta,alpha,charlie,bravo,alpha")',
  ports: "[8080, 22, 443]",
  mixed: '[1, "two", true, null, [3], { four = 4 }]',
  tags: 'setunion(["z", "a"], ["m"])',
  counts: 'zipmap(["b", "a", "c"], split(",", "2,1,3"))',
  server: '{ host = "h1", port = 80, disks = [{ size = 10 }, { size = 20 }], labels = { env = "test" } }',
  nothing: "null",
};

const FIRST = ["a", "b", "key", "x1"] as const;
const STRINGS = [
  '""',
  '"a"',
  '"B c"',
  '"10"',
  '"-2.5"',
  '"true"',
  '"é"',
  '"e\\u0301"',
  '"😀x"',
  '"a,b,,c"',
  '"  s "',
  '"line\\nend\\n"',
  '"%"',
  '"$${x}"',
];
const NUMBERS = [
  "0",
  "1",
  "2",
  "3",
  "-1",
  "10",
  "0.5",
  "1.25",
  "1e3",
  "0.1",
  "7",
  "100",
  "-3.75",
  "123456789012345678901234567890",
  "1e-7",
];

/** For each kind of result what it is made of: texts, and kinds in angle brackets that are filled in. */
const FORMS: Readonly<Record<Wanted, readonly string[]>> = {
  number: [
    "<number> + <number>",
    "<number> - <number>",
    "<number> * <number>",
    "<number> / <number>",
    "<number> % <number>",
    "-<number>",
    "(<number>)",
    "num",
    "ports[<index>]",
    "server.port",
    "server.disks[<index>].size",
    "strlen(<string>)",
    "length(<list>)",
    "abs(<number>)",
    "ceil(<number>)",
    "floor(<number>)",
    "max(<number>, <number>)",
    "min(<list>...)",
    "parseint(<string>, 10)",
    "signum(<index>)",
    "<bool> ? <number> : <number>",
    "length(names)",
    "pow(<index>, 2)",
    "element(ports, <index>)",
    "index(ports, <index>)",
    "lookup(counts, <string>, <number>)",
  ],
  string: [
    '"<word>${<any>}<word>"',
    '"${<string>}-${<number>}"',
    '"%{ if <bool> }yes%{ else }no%{ endif }"',
    '"%{ for v in <list> }${v};%{ endfor }"',
    '"a %{~ if <bool> ~} b %{~ endif ~} c"',
    "text",
    "names[<index>]",
    "server.host",
    "server.labels.env",
    "upper(<string>)",
    "lower(<string>)",
    "title(<string>)",
    "trimspace(<string>)",
    "join(<string>, <list>)",
    "replace(<string>, <string>, <string>)",
    "substr(<string>, <index>, <index>)",
    "chomp(<string>)",
    "indent(2, <string>)",
    "strrev(<string>)",
    'format("%s|%5s|%v", <any>, <string>, <any>)',
    'format("%d %05.2f %q", <index>, <number>, <string>)',
    "jsonencode(<any>)",
    "trim(<string>, <string>)",
    "trimprefix(<string>, <string>)",
    'regex_replace(<string>, "[a-z]+", <string>)',
    "coalesce(<string>, <string>)",
    "<bool> ? <string> : <string>",
    'formatdate("YYYY-MM-DD hh:mm", "2024-02-29T12:00:00Z")',
    'timeadd("2024-02-28T23:00:00Z", "90m")',
    "sort(names)[<index>]",
    "(<string>)",
  ],
  bool: [
    "<number> < <number>",
    "<number> >= <number>",
    "<any> == <any>",
    "<any> != <any>",
    "<bool> && <bool>",
    "<bool> || <bool>",
    "!<bool>",
    "flag",
    "true",
    "false",
    "contains(<list>, <any>)",
    "<bool> ? <bool> : <bool>",
    "(<bool>)",
    "<string> == <string>",
    "<list> == <list>",
  ],
  list: [
    "[<any>, <any>]",
    "[<number>, <number>, <number>]",
    "[<string>, <string>]",
    "[]",
    "names",
    "ports",
    "mixed",
    "tags",
    "[for v in <list> : v]",
    '[for i, v in <list> : "${i}"]',
    "[for v in ports : v * <number> if v > <number>]",
    "[for k, v in <map> : k]",
    "server.disks[*].size",
    "server.disks.*.size",
    "<map>[*]",
    "concat(<list>, <list>)",
    "distinct(<list>)",
    "flatten([<list>, <list>])",
    "sort(<list>)",
    "compact(<list>)",
    "split(<string>, <string>)",
    "keys(<map>)",
    "values(<map>)",
    "range(<index>)",
    "slice(<list>, 0, <index>)",
    "chunklist(<list>, <index>)",
    "setunion(<list>, <list>)",
    "setintersection(<list>, <list>)",
    "setproduct(ports, [<string>])",
    "tags[*]",
    "<bool> ? <list> : <list>",
    'formatlist("%s-%v", <list>, <string>)',
    "coalescelist(<list>, <list>)",
    'jsondecode("[1, \\"a\\", null]")',
    "[<list>, <list>][*]",
    "(<list>)",
  ],
  map: [
    "{ <name> = <any>, <name> = <any> }",
    "{}",
    "server",
    "counts",
    "server.labels",
    "{ (<string>) = <number> }",
    '{ "${<string>}" = <any> }',
    "{ for k, v in <map> : k => v }",
    "{ for v in names : v => <number>... }",
    "{ for i, v in <list> : i => v if <bool> }",
    "merge(<map>, <map>)",
    "zipmap(<list>, <list>)",
    "<bool> ? <map> : <map>",
    'jsondecode("{\\"a\\": 1, \\"b\\": [true]}")',
    "(<map>)",
  ],
  any: [
    "<number>",
    "<string>",
    "<bool>",
    "<list>",
    "<map>",
    "null",
    "nothing",
    "mixed[<index>]",
    "[<any>][0]",
    "server[<string>]",
  ],
};

/** One in so many parts is not known. */
const UNKNOWN_EVERY = 40;

const UNKNOWNS: Readonly<Record<Wanted, readonly string[]>> = {
  number: ["count"],
  string: ["later"],
  bool: ["maybe"],
  list: ["[later, count]", "whatever", 'split(",", later)'],
  map: ["{ a = count }", "whatever", "zipmap(names, [later])"],
  any: ["whatever", "later", "count", "maybe"],
};

const LEAVES: Readonly<Record<Wanted, readonly string[]>> = {
  number: NUMBERS,
  string: STRINGS,
  bool: ["true", "false", "flag"],
  list: ["[]", "names", "ports", '["a", "b"]', "[1, 2.5]", "tags"],
  map: ["{}", "server", "counts", "{ a = 1 }", '{ a = "x", b = "y" }'],
  any: ["null", "1", '"s"', "true", "[]", "{}"],
};

const KINDS: readonly Wanted[] = ["number", "string", "bool", "list", "map", "any"];
/** One in so many parts is of another kind than it should be. */
const MISTAKE_EVERY = 14;

/** An expression with at most `depth` levels. */
export function randomExpression(random: () => number, depth: number, wanted: Wanted = "any"): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const kind = random() * MISTAKE_EVERY < 1 ? pick(KINDS) : wanted;
  if (random() * UNKNOWN_EVERY < 1) return pick(UNKNOWNS[kind]);
  if (depth <= 0) return pick(LEAVES[kind]);
  return pick(FORMS[kind]).replace(/<(\w+)>/g, (_, part: string) => {
    if (part === "index") return pick(["0", "1", "2", "-1", "5", '"1"', "0.5"]);
    if (part === "word") return pick(["", "w ", "é", "{", "$ ", "%", " "]);
    if (part === "name") return pick(FIRST);
    const inner = randomExpression(random, depth - 1 - Math.floor(random() * 2), part as Wanted);
    return /^[\w."[{(]/.test(inner) && !/[-+*/%<>=!&|?]/.test(inner) ? inner : `(${inner})`;
  });
}
