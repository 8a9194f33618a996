import { availableParallelism } from "node:os";
import { type ReadSystemFile, readSystemFile } from "../system-file.ts";

/**
 * How many CPU cores this process may really use: the cores it sees, limited by the quota of its control group (v2
 * `cpu.max`, v1 `cpu.cfs_quota_us`). May be a fraction.
 */
export function cpuQuota(
  cores: number = availableParallelism(),
  read: ReadSystemFile = readSystemFile,
): number {
  return Math.min(cores, quotaV2(read) ?? quotaV1(read) ?? cores);
}

/**
 * Threads for one engine: all but one of the cores, at least 1. More threads than cores make the engine slower by orders
 * of magnitude, since its threads wait for one another in busy loops.
 */
export function engineThreads(quota: number): number {
  return Math.max(1, Math.floor(quota) - 1);
}

function quotaV2(read: ReadSystemFile): number | null {
  const limits = [...groupPaths(read), ""].map((group) => {
    const [quota, period] = (read(`/sys/fs/cgroup${group}/cpu.max`) ?? "").trim().split(/\s+/u);
    return ratio(quota, period);
  });
  const known = limits.filter((limit) => limit !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** The control group of this process and all above it: each may limit it. */
function groupPaths(read: ReadSystemFile): readonly string[] {
  const group = /^0::(\/\S+)/mu.exec(read("/proc/self/cgroup") ?? "")?.[1];
  if (group === undefined) return [];
  const parts = group.split("/").filter((part) => part !== "");
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

function quotaV1(read: ReadSystemFile): number | null {
  const quota = read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us")?.trim();
  const period = read("/sys/fs/cgroup/cpu/cpu.cfs_period_us")?.trim();
  return ratio(quota, period);
}

/** Null for `max`, -1 and whatever is not a positive number. */
function ratio(quota: string | undefined, period: string | undefined): number | null {
  const value = Number(quota) / Number(period);
  return Number.isFinite(value) && value > 0 ? value : null;
}
