const STEP_MS = 50;

/**
 * Calls back after so many milliseconds in which this process got to run. A machine that stands still for a while, as shared
 * ones do, stops both sides alike: that is nobody's delay.
 */
export function countdown(ms: number, onEnd: () => void): { readonly stop: () => void } {
  let left = ms;
  const timer = setInterval(
    () => {
      left -= STEP_MS;
      if (left > 0) return;
      clearInterval(timer);
      onEnd();
    },
    Math.min(STEP_MS, ms),
  );
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
