import { abortReason } from "../deadline.ts";

/** Wakes everybody who waits whenever something has changed. */
export interface ChangeSignal {
  notify(): void;
  /** Resolves with the next {@link notify}; rejects with `signal.reason` on abort. */
  next(call: { readonly signal: AbortSignal }): Promise<void>;
}

/** Creates a signal that nobody waits for yet. */
export function createChangeSignal(): ChangeSignal {
  const waiting = new Set<() => void>();
  return {
    notify() {
      const woken = [...waiting];
      waiting.clear();
      for (const wake of woken) wake();
    },
    next: ({ signal }) =>
      new Promise<void>((resolve, reject) => {
        if (signal.aborted) {
          reject(abortReason(signal));
          return;
        }
        const wake = (): void => {
          signal.removeEventListener("abort", refuse);
          resolve();
        };
        const refuse = (): void => {
          waiting.delete(wake);
          reject(abortReason(signal));
        };
        waiting.add(wake);
        signal.addEventListener("abort", refuse, { once: true });
      }),
  };
}
