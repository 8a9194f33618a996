import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Remembered } from "../shared/remembered.ts";

/** Does a thing once, of however many processes that are told to; when one of them dies over it, the next one does it. */
export type Once = (name: string, work: () => Promise<void>) => Promise<void>;

const LEASE_MS = 6_000;
const RENEW_MS = 2_000;
const LOOK_MS = 500;
const DAY_MS = 24 * 3_600_000;

export function createOnce(memory: Remembered, signal: AbortSignal): Once {
  const isDone = async (name: string): Promise<boolean> =>
    (await memory.get(name, z.literal("done"))) !== null;

  return async (given, work) => {
    const name = `once:${given}`;
    while (!(await memory.claim(name, LEASE_MS, "begun"))) {
      if (await isDone(name)) return;
      await sleep(LOOK_MS, undefined, { signal });
    }
    const renewing = setInterval(() => {
      // A renewal that fails is made up for by the next.
      void memory.set(name, "begun", LEASE_MS).catch(() => {});
    }, RENEW_MS);
    const giveBack = async (): Promise<void> => {
      clearInterval(renewing);
      // If that fails, it is free again when the lease is over.
      await memory.delete(name).catch(() => {});
    };
    // Whoever closes leaves it to the next one at once.
    const onAbort = (): void => void giveBack();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await work();
    } catch (error) {
      await giveBack();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      clearInterval(renewing);
    }
    await memory.set(name, "done", DAY_MS);
  };
}
