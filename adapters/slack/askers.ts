import { z } from "zod";
import { LANGUAGES, type Language, type ReplyAddress } from "../../src/core/index.ts";
import { parseSlackConversation } from "./ids.ts";
import type { SlackMemory } from "./memory.ts";

/** Who asked what, and in which language: one process hears it, another one answers. */
export interface Askers {
  remember(address: ReplyAddress, asker: Asker): Promise<void>;
  /** For answers that only he may see; null when nobody is known. */
  of(address: ReplyAddress): Promise<string | null>;
  languageOf(address: ReplyAddress): Promise<Language>;
}

const askerSchema = z.object({ user: z.string(), language: z.enum(LANGUAGES) });
type Asker = z.infer<typeof askerSchema>;

const DAY_MS = 24 * 3_600_000;

export function createAskers(memory: SlackMemory): Askers {
  const find = async ({ replyTo }: ReplyAddress): Promise<Asker | null> =>
    replyTo === null ? null : memory.get(`asker:${replyTo}`, askerSchema);
  return {
    async remember({ replyTo }, asker) {
      if (replyTo !== null) await memory.set(`asker:${replyTo}`, asker, DAY_MS);
    },
    async of(address) {
      const place = parseSlackConversation(address.conversationId);
      return place?.kind === "slash" ? place.user : ((await find(address))?.user ?? null);
    },
    languageOf: async (address) => (await find(address))?.language ?? "en",
  };
}
