import type { ChildProcess } from "node:child_process";
import { FrontdeskError } from "../../../src/core/index.ts";
import { limitFairly } from "./fair-limit.ts";
import { watchMemory } from "./memory-watch.ts";
import type { ParserLimits } from "./parser-limits.ts";
import type { RunningChild } from "./parser-start.ts";
import { type ParseJob, type ParserMessage, parserMessageSchema } from "./protocol.ts";

type DoneMessage = Extract<ParserMessage, { type: "done" }>;

const BYTES_PER_MB = 1_048_576;

/**
 * Sends one job and waits for its result, the end of the child, the deadline, too much memory, or abort, whichever comes
 * first. The child is left as it is.
 * @throws FrontdeskError `parse_timeout` or `document_broken`, which reads on from the document's path; `internal`
 * when the child does not come up, retryable when it died before it had the job; anything after abort
 */
export async function exchange(
  child: RunningChild,
  job: ParseJob,
  limits: ParserLimits,
  signal: AbortSignal,
): Promise<DoneMessage> {
  const over = new AbortController();
  try {
    return await new Promise<DoneMessage>((resolve, reject) => {
      // The caller throws the signal's own reason.
      signal.addEventListener("abort", () => reject(broken("was left")), { signal: over.signal });
      const begin = (): void => {
        if (over.signal.aborted) return;
        limitFairly(child.process.pid, {
          ms: limits.timeoutMs,
          onOver: () => reject(timedOut(limits)),
          signal: over.signal,
        });
        watchMemory(child.process.pid, {
          maxBytes: limits.maxRssMb * BYTES_PER_MB,
          onExceeded: () => reject(outOfMemory(limits.maxRssMb)),
          signal: over.signal,
        });
        hear(child.process, job.id, limits, resolve, reject);
        // When it cannot be sent the child is gone, and its exit tells.
        child.process.send(job, () => {});
      };
      child.ready.then(begin, reject);
    });
  } finally {
    over.abort();
    child.process.removeAllListeners("message").removeAllListeners("exit");
  }
}

function hear(
  child: ChildProcess,
  id: number,
  limits: ParserLimits,
  resolve: (message: DoneMessage) => void,
  reject: (fault: FrontdeskError) => void,
): void {
  let hasBegun = false;
  child.on("message", (raw) => {
    const message = parserMessageSchema.safeParse(raw);
    if (!message.success) reject(broken("gave a result that cannot be understood"));
    else if (message.data.type === "begun" && message.data.id === id) hasBegun = true;
    else if (message.data.type === "done" && message.data.id === id) resolve(message.data);
  });
  child.once("exit", (code, killedBy) => {
    reject(hasBegun ? crashed(code, killedBy, limits) : lost());
  });
}

/** The child died before it had the document in its hands: not the document's fault. */
function lost(): FrontdeskError {
  return new FrontdeskError("internal", "the document parser ended before it began", {
    retryable: true,
  });
}

function timedOut(limits: ParserLimits): FrontdeskError {
  return new FrontdeskError(
    "parse_timeout",
    `could not be read within ${limits.timeoutMs / 1000} s; split it, or save it again in a simpler form`,
  );
}

function crashed(
  code: number | null,
  killedBy: string | null,
  limits: ParserLimits,
): FrontdeskError {
  // V8 aborts when its heap is full.
  if (killedBy === "SIGABRT" || code === 134) return outOfMemory(limits.maxHeapMb);
  return broken(`made the parser end unexpectedly (${killedBy ?? `exit code ${code}`})`);
}

function outOfMemory(megabytes: number): FrontdeskError {
  return broken(`needs more than ${megabytes} MB of memory to be read; split it`);
}

function broken(reason: string): FrontdeskError {
  return new FrontdeskError("document_broken", reason);
}
