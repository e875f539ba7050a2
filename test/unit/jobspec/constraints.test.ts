import { describe, expect, test } from "vitest";
import { judgeConstraint } from "../../../src/jobspec/constraints.ts";
import { compareVersions, formatVersion, parseVersion } from "../../../src/jobspec/constraints/version.ts";
import type { NodeDescription } from "../../../src/jobspec/node.ts";

/** Left out of a table row: the attribute does not exist on the node. */
const ABSENT = null;

function nodeWith(value: string | null, knowledge: NodeDescription["knowledge"] = "complete"): NodeDescription {
  return {
    knowledge,
    id: "fde7df4e-9a36-4af0-4a69-41a13fb2d121",
    name: "golden-node",
    datacenter: "dc1",
    class: "vmhost",
    pool: "default",
    region: "global",
    attributes: {
      ...(value === null ? {} : { x: value }),
      "kernel.name": "linux",
      "cpu.arch": "amd64",
      "cpu.numcores": "2",
      "memory.totalbytes": "9437184000000",
      "driver.qemu": "1",
      "driver.qemu.version": "7.2.22",
      "driver.qemu.emulators": "aarch64,alpha,arm,i386,riscv64,x86_64",
      "nomad.version": "2.0.6-dev",
      "os.signals": "SIGABRT,SIGHUP,SIGINT,SIGKILL,SIGTERM,SIGUSR1",
      "unique.hostname": "golden-host",
      empty: "",
    },
    meta: { rack: "r1", "dash-key": "dashed", "dot.key": "dotted" },
    drivers: {},
  };
}

type Row = readonly [value: string | null, right: string, met: boolean];

function table(operand: string, rows: readonly Row[]): void {
  describe(operand, () => {
    test.each(rows.map(([value, right, met]) => ({ value, right, met })))(
      `$value ${operand} $right: $met`,
      ({ value, right, met }) => {
        const judgement = judgeConstraint({ LTarget: "${attr.x}", Operand: operand, RTarget: right }, nodeWith(value));
        expect(judgement).toMatchObject({ met });
        expect(judgement.reason).toMatch(/\.$/);
      },
    );
  });
}

const equality: readonly Row[] = [
  ["linux", "linux", true],
  ["linux", "Linux", false],
  ["linux", "linux ", false],
  ["", "", true],
  ["1", "1.0", false],
  ["1", "01", false],
  [ABSENT, "linux", false],
  [ABSENT, "", false],
  ["r1", "${meta.rack}", true],
  ["r2", "${meta.rack}", false],
  ["r2", "${meta.nope}", false],
  ["$x", "$x", true],
  ["dc1", "${node.datacenter}", true],
  ["global", "${node.region}", false],
];
table("=", equality);
table("==", equality);
table("is", equality);

const difference: readonly Row[] = [
  ["linux", "windows", true],
  ["linux", "linux", false],
  [ABSENT, "linux", true],
  [ABSENT, "", false],
  ["", "", false],
  ["r1", "${meta.rack}", false],
  ["r1", "${meta.nope}", true],
  ["", "${meta.nope}", false],
];
table("!=", difference);
table("not", difference);

table("<", [
  ["9", "10", true],
  ["10", "9", false],
  ["10", "10", false],
  ["-1", "0", true],
  ["+1", "2", true],
  ["1.5", "2", true],
  ["2", "1.5", false],
  ["1e3", "2000", true],
  ["9", "10a", false],
  ["10a", "9", true],
  ["7.2.22", "10.0.0", false],
  ["1.2.3", "7.2.22", true],
  ["abc", "abd", true],
  ["abc", "ab", false],
  ["", "a", true],
  ["a", "", false],
  [ABSENT, "10", false],
  ["9223372036854775807", "9223372036854775808", false],
  ["9223372036854775806", "9223372036854775807", true],
  ["inf", "1", false],
  ["1", "inf", true],
  ["nan", "1", false],
  ["0x10", "17", true],
  ["0x10p0", "17", true],
  ["1_000", "1001", true],
  [" 9", "10", true],
  ["Z", "a", true],
  ["\ue000", "\u{10000}", true],
]);
table("<=", [
  ["10", "10", true],
  ["10", "10.0", true],
  ["11", "10", false],
  ["a", "a", true],
  ["b", "a", false],
  ["nan", "nan", false],
  [ABSENT, "10", false],
]);
table(">", [
  ["10", "9", true],
  ["9", "10", false],
  ["10", "10", false],
  ["2.5", "2.4", true],
  ["7.2.22", "10.0.0", true],
  ["10.0.0", "9.0.0", false],
  ["9437184000000", "1024", true],
  ["b", "a", true],
  ["a", "b", false],
  ["1e400", "1", true],
  [ABSENT, "0", false],
]);
table(">=", [
  ["10", "10", true],
  ["10.0", "10", true],
  ["9.99", "10", false],
  ["x", "x", true],
  ["w", "x", false],
  [ABSENT, "0", false],
]);

table("regexp", [
  ["linux", "linux", true],
  ["linux", "^lin", true],
  ["linux", "nu", true],
  ["linux", "^nu", false],
  ["linux", "LINUX", false],
  ["linux", "(?i)LINUX", true],
  ["linux", "l.*x$", true],
  ["linux", "", true],
  ["", "^$", true],
  ["amd64", "amd64|arm64", true],
  ["riscv64", "^(amd64|arm64)$", false],
  ["7.2.22", "^7\\.", true],
  ["72", "^7\\.", false],
  ["foobar", "[0-9]", false],
  ["foobar", "(", false],
  ["foobar", "a(?=b)", false],
  ["foobar", "(o)\\1", false],
  ["a\nb", "^b", false],
  ["a\nb", "(?m)^b", true],
  ["é", "^.$", true],
  ["x1", "\\d", true],
  ["héllo", "\\p{L}{5}", true],
  [ABSENT, ".*", false],
  ["r1", "${meta.rack}", true],
]);

const containsAll: readonly Row[] = [
  ["a,b,c", "a", true],
  ["a,b,c", "a,c", true],
  ["a,b,c", "c,a,b", true],
  ["a,b,c", "a,d", false],
  ["a, b , c", "b,c", true],
  ["a,b", " b , a ", true],
  ["abc", "a", false],
  ["a,b", "A", false],
  ["a,b", "", false],
  ["a,,b", "", true],
  ["", "", true],
  ["a", "a,a", true],
  [ABSENT, "a", false],
  [ABSENT, "", false],
];
table("set_contains", containsAll);
table("set_contains_all", containsAll);
table("set_contains_any", [
  ["a,b,c", "a", true],
  ["a,b,c", "d,c", true],
  ["a,b,c", "d,e", false],
  ["a, b", "b", true],
  ["a,b", " b , z", true],
  ["abc", "a", false],
  ["a,b", "", false],
  ["a,b,", ",z", true],
  [ABSENT, "a", false],
]);

table("is_set", [
  ["1", "", true],
  ["", "", true],
  [ABSENT, "", false],
]);
table("is_not_set", [
  ["1", "", false],
  ["", "", false],
  [ABSENT, "", true],
]);

table("version", [
  ["7.2.22", "7.2.22", true],
  ["7.2.22", "= 7.2.22", true],
  ["7.2.22", "=7.2.22", true],
  ["7.2", "7.2.0", true],
  ["7", "7.0.0", true],
  ["7.2.0.0", "7.2", true],
  ["v7.2.22", "7.2.22", true],
  ["7.2.22", "v7.2.22", true],
  ["07.02.22", "7.2.22", true],
  ["7.2.22", "!= 7.2.22", false],
  ["7.2.22", "!= 7.2.23", true],
  ["7.2.22", "> 7.2.21", true],
  ["7.2.22", "> 7.2.22", false],
  ["7.2.22", "> 7.2.3", true],
  ["7.2.22", "< 10.0.0", true],
  ["7.2.22", "< 7.2.22", false],
  ["7.2.22", ">= 7.2.22", true],
  ["7.2.22", ">= 7.2.23", false],
  ["7.2.22", "<= 7.2.22", true],
  ["7.2.22", "<= 7.2", false],
  ["7.2.22", ">= 7, < 8", true],
  ["8.0.0", ">= 7, < 8", false],
  ["6.9.9", ">= 7, < 8", false],
  ["7.2.22", ">=7,<8,!=7.2.22", false],
  ["7.2.22", "  >=   7.0  ", true],
  ["7.2.22", "~> 7.2", true],
  ["7.9", "~> 7.2", true],
  ["8.0", "~> 7.2", false],
  ["7.1.9", "~> 7.2", false],
  ["7.2.22", "~> 7.2.20", true],
  ["7.3.0", "~> 7.2.20", false],
  ["7.2.19", "~> 7.2.20", false],
  ["9.0", "~> 7", true],
  ["6.0", "~> 7", false],
  ["7.2.22", "~> 7.2.22.0", false],
  ["7.2.22.1", "~> 7.2.22.0", true],
  ["7.2.23.0", "~> 7.2.22.0", false],
  ["7.2.22.5", "~> 7.2.22", true],
  ["2.0.6-dev", ">= 1.0", false],
  ["2.0.6-dev", ">= 2.0.6", false],
  ["2.0.6-dev", ">= 2.0.6-dev", true],
  ["2.0.6-dev", ">= 2.0.6-alpha", true],
  ["2.0.6-dev", ">= 2.0.5-alpha", false],
  ["2.0.6-dev", "< 2.0.6", false],
  ["2.0.6-dev", "< 3.0.0", false],
  ["2.0.6-dev", "2.0.6-dev", true],
  ["2.0.6-dev", "2.0.6", false],
  ["2.0.6-dev", "!= 2.0.6", true],
  ["2.0.6-dev", "!= 2.0.6-dev", false],
  ["2.0.6-dev", "~> 2.0", false],
  ["2.0.6-dev", "~> 2.0.6-beta", true],
  ["2.0.6", "~> 2.0.6-beta", false],
  ["2.0.6", ">= 2.0.6-beta", true],
  ["2.0.5", ">= 2.0.6-beta", false],
  ["2.0.6", "> 2.0.6-beta", true],
  ["2.0.7", "> 2.0.6-beta", true],
  ["2.0.6-beta", "> 2.0.6-alpha", true],
  ["2.0.6-beta.2", "> 2.0.6-beta.1", true],
  ["2.0.6-beta.10", "> 2.0.6-beta.9", true],
  ["2.0.6-1", "< 2.0.6-alpha", true],
  ["2.0.6+ent", "2.0.6", true],
  ["2.0.6+ent", ">= 2.0.6", true],
  ["2.0.6+ent", "2.0.6+other", true],
  ["1.2beta", "1.2-beta", true],
  ["1.2.3~rc1", ">= 1.2.3~rc1", true],
  ["7.2.22+ds", ">= 7.2", true],
  ["not a version", ">= 1", false],
  ["", ">= 1", false],
  ["7.2.", ">= 1", false],
  ["7..2", ">= 1", false],
  ["7.2.22", "", false],
  ["7.2.22", ">=", false],
  ["7.2.22", "=> 7", false],
  ["7.2.22", "== 7.2.22", false],
  ["7.2.22", ">= 7 < 8", false],
  ["7.2.22", ">= 7,", false],
  ["7.2.22", "^7", false],
  ["7.2.22", ">= seven", false],
  ["7.2.22", ">= 99999999999999999999", false],
  ["99999999999999999999", ">= 1", false],
  ["9223372036854775807", "> 9223372036854775806", true],
  [ABSENT, ">= 1", false],
  ["r1", "${meta.rack}", false],
]);

table("semver", [
  ["7.2.22", "7.2.22", true],
  ["7.2.22", ">= 7.2.0", true],
  ["7.2.22", "> 7.2.22", false],
  ["7.2.22", "< 7.3.0", true],
  ["7.2.22", "<= 7.2.22", true],
  ["7.2.22", "!= 7.2.22", false],
  ["7.2.22", ">= 7.0.0, < 8.0.0", true],
  ["8.0.0", ">= 7.0.0, < 8.0.0", false],
  ["2.0.6-dev", ">= 1.0.0", true],
  ["2.0.6-dev", ">= 2.0.6", false],
  ["2.0.6-dev", "< 2.0.6", true],
  ["2.0.6-dev", ">= 2.0.5", true],
  ["2.0.6-dev", ">= 2.0.6-alpha", true],
  ["2.0.6-dev", "> 2.0.6-dev.1", false],
  ["2.0.6-dev", "2.0.6-dev", true],
  ["2.0.6", "2.0.6-dev", false],
  ["2.0.6", "> 2.0.6-dev", true],
  ["1.0.0-alpha", "< 1.0.0-alpha.1", true],
  ["1.0.0-alpha.1", "< 1.0.0-beta", true],
  ["1.0.0-beta.2", "< 1.0.0-beta.11", true],
  ["1.0.0-beta.11", "< 1.0.0-rc.1", true],
  ["1.0.0-rc.1", "< 1.0.0", true],
  ["1.0.0-alpha.beta", "< 1.0.0-beta", true],
  ["1.0.0-alpha.1", "< 1.0.0-alpha.beta", true],
  ["1.0.0+build", "1.0.0", true],
  ["1.0.0+a", "1.0.0+b", true],
  ["1.2beta", ">= 1.0.0", true],
  ["1.2", "1.2.0", true],
  ["v1.2.3", "1.2.3", true],
  ["1.2.3", "~> 1.2", false],
  ["1.2.3", ">= 1.2beta", false],
  ["1.2.3", "", false],
  ["1.2.3", ">= x", false],
  ["x", ">= 1.0.0", false],
  [ABSENT, ">= 0.0.0", false],
]);

table("distinct", [
  ["1", "1", false],
  [ABSENT, "", false],
]);
table("", [["1", "1", false]]);
table("constructor", [["1", "1", false]]);

describe("targets on the recorded node", () => {
  test.each([
    ["${node.unique.id}", "=", "fde7df4e-9a36-4af0-4a69-41a13fb2d121", true],
    ["${node.datacenter}", "=", "dc1", true],
    ["${node.unique.name}", "=", "golden-node", true],
    ["${node.class}", "=", "vmhost", true],
    ["${node.pool}", "=", "default", true],
    ["${node.region}", "=", "global", false],
    ["${node.region}", "is_set", "", false],
    ["${attr.kernel.name}", "=", "linux", true],
    ["${attr.cpu.arch}", "regexp", "^(amd64|arm64)$", true],
    ["${attr.cpu.numcores}", ">=", "2", true],
    ["${attr.cpu.numcores}", ">", "2", false],
    ["${attr.memory.totalbytes}", ">", "4294967296", true],
    ["${attr.driver.qemu}", "=", "1", true],
    ["${attr.driver.qemu}", "=", "true", false],
    ["${attr.driver.qemu.version}", "version", ">= 7.0", true],
    ["${attr.driver.qemu.version}", ">=", "10.0", true],
    ["${attr.driver.qemu.emulators}", "set_contains", "aarch64,x86_64", true],
    ["${attr.driver.qemu.emulators}", "set_contains", "mips", false],
    ["${attr.driver.qemu.emulators}", "set_contains_any", "mips,arm", true],
    ["${attr.nomad.version}", "semver", ">= 1.4.0", true],
    ["${attr.nomad.version}", "version", ">= 1.4.0", false],
    ["${attr.os.signals}", "set_contains", "SIGTERM,SIGUSR1", true],
    ["${attr.os.signals}", "set_contains", "sigterm", false],
    ["${attr.empty}", "is_set", "", true],
    ["${meta.rack}", "=", "r1", true],
    ["${meta.dash-key}", "=", "dashed", true],
    ["${meta.dot.key}", "=", "dotted", true],
    ["${meta.nope}", "is_not_set", "", true],
    ["${driver.qemu.version}", "is_set", "", false],
    ["${attr.kernel.name", "=", "linux", true],
    ["attr.kernel.name", "=", "attr.kernel.name", true],
    ["linux", "=", "${attr.kernel.name}", true],
    ["${env.HOME}", "is_set", "", false],
    ["${NOMAD_DC}", "=", "dc1", false],
    ["${device.model}", "is_set", "", false],
    ["${attr.constructor}", "is_set", "", false],
    ["${node.datacenter", "=", "dc1", false],
  ])("%s %s %s: %s", (LTarget, Operand, RTarget, met) => {
    expect(judgeConstraint({ LTarget, Operand, RTarget }, nodeWith(ABSENT))).toMatchObject({ met });
  });
});

describe("a node that is partly known", () => {
  test.each([
    ["${attr.nope}", "=", "x", "unknown"],
    ["${attr.nope}", "!=", "x", "unknown"],
    ["${attr.nope}", "is_set", "", "unknown"],
    ["${attr.nope}", "is_not_set", "", "unknown"],
    ["${attr.nope}", "version", ">= 1", "unknown"],
    ["${attr.nope}", "semver", ">= 1", "unknown"],
    ["${attr.nope}", "regexp", ".", "unknown"],
    ["${attr.nope}", "set_contains", "x", "unknown"],
    ["${attr.nope}", "set_contains_any", "x", "unknown"],
    ["${attr.nope}", "<", "1", "unknown"],
    ["${attr.nope}", "distinct_property", "", "unknown"],
    ["${attr.nope}", "distinct_hosts", "", true],
    ["${meta.nope}", "=", "x", "unknown"],
    ["${attr.kernel.name}", "=", "${attr.nope}", "unknown"],
    ["${attr.kernel.name}", "=", "linux", true],
    ["${attr.kernel.name}", "=", "windows", false],
    ["${nope}", "=", "${attr.nope}", false],
    ["${nope}", "is_set", "", false],
    ["${attr.nope}", "no_such_operator", "x", false],
  ])("%s %s %s: %s", (LTarget, Operand, RTarget, met) => {
    expect(judgeConstraint({ LTarget, Operand, RTarget }, nodeWith(ABSENT, "partial"))).toMatchObject({ met });
  });
});

describe("constraints about other allocations, for the first one", () => {
  test.each([
    ["", "distinct_hosts", "", true, "one allocation"],
    ["", "distinct_hosts", "true", true, "one allocation"],
    ["", "distinct_hosts", "false", true, "switched off"],
    ["", "distinct_hosts", "nonsense", true, "one allocation"],
    ["${meta.rack}", "distinct_property", "", true, "At most 1"],
    ["${meta.rack}", "distinct_property", "3", true, "At most 3"],
    ["${meta.nope}", "distinct_property", "", false, "no meta.nope"],
  ])("%s %s %s: %s", (LTarget, Operand, RTarget, met, words) => {
    const judgement = judgeConstraint({ LTarget, Operand, RTarget }, nodeWith(ABSENT));
    expect(judgement.met).toBe(met);
    expect(judgement.reason).toContain(words);
  });
});

describe("reasons", () => {
  test.each([
    ["7.2.22", ">", "10.0.0", "use the operator version"],
    ["2.0.6-dev", "version", ">= 1.0", "semver"],
    ["2.0.6-dev", "version", "~> 2.0", "semver"],
    ["1.0.0-alpha", "semver", "< 1.0.0-alpha.beta", "SemVer 2 orders these two the other way"],
    ["a,b", "set_contains", "b,c,d", '"c", "d"'],
    ["x", "regexp", "(", "not a regular expression"],
    ["1.2.3", "version", "nope, 1", '"nope" is not a version constraint'],
    [ABSENT, "=", "x", "no attr.x"],
  ])("%s %s %s: says %s", (value, Operand, RTarget, words) => {
    expect(judgeConstraint({ LTarget: "${attr.x}", Operand, RTarget }, nodeWith(value)).reason).toContain(words);
  });
});

describe("versions", () => {
  test.each([
    ["1.2.3", "1.4.5", -1],
    ["1.2-beta", "1.2-beta", 0],
    ["1.2", "1.1.4", 1],
    ["1.2", "1.2-beta", 1],
    ["1.2+foo", "1.2+beta", 0],
    ["v1.2", "v1.2-beta", 1],
    ["v1.2.0.0.1", "v1.2", 1],
    ["1.7rc2", "1.7rc1", 1],
    ["1.7rc2", "1.7", -1],
    ["3.2-alpha.1", "3.2-alpha", 1],
    ["3.2-alpha", "3.2-alpha.1", -1],
    ["3.2-alpha.beta", "3.2-alpha", -1],
    ["3.2-alpha", "3.2-alpha.beta", 1],
    ["1.2.3-beta", "1.2.3.0", 0],
    ["1.0-1.2", "1.0-1.10", -1],
    ["1.0-b", "1.0-a", 1],
  ])("%s against %s: %i", (left, right, order) => {
    const [a, b] = [parseVersion(left), parseVersion(right)];
    if (a === undefined || b === undefined) throw new Error("not a version");
    expect(compareVersions(a, b)).toBe(order);
  });

  test.each([
    ["1.2", "1.2.0"],
    ["v1.02.3-beta+x", "1.2.3-beta+x"],
    ["1.2.3.4", "1.2.3.4"],
    ["1.2beta", "1.2.0-beta"],
  ])("%s is written %s", (text, written) => {
    const version = parseVersion(text);
    expect(version === undefined ? undefined : formatVersion(version)).toBe(written);
  });
});
