/**
 * Does something from time to time, never twice at once; the first time after the first pause.
 * @param failed is told of each time that went wrong; the next one comes all the same
 * @returns `close` stops it and resolves when nothing of it is under way
 */
export function every(
  ms: number,
  work: () => Promise<void>,
  failed: (error: unknown) => void,
): { close(): Promise<void> } {
  let current: Promise<void> = Promise.resolve();
  let isWorking = false;
  const timer = setInterval(() => {
    if (isWorking) return;
    isWorking = true;
    current = work()
      .catch(failed)
      .finally(() => {
        isWorking = false;
      });
  }, ms);
  return {
    async close() {
      clearInterval(timer);
      await current;
    },
  };
}
