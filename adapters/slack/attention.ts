import { z } from "zod";
import type { AdapterParts } from "./adapter-parts.ts";
import type { CatchUp } from "./catch-up.ts";
import type { TakeBody } from "./intake-app.ts";

/** How patient it is; tests are not. */
export interface AttentionTuning {
  /** When nothing was heard for so long where Slack calls us, it may not have been able to. */
  readonly silenceMs: number;
  /** Slack has sent for the last time what could not be stored so long ago (its tries: at once, after one minute, after five more). */
  readonly lostAfterMs: number;
  /** When looking for what was missed failed. */
  readonly retryMs: number;
}

const ATTENTION_TUNING: AttentionTuning = {
  silenceMs: 7 * 60_000,
  lostAfterMs: 6.5 * 60_000,
  retryMs: 60_000,
};

/** Sees to it that what was not heard, or could not be stored, is looked for. */
export interface Attention {
  /** Slack can no longer reach us: what is heard from now on says nothing of what was said before. */
  down(): void;
  /** It can again: looks for what was missed. Rejects when that failed; it is tried again then. */
  up(): Promise<void>;
  /** Hands on what Slack sends, and watches how that goes. */
  take: TakeBody;
}

const MAX_LOST = 10_000;
const envelope = z.object({ type: z.literal("event_callback"), event_id: z.string() });

function eventIdOf(body: unknown): string | null {
  return envelope.safeParse(body).data?.event_id ?? null;
}

export function createAttention(
  parts: Pick<AdapterParts, "watermarks" | "background" | "clock" | "logger" | "signal">,
  options: {
    readonly take: TakeBody;
    readonly missed: CatchUp;
    /** Slack calls us, and we cannot see whether it is able to. */
    readonly isCalled: boolean;
    readonly tuning?: AttentionTuning;
  },
): Attention {
  const { watermarks, background, clock, logger, signal } = parts;
  const { take, missed, isCalled, tuning = ATTENTION_TUNING } = options;
  /** Events that could not be stored and that Slack has not sent again yet. */
  const lost = new Set<string>();
  const timers = new Map<"lost" | "again" | "awake" | "silence", NodeJS.Timeout>();
  let isUp = false;
  let lastHold = 0;
  /** Channels that could not be read. */
  let unread: ReadonlySet<string> = new Set();
  /** What was missed is looked for: nobody may say that all was heard. */
  let looks = 0;
  let lastHeardAt = clock.now();

  const later = (name: "lost" | "again" | "awake" | "silence", ms: number, work: () => void) => {
    clearTimeout(timers.get(name));
    timers.delete(name);
    if (signal.aborted) return;
    const timer = setTimeout(work, ms);
    timer.unref();
    timers.set(name, timer);
  };
  const stop = (): void => {
    for (const timer of timers.values()) clearTimeout(timer);
  };
  signal.addEventListener("abort", stop, { once: true });

  const isAwake = (): boolean => isUp && looks === 0 && lost.size === 0;

  const stayAwake = (): void => {
    // Where something could not be read, what was said before is still to be looked for.
    if (isAwake() && unread.size === 0)
      background.run("noting that somebody listens", () => watermarks.awake());
    // Where Slack calls us, only what is heard shows that it can.
    if (!isCalled) later("awake", tuning.retryMs, stayAwake);
  };

  const hold = (): void => {
    lastHold = watermarks.hold();
  };

  /** Unless there is more to look for. */
  const release = async (): Promise<void> => {
    if (isAwake()) await watermarks.release(lastHold, unread);
  };

  const look = async (isLight: boolean): Promise<void> => {
    hold();
    looks += 1;
    try {
      const failed = await missed.catchUp(isLight);
      unread = isLight ? new Set([...unread, ...failed]) : failed;
    } catch (error) {
      later("again", tuning.retryMs, () => lookLater(false));
      looks -= 1;
      throw error;
    }
    looks -= 1;
    await release();
    // A light look says nothing of most conversations.
    if (!isLight) stayAwake();
  };

  const lookLater = (isLight: boolean): void => {
    // Before it begins: what is heard from now on moves no mark.
    hold();
    background.run("looking for what was missed", () => look(isLight));
  };

  const watchSilence = (): void =>
    later("silence", tuning.silenceMs, () => {
      if (clock.now() - lastHeardAt >= tuning.silenceMs) lookLater(true);
      watchSilence();
    });

  const onRefused = (id: string): void => {
    if (lost.size === 0) {
      hold();
      later("lost", tuning.lostAfterMs, () => {
        lost.clear();
        logger.info({}, "events were lost while they could not be stored");
        lookLater(false);
      });
    }
    if (lost.size < MAX_LOST) lost.add(id);
  };

  /** Slack has sent it again: when that was all, nothing needs to be looked for. */
  const onTaken = (id: string): void => {
    if (!lost.delete(id) || lost.size > 0) return;
    clearTimeout(timers.get("lost"));
    timers.delete("lost");
    background.run("going on after a pause", release);
  };

  return {
    down() {
      isUp = false;
      hold();
    },
    async up() {
      isUp = true;
      if (isCalled) watchSilence();
      await look(false);
    },
    async take(body) {
      const wasSilent = isCalled && isUp && clock.now() - lastHeardAt >= tuning.silenceMs;
      lastHeardAt = clock.now();
      // Before it is taken in: else its channel would count as heard up to here.
      if (wasSilent) lookLater(false);
      const id = eventIdOf(body);
      try {
        const ack = await take(body);
        if (id !== null) onTaken(id);
        if (isCalled) stayAwake();
        return ack;
      } catch (error) {
        if (id !== null && !signal.aborted) onRefused(id);
        throw error;
      }
    },
  };
}
