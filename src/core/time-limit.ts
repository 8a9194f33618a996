/**
 * A signal that is aborted with a `TimeoutError` after `ms`. To be used instead of `AbortSignal.timeout()`: on Node 20 the
 * signals that `AbortSignal.any()` joins are held weakly, and a native timeout that nobody else holds is collected as
 * garbage, timer and all; whoever waits for the joined signal then waits for ever. Here the timer holds its signal. It
 * does not keep the process alive.
 */
export function timeLimit(ms: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`no answer within ${ms} ms`, "TimeoutError"));
  }, ms);
  timer.unref();
  return controller.signal;
}
