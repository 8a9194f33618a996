/**
 * Lets tasks that workers have died of before run one at a time, so that the next death is known to be of the one that ran: whoever
 * was merely beside it is not given up for it.
 */
export interface SuspectLane {
  /** True when `holder` has the lane from now on; else `onFree` is called each time that it may be asked for again. */
  enter(holder: object, onFree: () => void): boolean;
  /** Gives the lane back, or waits for it no more. */
  leave(holder: object): void;
  /** How many wait. They do nothing meanwhile, so that others can be worked on in their place. */
  waiting(): number;
}

/** Makes the lane of one worker. */
export function createSuspectLane(): SuspectLane {
  const waiting = new Map<object, () => void>();
  let current: object | null = null;
  return {
    enter: (holder, onFree) => {
      current ??= holder;
      if (current === holder) waiting.delete(holder);
      else waiting.set(holder, onFree);
      return current === holder;
    },
    leave: (holder) => {
      waiting.delete(holder);
      if (current !== holder) return;
      current = null;
      for (const onFree of [...waiting.values()]) onFree();
    },
    waiting: () => waiting.size,
  };
}
