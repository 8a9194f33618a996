import { z } from "zod";
import { CHANNEL_MODES, type ChannelMode } from "./channel-mode.ts";
import type { Remembered } from "./remembered.ts";

const overrideSchema = z.object({
  mode: z.enum(CHANNEL_MODES).nullable(),
  collection: z.string().nullable(),
});
type Override = z.infer<typeof overrideSchema>;

/** What holds in a channel: what was set by command, else by configuration, else in general. */
export interface ChannelRules {
  modeOf(channel: string): Promise<ChannelMode>;
  collectionOf(channel: string): Promise<string | null>;
  /** Set by command; it lasts until it is set again. */
  change(channel: string, change: Partial<Override>): Promise<void>;
  /** Whether the bot was told to leave a thread alone. */
  isMuted(channel: string, thread: string): Promise<boolean>;
  setMuted(channel: string, thread: string, isMuted: boolean): Promise<void>;
}

const YEARS_MS = 10 * 365 * 24 * 3_600_000;
const MUTED_MS = 90 * 24 * 3_600_000;

/** Rules over what is remembered and what is configured. */
export function createChannelRules(
  memory: Remembered,
  configured: (channel: string) => {
    readonly mode: ChannelMode;
    readonly collection: string | null;
  },
): ChannelRules {
  const overrideOf = async (channel: string): Promise<Override> =>
    (await memory.get(`channel:${channel}`, overrideSchema)) ?? { mode: null, collection: null };
  return {
    modeOf: async (channel) => (await overrideOf(channel)).mode ?? configured(channel).mode,
    collectionOf: async (channel) =>
      (await overrideOf(channel)).collection ?? configured(channel).collection,
    async change(channel, change) {
      const now = await overrideOf(channel);
      await memory.set(`channel:${channel}`, { ...now, ...change }, YEARS_MS);
    },
    isMuted: async (channel, thread) =>
      (await memory.get(`muted:${channel}/${thread}`, z.literal(true))) !== null,
    async setMuted(channel, thread, isMuted) {
      const name = `muted:${channel}/${thread}`;
      if (isMuted) await memory.set(name, true, MUTED_MS);
      else await memory.delete(name);
    },
  };
}
