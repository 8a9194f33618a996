import type { EngineLimits } from "./limits.ts";
import type { Timers } from "./timers.ts";

export interface HeartbeatOptions {
  readonly timers: Timers;
  readonly limits: Pick<EngineLimits, "heartbeatIntervalMs" | "heartbeatTimeoutMs">;
  ping(): void;
  /** Whether the system has stopped the other side: then there is no use in waiting. */
  isStopped(): boolean;
  /** Called once when the other side has been silent for too long, or was found stopped. */
  onSilence(why: "silent" | "stopped"): void;
}

/** Ctrl-Z and `fg` stop and wake a whole group: one look may fall between the two. */
const STOPPED_LOOKS = 2;

/** Watches whether the other side still answers. */
export interface Heartbeat {
  /** Whatever the other side sends is a sign of life. */
  onSign(): void;
  stop(): void;
}

/**
 * Pings at an interval and reports silence. Counts its own rounds instead of comparing times: when this process itself
 * was stopped for a while, one late round is not taken for a dead child. A silent side that two rounds in a row find stopped is
 * reported at once; one that is only busy (its processor taken by others, a long step) has the whole time.
 */
export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { timers, limits } = options;
  const tolerated = Math.max(1, Math.ceil(limits.heartbeatTimeoutMs / limits.heartbeatIntervalMs));
  let unanswered = 0;
  let looks = 0;
  let cancel = (): void => {};
  const round = (): void => {
    looks = unanswered > 0 && options.isStopped() ? looks + 1 : 0;
    if (looks >= STOPPED_LOOKS || unanswered >= tolerated) {
      options.onSilence(looks >= STOPPED_LOOKS ? "stopped" : "silent");
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
