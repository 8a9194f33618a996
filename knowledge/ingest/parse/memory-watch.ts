import { readFile } from "node:fs/promises";

const INTERVAL_MS = 200;
/** Field of /proc/PID/statm that counts resident pages. */
const RESIDENT = 1;
const PAGE_BYTES = 4096;

/**
 * Looks at the resident memory of a process until `signal` aborts, and calls `onExceeded` once when it is over the limit.
 * The heap limit of Node does not cover buffers, which is where decompression bombs live. Where there is no /proc
 * (anything but Linux) nothing is watched.
 */
export function watchMemory(
  pid: number | undefined,
  options: {
    readonly maxBytes: number;
    readonly onExceeded: () => void;
    readonly signal: AbortSignal;
  },
): void {
  if (pid === undefined || process.platform !== "linux") return;
  const timer = setInterval(() => {
    void residentBytes(pid).then((bytes) => {
      if (bytes <= options.maxBytes || options.signal.aborted) return;
      clearInterval(timer);
      options.onExceeded();
    });
  }, INTERVAL_MS);
  options.signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

async function residentBytes(pid: number): Promise<number> {
  try {
    const fields = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ");
    return Number(fields[RESIDENT] ?? 0) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
