import type { EngineLimits } from "./limits.ts";
import type { Timers } from "./timers.ts";

export interface HeartbeatOptions {
  readonly timers: Timers;
  readonly limits: Pick<EngineLimits, "heartbeatIntervalMs" | "heartbeatTimeoutMs">;
  ping(): void;
  /** Called once when the other side has been silent for too long. */
  onSilence(): void;
}

/** Watches whether the other side still answers. */
export interface Heartbeat {
  /** Whatever the other side sends is a sign of life. */
  onSign(): void;
  stop(): void;
}

/**
 * Pings at an interval and reports silence. Counts its own rounds instead of comparing times: when this process itself
 * was stopped for a while, one late round is not taken for a dead child.
 */
export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { timers, limits } = options;
  const tolerated = Math.max(1, Math.ceil(limits.heartbeatTimeoutMs / limits.heartbeatIntervalMs));
  let unanswered = 0;
  let cancel = (): void => {};
  const round = (): void => {
    if (unanswered >= tolerated) {
      options.onSilence();
      return;
    }
    unanswered += 1;
    options.ping();
    cancel = timers.after(limits.heartbeatIntervalMs, round);
  };
  round();
  return {
    onSign: () => {
      unanswered = 0;
    },
    stop: () => cancel(),
  };
}
