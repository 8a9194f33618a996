import { type ReadSystemFile, readSystemFile } from "../system-file.ts";

/**
 * How many processes beside this one, and this one's children, the system has ended for want of memory so far: of this control
 * group, else of the machine. Null where the system does not count them (it is Linux that does).
 */
export function oomKills(read: ReadSystemFile = readSystemFile): number | null {
  const group = /^0::(\/\S*)/mu.exec(read("/proc/self/cgroup") ?? "")?.[1] ?? "/";
  return (
    countIn(read(`/sys/fs/cgroup${group}/memory.events`)) ??
    countIn(read("/sys/fs/cgroup/memory.events")) ??
    countIn(read("/sys/fs/cgroup/memory/memory.oom_control")) ??
    countIn(read("/proc/vmstat"))
  );
}

function countIn(text: string | null): number | null {
  const count = /^oom_kill (\d+)$/mu.exec(text ?? "")?.[1];
  return count === undefined ? null : Number(count);
}
