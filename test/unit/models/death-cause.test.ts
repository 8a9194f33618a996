import { describe, expect, it } from "vitest";
import { causeOfDeath } from "../../../models/engine/death-cause.ts";
import { oomKills } from "../../../models/engine/oom-kills.ts";

const exit = { code: null, signal: null, lastWords: "", isOutOfMemory: false };

describe("cause of the death of a model's process", () => {
  it.each(["SIGSEGV", "SIGABRT", "SIGILL", "SIGBUS", "SIGFPE", "SIGTRAP"])(
    "is its work when native code failed (%s)",
    (signal) => {
      expect(causeOfDeath({ ...exit, signal }, null)).toBe("work");
    },
  );

  it("is its work when it ended with an error, hung, or took the last memory", () => {
    expect(causeOfDeath({ ...exit, code: 1 }, null)).toBe("work");
    expect(causeOfDeath({ ...exit, signal: "SIGKILL" }, "misbehaved")).toBe("work");
    expect(causeOfDeath({ ...exit, signal: "SIGKILL", isOutOfMemory: true }, null)).toBe("work");
  });

  it.each(["SIGKILL", "SIGTERM", "SIGINT"])("is unclear when somebody ended it (%s)", (signal) => {
    expect(causeOfDeath({ ...exit, signal }, null)).toBe("unclear");
  });

  it("is no work when somebody stopped it", () => {
    expect(causeOfDeath({ ...exit, signal: "SIGKILL" }, "stopped")).toBe("none");
  });
});

describe("processes that were ended for want of memory", () => {
  const count = (files: Readonly<Record<string, string>>): number | null =>
    oomKills((path) => files[path] ?? null);

  it("are counted for the control group, else for the machine", () => {
    const machine = { "/proc/vmstat": "pgfault 9\noom_kill 2\n" };
    const group = {
      "/proc/self/cgroup": "0::/bot\n",
      "/sys/fs/cgroup/bot/memory.events": "oom 7\noom_kill 5\noom_group_kill 0\n",
    };
    const old = { "/sys/fs/cgroup/memory/memory.oom_control": "under_oom 0\noom_kill 3\n" };

    expect(count({ ...machine, ...group })).toBe(5);
    expect(count({ ...machine, ...old })).toBe(3);
    expect(count(machine)).toBe(2);
    expect(count({})).toBeNull();
  });
});
