import { z } from "zod";
import type { Clock } from "../../src/ports/clock.ts";
import { createHeldMarks } from "../shared/held-marks.ts";
import type { Remembered } from "../shared/remembered.ts";

/** Name of the newest message that was taken in from a channel. */
function watermarkName(channel: string): string {
  return `seen:${channel}`;
}

/** How far each channel was heard: what stands after it is looked for when the bot was away. */
export interface Watermarks {
  /** Channels with the newest message that was taken in, the ones heard last first. */
  list(limit: number): Promise<readonly { readonly channel: string; readonly ts: string }[]>;
  /** The newest message that was taken in from a channel; null when none was. */
  lastOf(channel: string): Promise<string | null>;
  /** Until when somebody listened, in milliseconds since the epoch: what was said later may not have been heard. */
  awakeAt(): Promise<number | null>;
  /** Somebody listens, and nothing that was missed before is still to be looked for. Written once a minute at most. */
  awake(): Promise<void>;
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
const AWAKE_NAME = "awake";
/** It need not be more exact than this. */
const AWAKE_EVERY_MS = 60_000;

function isNewer(ts: string, than: string): boolean {
  return Number(ts) > Number(than);
}

export function createWatermarks(options: {
  readonly memory: Remembered;
  readonly clock: Clock;
}): Watermarks {
  const { memory, clock } = options;
  const lastOf = (channel: string): Promise<string | null> =>
    memory.get(watermarkName(channel), z.string());

  const held = createHeldMarks({
    isNewer,
    async move(channel, ts) {
      const last = await lastOf(channel);
      if (last === null || isNewer(ts, last)) await memory.set(watermarkName(channel), ts, KEPT_MS);
    },
  });

  let awakeSaidAt = Number.NEGATIVE_INFINITY;

  return {
    lastOf,
    awakeAt: () => memory.get(AWAKE_NAME, z.number()),
    async awake() {
      const now = clock.now();
      if (now - awakeSaidAt < AWAKE_EVERY_MS) return;
      await memory.set(AWAKE_NAME, now, KEPT_MS);
      awakeSaidAt = now;
    },
    heard: held.heard,
    hold: held.hold,
    release: (hold, except) => held.release(hold, (channel) => except.has(channel)),
    async list(limit) {
      const prefix = watermarkName("");
      const marks = await memory.list(prefix, z.string(), limit);
      return marks.map(({ name, value }) => ({ channel: name.slice(prefix.length), ts: value }));
    },
    async known(channel) {
      if ((await lastOf(channel)) !== null) return;
      await memory.set(watermarkName(channel), (clock.now() / 1_000).toFixed(6), KEPT_MS);
    },
  };
}
