/**
 * How long look-ups may take, all together, before somebody is told that his message has arrived: Slack waits three seconds
 * and what was said must be stored in them as well.
 */
export const LOOK_UP_MS = 1_500;

/**
 * What `work` gives, or something else when the limit comes first. The work goes on, so that what it finds can be
 * remembered; its failure is then of no interest to anybody.
 */
export function unlessLate<Result>(
  work: Promise<Result>,
  limit: AbortSignal,
  instead: () => Result | Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onLate = (): void => {
      Promise.resolve().then(instead).then(resolve, reject);
    };
    if (limit.aborted) onLate();
    else limit.addEventListener("abort", onLate, { once: true });
    work.then(resolve, reject).finally(() => limit.removeEventListener("abort", onLate));
  });
}
