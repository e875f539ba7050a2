// The rules of HCL's syntax that are easily got wrong, by the numbers of the reference (hcl.md, section 4).
import { describe, expect, test } from "vitest";
import { body, messages, refusal, valueShape } from "../../support/hclSyntax.ts";

const accepted = (...texts: string[]): void => {
  for (const text of texts) expect([text, messages(text)]).toEqual([text, []]);
};
const refused = (...texts: string[]): void => {
  for (const text of texts) expect([text, refusal(text)]).not.toEqual([text, undefined]);
};
const labels = (text: string): readonly string[] => body(text).blocks[0]!.labels;

describe("structure", () => {
  test("1: an argument ends with its line; a line comment is a newline, a block comment is none", () => {
    refused("a = 1 b = 2\n", "a {\n b = 1 }\n", "b {\n} c {\n}\n", "b {\n} /* x */ c = 1\n");
    refused("a = 1 /* over\nlines */ b = 2\n");
    accepted("a = 1", "a = 1 # c\nb = 2\n", "a = 1 // c\nb = 2\n", "a = 1 /* c */\nb = 2\n");
  });

  test("2: a block on one line holds one argument or nothing, and ends there", () => {
    accepted("a {}\n", "a { }\n", "a { b = 1 }\n");
    refused("a { b = 1, c = 2 }\n", "a { b = 1\n}\n", "a { b {} }\n", "a\n{\n}\n");
    expect(refusal("a { b {} }\n")).toBe("Argument definition required");
    expect(refusal("a { b = 1\n}\n")).toBe("Invalid single-argument block definition");
  });

  test("3: labels are names or plain strings with escapes", () => {
    expect(labels('b "x\\u0041" y-z {\n}\n')).toEqual(["xA", "y-z"]);
    expect(messages('b "${x}" {\n}\n')).toEqual(["1,4-6: Invalid string literal"]);
    refused("b x.y {\n}\n");
  });

  test("4: names of arguments are identifiers; a minus belongs to them, keywords are names", () => {
    expect(messages('"a" = 1\n')).toEqual(["1,1-2: Invalid argument name"]);
    accepted("for = 1\n", "null = 3\n", "a-b = 1\n", "größe = 1\n", "名前 = 1\n");
    expect([valueShape("a-b"), valueShape("a -1"), valueShape("1-a")]).toEqual(["a-b", "(- a 1)", "(- 1 a)"]);
  });

  test("5: one name twice is an error among arguments, and legal between argument and block", () => {
    expect(messages("a = 1\na = 2\n")).toEqual(["2,1-2: Attribute redefined"]);
    expect(body("a = 1\na = 2\n").attributes).toHaveLength(1);
    accepted("a = 1\na {\n}\n");
  });

  test("6: an argument is set with an equals sign", () => {
    expect(refusal("a : 1\n")).toBe("Argument or block definition required");
    expect(body("a = {\n}\nb {\n}\n")).toMatchObject({ attributes: [{ name: "a" }], blocks: [{ type: "b" }] });
  });

  test("7: the byte order mark is skipped, CRLF is a newline, a lone CR and exotic characters are none", () => {
    accepted("\ufeffa = 1\n", "a = 1\r\nb = 2\r\n", "a\t=\t1\n");
    expect(messages("\ufeffa = 1 b\n")).toEqual(["1,7-8: Missing newline after argument"]);
    expect(refusal("a = 1\rb = 2\n")).toBe("Invalid character");
    for (const character of ["\u00a0", "“", "”", ";", "'", "`", "@"])
      expect([character, refusal(`a = ${character}\n`)]).toEqual([character, "Invalid character"]);
    expect(refusal("a = 1 /* open\n")).toBe("Invalid expression");
  });
});

describe("newlines in expressions", () => {
  test("8: mean nothing inside brackets and for expressions, and end bare expressions and items of objects", () => {
    accepted("a = (1 +\n2)\n", "a = [\n1\n,\n2\n]\n", "a = f(\n1\n,\n2\n)\n", 'a = "${\n1\n}"\n', "a = b[\n1\n]\n");
    accepted("a = {\nfor\nx\nin y : x => x\n}\n", "a = [for\nx in y\n: x\nif x\n]\n", "a = (x ?\ny\n: z)\n");
    refused("a = 1 +\n2\n", "a =\n1\n", "a = x ?\ny : z\n", "a = { b =\n1 }\n", "a = x.\ny\n", "a = b[*\n]\n");
  });

  test("9: items of objects are separated by one newline or comma, items of lists by commas", () => {
    accepted("a = { b = 1, c : 2, }\n", "a = {\nb = 1\n\nc = 2,\n}\n", "a = [1, 2,]\n", "a = f(1, 2,)\n");
    refused("a = { b = 1,, c = 2 }\n", "a = {\nb = 1\n, c = 2 }\n", "a = f(1, 2...,)\n", "a = [1 2]\n");
  });

  test("10: a bare name is a literal key, keywords too; anything in parentheses is evaluated", () => {
    expect(valueShape("{ true = 1, null = 2, 1 = 3, (x) = 4, a.b = 5 }")).toBe(
      "{true: 1, null: 2, (1): 3, ((x)): 4, (a.b): 5}",
    );
    expect(refusal("a = { for = 1 }\n")).toBe("Invalid 'for' expression");
    accepted('a = { "for" = 1, (for) = 1 }\n');
  });
});

test("11: operators bind as in HCL, from the left but for the conditional", () => {
  expect(valueShape("1 || 2 && 3 == 4 < 5 + 6 * 7")).toBe("(|| 1 (&& 2 (== 3 (< 4 (+ 5 (* 6 7))))))");
  expect(valueShape("1 - 2 - 3")).toBe("(- (- 1 2) 3)");
  expect(valueShape("a ? b : c ? d : e")).toBe("(? a b (? c d e))");
  expect([valueShape("-a.b"), valueShape("-1[0]"), valueShape("!a + b")]).toEqual([
    "(- a.b)",
    "(- 1[0])",
    "(+ (! a) b)",
  ]);
});

test("15, 16: numbers are kept as written; what is no number is refused", () => {
  for (const text of ["1e5", "1E+5", "007", "0.5"]) expect(valueShape(text)).toBe(text);
  refused("a = .5\n", "a = 5.\n", "a = 0x10\n", "a = 1_000\n", "a = 5m\n");
  expect([refusal("a = 1.2.3\n"), refusal("a = 1..2\n")]).toEqual(["Invalid number literal", "Invalid number literal"]);
});

describe("strings and templates", () => {
  test("17: escapes are few; surrogates are no characters; text is NFC", () => {
    expect(valueShape('"\\n\\r\\t\\"\\\\\\u00e9\\U0001F600"')).toBe(JSON.stringify('\n\r\t"\\é😀'));
    expect(valueShape('"e\\u0301"')).toBe('"é"');
    expect(messages('a = "x\\qy"\n')).toEqual(["1,7-9: Invalid escape sequence"]);
    expect(messages('a = "\\ud83d\\ude00"\n')).toHaveLength(2);
    refused('a = "\\u12"\n', 'a = "\\U00110000"\n', 'a = "\\a"\n');
  });

  test("18: doubled signs before a brace are literal, other signs stand for themselves", () => {
    expect(valueShape('"$${a} %%{b} $ $$ % $x"')).toBe('"${a} %{b} $ $$ % $x"');
    expect(valueShape('"$$${a}"')).toBe('"$${a}"');
    expect(messages('a = "x\ny"\n')).toEqual([
      "1,7-2,1: Invalid multi-line string",
      "1,7-2,1: Unterminated template string",
    ]);
  });

  test("19: one interpolation alone is its value, anything more is a string", () => {
    expect(valueShape('"${x}"')).toBe("wrap(x)");
    expect(valueShape('"a${x}"')).toBe('template("a" x)');
    expect(valueShape('"%{ if c }${1}%{ endif }"')).toBe("template(if c {1})");
  });

  test("20: strip markers trim the spaces of the literal beside them; they close plain braces wrongly", () => {
    expect(valueShape('"a \\n ${~ x ~} \\n b"')).toBe('template("a" x "b")');
    expect(valueShape('"a %{~ if x ~} b %{~ endif ~} c"')).toBe('template("a" if x {"b"} "c")');
    expect(valueShape('"a ${x ~}${y} b"')).toBe('template("a " x y " b")');
    refused("a = { b = 1 ~}\n");
  });

  test("21: directives nest, and each misuse has its message", () => {
    expect(valueShape('"%{ for k, v in m }${k}%{ if v }!%{ else }?%{ endif }%{ endfor }"')).toBe(
      'template(for k, v in m {k if v {"!"} else {"?"}})',
    );
    const cases = [
      ["%{ if a }x", "Unexpected end of template"],
      ["%{ if a }%{ else }%{ else }%{ endif }", "Unexpected else directive"],
      ["%{ for x in y }%{ else }%{ endfor }", "Unexpected else directive"],
      ["%{ if a }%{ endfor }", "Unexpected endfor directive"],
      ["%{ for x in y }%{ endif }", "Unexpected endif directive"],
      ["%{ endif }", "Unexpected endif directive"],
      ["%{ unless }", "Invalid template control keyword"],
      ["%{ 1 }", "Invalid template directive"],
      ["%{ if a b }%{ endif }", "Extra characters in if marker"],
      ["%{ for in x }", "Invalid 'for' directive"],
    ];
    for (const [text, summary] of cases) expect([text, refusal(`a = "${text!}"\n`)]).toEqual([text, summary]);
  });

  test("22: a heredoc opens at the end of a line and closes on a line of its own, with a newline after it", () => {
    expect(valueShape('<<EOT\na \\n "q" ${x}\n  EOT')).toBe('template("a \\\\n \\"q\\" " x "\\n")');
    expect(valueShape("<<EOT\r\na\r\nEOT\r")).toBe('"a\\r\\n"');
    refused("a = <<EOT \nx\nEOT\n", 'a = <<"EOT"\nx\nEOT\n', "a = f(<<EOT\nx\nEOT)\n");
    expect(messages("a = <<EOT\nx\nEOT")).toEqual(["3,4-4: Unterminated template string"]);
  });

  test("23: <<- takes off the smallest indentation of literal text; blank lines do not count", () => {
    expect(valueShape("<<-EOT\n    a\n  b\n\n      c\n  EOT")).toBe('"  a\\nb\\n\\n    c\\n"');
    expect(valueShape("<<-EOT\n\ta\n\t\tb\nEOT")).toBe('"a\\n\\tb\\n"');
    expect(valueShape("<<-EOT\n  a\n${x}  b\nEOT")).toBe('template("  a\\n" x "  b\\n")');
    expect(valueShape("<<-EOT\n   \n    a ${x}   b\nEOT")).toBe('template("   \\na " x "   b\\n")');
  });

  test("24: quotes and heredocs nest in sequences to any depth", () => {
    expect(valueShape('"${f("${g("x")}")}"')).toBe('wrap(f(wrap(g("x"))))');
    expect(valueShape('"a${{ b = "}" }}c"')).toBe('template("a" {b: "}"} "c")');
    expect(valueShape("<<A\n${f(<<B\nx\nB\n)}\nA")).toBe('template(f("x\\n") "\\n")');
  });
});

describe("for, splat, index, calls", () => {
  test("25: for makes lists in brackets and maps in braces", () => {
    expect(valueShape("[for x in y : x if x]")).toBe("<for x in y: x if x>");
    expect(valueShape("{for k, v in y : k => v...}")).toBe("<for k, v in y: k => v...>");
    refused("a = [for x in y : x => x]\n", "a = {for x in y : x}\n", "a = [for x in y : x...]\n");
  });

  test("26: [*] takes all steps after it, .* the attributes and legacy indexes", () => {
    expect(valueShape("x.*.id[0]")).toBe("x.*{.id}[0]");
    expect(valueShape("x[*].id[0]")).toBe("x[*]{.id[0]}");
    expect(valueShape("x[ * ].a[b].*.c")).toBe("x[*]{.a[b].*{.c}}");
    expect(refusal("a = o.*.a.*\n")).toBe("Nested splat expression not allowed");
  });

  test("27, 28: literal keys belong to the traversal, computed ones do not", () => {
    expect(valueShape('a.0.b["c"][1][null]')).toBe('a[0].b["c"][1][null]');
    expect(valueShape("a[b].c")).toBe("a[b].c");
    expect(messages("v = a.0.1\n")).toEqual(["1,7-10: Invalid legacy index syntax"]);
  });

  test("29: calls expand their last argument only; namespaces are part of the name", () => {
    expect(valueShape("f(a, b...)")).toBe("f(a, b...)");
    expect(valueShape("a::b::c(1)")).toBe("a::b::c(1)");
    accepted("v = (f\n(1))\n", "v = f (1)\n");
    expect(refusal("v = f(a..., b)\n")).toBe("Missing closing parenthesis");
    expect(refusal("v = a::b\n")).toBe("Missing open parenthesis");
    expect(refusal("v = a::(1)\n")).toBe("Missing function name");
  });
});

test("41: positions are lines and grapheme columns from 1; outside strings every code point is a column", () => {
  expect(messages('a = "👨‍👩‍👧🇩🇪e\u0301" b\n')).toEqual(["1,11-12: Missing newline after argument"]);
  expect(messages("a = 1 👨‍👩 x\n")[0]).toBe("1,7-8: Invalid character");
});
