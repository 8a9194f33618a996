import type { Timers } from "./timers.ts";

const FORGET_AFTER_MS = 3_600_000;
const REMEMBERED = 256;
/** Two crashes that the work caused, or three ends that somebody else may have caused. */
const FATAL_WEIGHT = 6;
const WEIGHT = { sure: 3, possible: 2 } as const;

/** How sure it is that a request has ended the process. */
type Blame = keyof typeof WEIGHT;

interface Crash {
  readonly at: number;
  readonly weight: number;
}

/** Remembers which requests were being worked on when a process died. */
export interface PoisonGuard {
  /** Counts a crash against a request. */
  onCrash(fingerprint: string, blame: Blame): void;
  /** Whether the request has been present in too many crashes within the last hour. */
  isPoisonous(fingerprint: string): boolean;
  /** False as long as nothing ever crashed, so that callers need not compute fingerprints. */
  isArmed(): boolean;
}

/** Refuses to let one request kill process after process. Remembers at most 256 requests. */
export function createPoisonGuard(timers: Pick<Timers, "now">): PoisonGuard {
  const crashes = new Map<string, readonly Crash[]>();
  const recent = (fingerprint: string): readonly Crash[] =>
    (crashes.get(fingerprint) ?? []).filter(({ at }) => timers.now() - at < FORGET_AFTER_MS);
  return {
    onCrash: (fingerprint, blame) => {
      const all = [...recent(fingerprint), { at: timers.now(), weight: WEIGHT[blame] }];
      crashes.delete(fingerprint);
      crashes.set(fingerprint, all);
      const oldest = crashes.keys().next();
      if (crashes.size > REMEMBERED && oldest.done !== true) crashes.delete(oldest.value);
    },
    isPoisonous: (fingerprint) =>
      recent(fingerprint).reduce((sum, { weight }) => sum + weight, 0) >= FATAL_WEIGHT,
    isArmed: () => crashes.size > 0,
  };
}
