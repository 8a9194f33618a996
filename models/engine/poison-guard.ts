import type { Timers } from "./timers.ts";

const FORGET_AFTER_MS = 3_600_000;
const REMEMBERED = 256;
const FATAL_CRASHES = 2;

/** Remembers which requests were being worked on when a process died. */
export interface PoisonGuard {
  /** Counts a crash against a request. */
  onCrash(fingerprint: string): void;
  /** Whether the request has been present in two crashes within the last hour. */
  isPoisonous(fingerprint: string): boolean;
  /** False as long as nothing ever crashed, so that callers need not compute fingerprints. */
  isArmed(): boolean;
}

/** Refuses to let one request kill process after process. Remembers at most 256 requests. */
export function createPoisonGuard(timers: Pick<Timers, "now">): PoisonGuard {
  const crashes = new Map<string, number[]>();
  const recent = (fingerprint: string): number[] =>
    (crashes.get(fingerprint) ?? []).filter((at) => timers.now() - at < FORGET_AFTER_MS);
  return {
    onCrash: (fingerprint) => {
      const times = [...recent(fingerprint), timers.now()];
      crashes.delete(fingerprint);
      crashes.set(fingerprint, times);
      const oldest = crashes.keys().next();
      if (crashes.size > REMEMBERED && oldest.done !== true) crashes.delete(oldest.value);
    },
    isPoisonous: (fingerprint) => recent(fingerprint).length >= FATAL_CRASHES,
    isArmed: () => crashes.size > 0,
  };
}
