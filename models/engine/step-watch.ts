import type { EngineLimits } from "./limits.ts";

/** Notices work that does not end although its process answers. */
export interface StepWatch {
  /** @param step number of the piece of work under way, as of this answer to a ping; null for none */
  isStuck(step: number | null): boolean;
}

/** Counts answers to pings instead of time: a while in which both processes were stopped is not taken for work. */
export function createStepWatch(
  limits: Pick<EngineLimits, "heartbeatIntervalMs" | "stuckStepMs">,
): StepWatch {
  const tolerated = Math.max(1, Math.ceil(limits.stuckStepMs / limits.heartbeatIntervalMs));
  let current: number | null = null;
  let seen = 0;
  return {
    isStuck: (step) => {
      seen = step !== null && step === current ? seen + 1 : 0;
      current = step;
      return seen >= tolerated;
    },
  };
}
