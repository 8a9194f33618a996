import { abortReason } from "../deadline.ts";

/** Lets one holder in at a time, in the order of asking. */
export interface SerialGate {
  /**
   * Waits for the turn.
   * @returns what gives the turn to the next one; call it once
   * @throws `signal.reason` when aborted while waiting
   */
  enter(call: { readonly signal: AbortSignal }): Promise<() => void>;
}

/** Creates an open gate. */
export function createSerialGate(): SerialGate {
  let last: Promise<void> = Promise.resolve();
  return {
    async enter({ signal }) {
      signal.throwIfAborted();
      const before = last;
      let leave: () => void = () => {};
      last = new Promise<void>((resolve) => {
        leave = resolve;
      });
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(abortReason(signal)), { once: true });
      });
      try {
        await Promise.race([before, aborted]);
        return leave;
      } catch (error) {
        // Whoever waits behind must still wait for those before.
        void before.then(leave);
        throw error;
      }
    },
  };
}
