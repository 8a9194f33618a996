import { FrontdeskError, timeLimit } from "../core/index.ts";
import type { Claim } from "../ports/conversation-store.ts";
import type { EngineParts } from "./engine-options.ts";
import type { Reducer } from "./reduce.ts";
import { workOn } from "./work-loop.ts";
import { createWorkbench, type Workbench } from "./workbench.ts";

/** A claimed instance at work. */
export interface InstanceRun {
  /** Something was announced for its mailbox. */
  nudge(): void;
  /** Takes in nothing new, but ends what it has begun. */
  drain(): void;
  /** Ends at once; what ran is begun again by the next holder. */
  abort(reason: Error): void;
  /**
   * Resolves when the instance was given back, with the time (store's clock) at which it wants to be looked at again;
   * rejects with `lease_lost` or with a defect.
   */
  readonly finished: Promise<number | null>;
}

const LAST_COMMIT_MS = 2_000;

/**
 * Begins to work on a claimed instance.
 * @throws FrontdeskError `snapshot_unreadable` when it was written by a newer version; it stays as it is
 */
export function runInstance(claim: Claim, reducer: Reducer, parts: EngineParts): InstanceRun {
  const stop = new AbortController();
  let isOpen = true;
  const bench = createWorkbench(claim, reducer, parts, stop.signal, () => isOpen);
  return {
    nudge: () => {
      if (isOpen) bench.keeper.nudge();
    },
    drain: () => {
      isOpen = false;
    },
    abort: (reason) => stop.abort(reason),
    finished: run(bench, stop),
  };
}

async function run(bench: Workbench, stop: AbortController): Promise<number | null> {
  const { keeper, tasks, claim } = bench;
  try {
    return await workOn(bench);
  } catch (error) {
    if (stop.signal.aborted && !keeper.lost.aborted) await keepWhatIsDone(bench);
    throw error;
  } finally {
    keeper.stop();
    const reason = new FrontdeskError("lease_lost", `${claim.lease.instance.id} was put down`);
    tasks.abort(reason);
    stop.abort(reason);
  }
}

/** A stop in good order counts no attempt against the tasks that it cuts short. */
async function keepWhatIsDone({ session, tasks }: Workbench): Promise<void> {
  tasks.uncount();
  await session.commit(null, timeLimit(LAST_COMMIT_MS)).catch(() => {});
}
