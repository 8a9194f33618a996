import { describe, expect, it } from "vitest";
import { cpuQuota, engineThreads } from "../../../models/engine/cpu-quota.ts";

const files =
  (contents: Readonly<Record<string, string>>) =>
  (path: string): string | null =>
    contents[path] ?? null;

describe("CPU quota", () => {
  it("is the number of cores where nothing limits it", () => {
    expect(cpuQuota(8, files({}))).toBe(8);
    expect(cpuQuota(8, files({ "/sys/fs/cgroup/cpu.max": "max 100000\n" }))).toBe(8);
  });

  it("is the quota of the control group", () => {
    expect(cpuQuota(8, files({ "/sys/fs/cgroup/cpu.max": "250000 100000\n" }))).toBe(2.5);
  });

  it("takes the narrowest of the groups above", () => {
    const system = files({
      "/proc/self/cgroup": "0::/kubepods/pod1/c1\n",
      "/sys/fs/cgroup/kubepods/cpu.max": "800000 100000",
      "/sys/fs/cgroup/kubepods/pod1/cpu.max": "150000 100000",
      "/sys/fs/cgroup/kubepods/pod1/c1/cpu.max": "max 100000",
    });

    expect(cpuQuota(16, system)).toBe(1.5);
  });

  it("reads the older files", () => {
    const system = files({
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    });

    expect(cpuQuota(8, system)).toBe(3);
  });

  it("takes -1 in the older files for no limit", () => {
    const system = files({
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    });

    expect(cpuQuota(8, system)).toBe(8);
  });

  it("is never more than the cores", () => {
    expect(cpuQuota(2, files({ "/sys/fs/cgroup/cpu.max": "800000 100000" }))).toBe(2);
  });

  it.each([
    [0.5, 1],
    [1, 1],
    [2, 1],
    [2.5, 1],
    [4, 3],
    [16, 15],
  ])("of %d gives %d threads", (quota, threads) => {
    expect(engineThreads(quota)).toBe(threads);
  });
});
