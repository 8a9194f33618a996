import { z } from "zod";
import type { Clock } from "../../src/ports/clock.ts";
import type { Remembered } from "../shared/remembered.ts";

/** Name of the newest message that was taken in from a channel. */
export function watermarkName(channel: string): string {
  return `seen:${channel}`;
}

/** How far each channel was heard: what stands after it is looked for when the bot was away. */
export interface Watermarks {
  /** A message was taken in. */
  heard(channel: string, ts: string): Promise<void>;
  /** The bot is a member; nothing was heard there yet. */
  known(channel: string): Promise<void>;
}

const KEPT_MS = 30 * 24 * 3_600_000;

export function createWatermarks(options: {
  readonly memory: Remembered;
  readonly clock: Clock;
}): Watermarks {
  const { memory, clock } = options;
  const lastOf = (channel: string): Promise<string | null> =>
    memory.get(watermarkName(channel), z.string());
  return {
    async heard(channel, ts) {
      const last = await lastOf(channel);
      if (last !== null && Number(ts) <= Number(last)) return;
      await memory.set(watermarkName(channel), ts, KEPT_MS);
    },
    async known(channel) {
      if ((await lastOf(channel)) !== null) return;
      await memory.set(watermarkName(channel), (clock.now() / 1_000).toFixed(6), KEPT_MS);
    },
  };
}
