import type { EngineInfo } from "./protocol.ts";
import type { Timers } from "./timers.ts";

interface ReadyWait {
  readonly signal: AbortSignal;
  readonly patienceMs: number;
  /** What to reject with when patience is over. */
  onPatienceOver(): Error;
}

/** Where callers wait for a model that is loading. */
export interface ReadyGate {
  /** Rejects with `signal.reason`, or when patience is over, or with the error of {@link ReadyGate.fail}. */
  wait(options: ReadyWait): Promise<EngineInfo>;
  open(info: EngineInfo): void;
  fail(error: Error): void;
}

interface Waiter {
  open(info: EngineInfo): void;
  fail(reason: unknown): void;
}

/** A gate that lets all through who wait when it opens; it does not stay open. */
export function createReadyGate(timers: Timers): ReadyGate {
  const waiters = new Set<Waiter>();
  return {
    wait: ({ signal, patienceMs, onPatienceOver }) =>
      new Promise((resolve, reject) => {
        const refuse: (reason: unknown) => void = reject;
        const onAbort = (): void => waiter.fail(signal.reason);
        const cancelPatience = timers.after(patienceMs, () => waiter.fail(onPatienceOver()));
        const leave = (settle: () => void): void => {
          waiters.delete(waiter);
          cancelPatience();
          signal.removeEventListener("abort", onAbort);
          settle();
        };
        const waiter: Waiter = {
          open: (info) => leave(() => resolve(info)),
          fail: (error) => leave(() => refuse(error)),
        };
        signal.addEventListener("abort", onAbort);
        waiters.add(waiter);
      }),
    open: (info) => {
      for (const waiter of [...waiters]) waiter.open(info);
    },
    fail: (error) => {
      for (const waiter of [...waiters]) waiter.fail(error);
    },
  };
}
