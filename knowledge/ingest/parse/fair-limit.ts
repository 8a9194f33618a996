import { readFileSync } from "node:fs";

/** However busy the machine is, a limit is over after so many times its time. */
const MOST_TIMES = 5;
const NANOSECONDS_PER_MS = 1e6;

/** What {@link limitFairly} is told. */
interface FairLimit {
  readonly ms: number;
  /** Called once, unless `signal` aborts before. */
  readonly onOver: () => void;
  readonly signal: AbortSignal;
  /** How long the process has waited for a processor since its start, in milliseconds. */
  readonly waited?: (pid: number | undefined) => number;
}

/**
 * Gives a process so much time. What it waits for a processor, because others compute, is not its own fault and does not
 * count, up to five times the limit; elsewhere than on Linux all time counts.
 */
export function limitFairly(
  pid: number | undefined,
  { ms, onOver, signal, waited = waitedForProcessorMs }: FairLimit,
): void {
  const begin = performance.now();
  const before = waited(pid);
  let timer: NodeJS.Timeout;
  const look = (): void => {
    const passed = performance.now() - begin;
    const counted = passed - Math.max(0, waited(pid) - before);
    const left = Math.min(ms - counted, ms * MOST_TIMES - passed);
    if (left > 0) {
      timer = setTimeout(look, left);
      return;
    }
    // What has come in the meantime, while we ourselves had no processor, is heard first.
    setImmediate(() => {
      if (!signal.aborted) onOver();
    });
  };
  timer = setTimeout(look, ms);
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
}

/** The scheduler's own count (`/proc/PID/schedstat`, second field) of a process's main thread; 0 where there is none. */
export function waitedForProcessorMs(pid: number | undefined): number {
  if (pid === undefined || process.platform !== "linux") return 0;
  try {
    const [, waited = ""] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
    return Number(waited) / NANOSECONDS_PER_MS;
  } catch {
    return 0;
  }
}
