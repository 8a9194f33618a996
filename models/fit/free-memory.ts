import { freemem } from "node:os";
import { type ReadSystemFile, readSystemFile } from "../system-file.ts";

/**
 * Memory that a new process could use, in bytes: what the system could give (Linux counts what it would drop of its
 * file cache), limited by the control groups of this process (v2 `memory.max`, v1 `memory.limit_in_bytes`).
 */
export function freeMemoryBytes(
  read: ReadSystemFile = readSystemFile,
  systemFree: () => number = freemem,
): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/mu.exec(read("/proc/meminfo") ?? "")?.[1];
  const system = kilobytes === undefined ? systemFree() : Number(kilobytes) * 1024;
  const limits = [...groupsV2(read), groupV1(read)].filter((free) => free !== null);
  return Math.max(0, Math.min(system, ...limits));
}

/** What each control group above this process has left. */
function groupsV2(read: ReadSystemFile): readonly (number | null)[] {
  const group = /^0::(\/\S*)/mu.exec(read("/proc/self/cgroup") ?? "")?.[1] ?? "/";
  const parts = group.split("/").filter((part) => part !== "");
  const paths = ["", ...parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)];
  return paths.map((path) => {
    const folder = `/sys/fs/cgroup${path}`;
    const limit = bytesIn(read(`${folder}/memory.max`));
    const used = bytesIn(read(`${folder}/memory.current`));
    if (limit === null || used === null) return null;
    return limit - used + droppable(read(`${folder}/memory.stat`), "inactive_file");
  });
}

function groupV1(read: ReadSystemFile): number | null {
  const folder = "/sys/fs/cgroup/memory";
  const limit = bytesIn(read(`${folder}/memory.limit_in_bytes`));
  const used = bytesIn(read(`${folder}/memory.usage_in_bytes`));
  if (limit === null || used === null) return null;
  return limit - used + droppable(read(`${folder}/memory.stat`), "total_inactive_file");
}

/** Cached files count as used, but are given up when memory is wanted. */
function droppable(stat: string | null, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, "mu").exec(stat ?? "")?.[1] ?? 0);
}

/** Null for `max` and what is not there. */
function bytesIn(text: string | null): number | null {
  const value = Number(text?.trim() || Number.NaN);
  return Number.isFinite(value) ? value : null;
}
