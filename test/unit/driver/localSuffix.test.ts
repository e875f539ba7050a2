// What the local runner appends, and when it leaves the serial port alone.
import { describe, expect, test } from "vitest";
import { localSuffix, serialPlan } from "../../../src/driver/localSuffix.ts";

const INPUT = {
  taskConfig: { args: [], gracefulShutdown: false },
  runId: "1f2e",
  socketDir: "/run/nq/1f2e",
  spoolDir: "/data/a,b/spool",
};

test("two control sockets, one with the log of events, a pid file, and the console", () => {
  const suffix = localSuffix(INPUT);
  expect(suffix).toEqual({
    ok: true,
    value: {
      args: [
        "-chardev",
        "socket,id=nomad-qemu-events,path=/run/nq/1f2e/e.sock,server=on,wait=off,logfile=/data/a,,b/spool/qmp-events.log,logappend=on",
        "-mon",
        "chardev=nomad-qemu-events,mode=control",
        "-chardev",
        "socket,id=nomad-qemu-1f2e,path=/run/nq/1f2e/q.sock,server=on,wait=off",
        "-mon",
        "chardev=nomad-qemu-1f2e,mode=control",
        "-pidfile",
        "/run/nq/1f2e/pid",
        "-chardev",
        "socket,id=nomad-qemu-console,path=/run/nq/1f2e/s.sock,server=on,wait=off,logfile=/data/a,,b/spool/stdout,logappend=on",
        "-serial",
        "chardev:nomad-qemu-console",
      ],
      endpoints: {
        identity: "nomad-qemu-1f2e",
        events: { socket: "/run/nq/1f2e/e.sock", log: "/data/a,b/spool/qmp-events.log" },
        control: { socket: "/run/nq/1f2e/q.sock", pidFile: "/run/nq/1f2e/pid" },
        console: { socket: "/run/nq/1f2e/s.sock", log: "/data/a,b/spool/stdout" },
      },
    },
  });
});

test("a pid file of the task's own is left to it", () => {
  const suffix = localSuffix({ ...INPUT, taskConfig: { args: ["--pidfile", "x"], gracefulShutdown: false } });
  expect(suffix).toMatchObject({ ok: true, value: { endpoints: { control: { pidFile: undefined } } } });
  if (suffix.ok) expect(suffix.value.args).not.toContain("-pidfile");
});

test.each([
  [103, true],
  [104, false],
])("a socket path of %d bytes is possible: %s", (bytes, possible) => {
  const suffix = localSuffix({ ...INPUT, socketDir: `/${"x".repeat(bytes - "//e.sock".length)}` });
  expect(suffix.ok).toBe(possible);
  if (!suffix.ok) expect(suffix.error.code).toBe("socket-path-too-long");
});

describe("the serial port", () => {
  test.each([
    [[], "console"],
    [["-m", "512"], "console"],
    [["-vnc", "unix:/x"], "console"],
    [["-monitor", "none"], "console"],
    [["-qmp", "unix:/x,server=on"], "console"],
    [["-chardev", "socket,id=a,path=/x", "-mon", "a"], "console"],
    [["-drive", "file=stdio.img"], "console"],
    [["-serial", "null"], "monitor-on-stdio"],
    [["--serial", "stdio"], "monitor-on-stdio"],
    [["-device", "isa-serial,chardev=a"], "monitor-on-stdio"],
    [["-device", '{"driver":"isa-serial","chardev":"a"}'], "monitor-on-stdio"],
    [["-serial", "null", "-monitor", "none"], "untouched"],
    [["-serial", "null", "-qmp", "tcp::1"], "untouched"],
    [["-nodefaults"], "untouched"],
    [["-serial", "null", "-nodefaults"], "untouched"],
    [["-monitor", "stdio"], "untouched"],
    [["-qmp", "stdio"], "untouched"],
    [["-chardev", "stdio,id=a"], "untouched"],
    [["-serial", "mon:stdio", "-monitor", "none"], "untouched"],
    [["-readconfig", "x"], "untouched"],
    [["-daemonize"], "untouched"],
    [["-display", "curses"], "untouched"],
  ] as const)("with %j in args: %s", (args, plan) => {
    expect(serialPlan({ args, gracefulShutdown: false })).toBe(plan);
  });

  test("with Nomad's own monitor there is never one on standard output", () => {
    expect(serialPlan({ args: ["-serial", "null"], gracefulShutdown: true })).toBe("untouched");
    expect(serialPlan({ args: [], gracefulShutdown: true })).toBe("console");
  });
});
