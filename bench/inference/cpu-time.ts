import { readdirSync, readFileSync } from "node:fs";

const NS_PER_MS = 1e6;

/** CPU time of all threads of a process so far, as the system counts it, in nanoseconds and not in ticks. */
export function cpuMsOf(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  }
  return ns / NS_PER_MS;
}

/** CPU time of this process so far. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The most memory that a process has had. */
export function peakBytesOf(pid: number): number {
  const peak = /VmHWM:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(peak) * 1_024;
}
