/** Lets running answers step, and holds them for one step when somebody needs the context for himself. */
export interface StepGate {
  /** How many answers are about to queue their next step. */
  expected(): number;
  /** An answer begins. */
  enter(): void;
  /** It has ended, well or not. */
  leave(): void;
  /** Whether somebody needs the context: only then there is something to wait for before a step. */
  isClosed(): boolean;
  /** To be awaited before each step while it is closed. */
  beforeStep(): Promise<void>;
  /** Runs while no answer steps. */
  exclusive<T>(run: () => Promise<T>): Promise<T>;
}

/**
 * In node-llama-cpp 3.22 the loop that decodes holds the context's lock as long as any sequence has queued its next step.
 * With two or more answers running, one always has: whoever wants to erase a part of his sequence, which every new
 * request does, waits until all of them have ended. So each answer passes this gate before each step; while it is
 * closed, the queue runs dry, the loop gives the lock away, and the waiting one gets it.
 */
export function createStepGate(): StepGate {
  let running = 0;
  let held = 0;
  let closers = 0;
  let waiting: (() => void)[] = [];

  const open = (): void => {
    const released = waiting;
    waiting = [];
    for (const release of released) release();
  };

  return {
    expected: () => running - held,
    enter: () => {
      running += 1;
    },
    leave: () => {
      running -= 1;
    },
    isClosed: () => closers > 0,
    beforeStep: async () => {
      while (closers > 0) {
        held += 1;
        await new Promise<void>((resolve) => waiting.push(resolve));
        held -= 1;
      }
    },
    exclusive: async (run) => {
      closers += 1;
      held += 1;
      try {
        return await run();
      } finally {
        closers -= 1;
        held -= 1;
        if (closers === 0) open();
      }
    },
  };
}
