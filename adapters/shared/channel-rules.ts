import { z } from "zod";
import { LANGUAGES, type Manner, TONES } from "../../src/core/index.ts";
import { CHANNEL_MODES, type ChannelMode } from "./channel-mode.ts";
import type { Remembered } from "./remembered.ts";

const overrideSchema = z.object({
  mode: z.enum(CHANNEL_MODES).nullable().default(null),
  collection: z.string().nullable().default(null),
  language: z.enum(LANGUAGES).nullable().default(null),
  tone: z.enum(TONES).nullable().default(null),
});
type Override = z.infer<typeof overrideSchema>;
/** Settings to be changed; null goes back to what is configured. */
export type ChannelChange = Partial<Override>;
const NOTHING_SET = overrideSchema.parse({});

/** What holds in a channel: what was set by command, else by configuration, else in general. */
export interface ChannelRules {
  modeOf(channel: string): Promise<ChannelMode>;
  /** What answers in a channel keep to. */
  mannerOf(channel: string): Promise<Manner>;
  /** Set by command; it lasts until it is set again. */
  change(channel: string, change: ChannelChange): Promise<void>;
  /** Whether the bot was told to leave a thread alone. */
  isMuted(channel: string, thread: string): Promise<boolean>;
  setMuted(channel: string, thread: string, isMuted: boolean): Promise<void>;
}

/** What the configuration says of a channel; null takes the general rule. */
interface Configured extends Omit<Manner, "thoughtTokens" | "web"> {
  readonly mode: ChannelMode;
  readonly thoughtTokens?: number | null;
  readonly web?: boolean | null;
}

const YEARS_MS = 10 * 365 * 24 * 3_600_000;
const MUTED_MS = 90 * 24 * 3_600_000;

/** Rules over what is remembered and what is configured. */
export function createChannelRules(
  memory: Remembered,
  configured: (channel: string) => Configured,
): ChannelRules {
  const overrideOf = async (channel: string): Promise<Override> =>
    (await memory.get(`channel:${channel}`, overrideSchema)) ?? NOTHING_SET;
  return {
    modeOf: async (channel) => (await overrideOf(channel)).mode ?? configured(channel).mode,
    async mannerOf(channel) {
      const [set, general] = [await overrideOf(channel), configured(channel)];
      return {
        collection: set.collection ?? general.collection,
        language: set.language ?? general.language,
        tone: set.tone ?? general.tone,
        ...(general.thoughtTokens == null ? {} : { thoughtTokens: general.thoughtTokens }),
        ...(general.web == null ? {} : { web: general.web }),
      };
    },
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
