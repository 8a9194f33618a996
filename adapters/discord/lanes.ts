/** Does things that belong together one after the other, and everything else at once. */
export interface Lanes {
  /** Work of one lane begins in the order of the calls. */
  run(lane: string, work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

export function createLanes(): Lanes {
  const last = new Map<string, Promise<void>>();
  return {
    run(lane, work) {
      const done = (last.get(lane) ?? Promise.resolve()).then(work);
      const end = done
        .catch(() => {})
        .finally(() => {
          if (last.get(lane) === end) last.delete(lane);
        });
      last.set(lane, end);
      return done;
    },
    async settled() {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}
