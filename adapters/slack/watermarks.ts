import { z } from "zod";
import type { Clock } from "../../src/ports/clock.ts";
import type { Remembered } from "../shared/remembered.ts";

/** Name of the newest message that was taken in from a channel. */
function watermarkName(channel: string): string {
  return `seen:${channel}`;
}

/** How far each channel was heard: what stands after it is looked for when the bot was away. */
export interface Watermarks {
  /** Channels with the newest message that was taken in, the ones heard last first. */
  list(limit: number): Promise<readonly { readonly channel: string; readonly ts: string }[]>;
  /** A message was taken in. */
  heard(channel: string, ts: string): Promise<void>;
  /** The bot is a member; nothing was heard there yet. */
  known(channel: string): Promise<void>;
  /** From now on nothing moves until {@link release}: what was missed lies before what comes now. Gives its number. */
  hold(): number;
  /**
   * What was missed is taken in, up to the hold of this number. Later holds go on.
   * @param except channels that could not be read: they stay held until they are
   */
  release(hold: number, except: ReadonlySet<string>): Promise<void>;
}

const KEPT_MS = 30 * 24 * 3_600_000;

export function createWatermarks(options: {
  readonly memory: Remembered;
  readonly clock: Clock;
}): Watermarks {
  const { memory, clock } = options;
  const lastOf = (channel: string): Promise<string | null> =>
    memory.get(watermarkName(channel), z.string());
  const waiting = new Map<string, string>();
  let unread: ReadonlySet<string> = new Set();
  let lastHold = 0;
  let isHeld = false;

  const move = async (channel: string, ts: string): Promise<void> => {
    const last = await lastOf(channel);
    if (last !== null && Number(ts) <= Number(last)) return;
    await memory.set(watermarkName(channel), ts, KEPT_MS);
  };

  return {
    async list(limit) {
      const prefix = watermarkName("");
      const marks = await memory.list(prefix, z.string(), limit);
      return marks.map(({ name, value }) => ({ channel: name.slice(prefix.length), ts: value }));
    },
    async heard(channel, ts) {
      if (!isHeld && !unread.has(channel)) return move(channel, ts);
      const before = waiting.get(channel);
      if (before === undefined || Number(ts) > Number(before)) waiting.set(channel, ts);
    },
    hold() {
      isHeld = true;
      lastHold += 1;
      return lastHold;
    },
    async release(hold, except) {
      if (hold !== lastHold) return;
      isHeld = false;
      unread = except;
      const read = [...waiting].filter(([channel]) => !except.has(channel));
      for (const [channel] of read) waiting.delete(channel);
      for (const [channel, ts] of read) await move(channel, ts);
    },
    async known(channel) {
      if ((await lastOf(channel)) !== null) return;
      await memory.set(watermarkName(channel), (clock.now() / 1_000).toFixed(6), KEPT_MS);
    },
  };
}
