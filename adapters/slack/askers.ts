import { z } from "zod";
import { LANGUAGES, type Language, type ReplyAddress } from "../../src/core/index.ts";
import type { Remembered } from "../shared/remembered.ts";
import { parseSlackConversation } from "./ids.ts";
import { cut } from "./safe-text.ts";

/** Who asked what, and in which language: one process hears it, another one answers. */
export interface Askers {
  remember(address: ReplyAddress, asker: Asker): Promise<void>;
  /** The same for what can be asked once only: true for the first, and for him again. */
  claim(address: ReplyAddress, asker: Asker): Promise<boolean>;
  /** For answers that only he may see; null when nobody is known. */
  of(address: ReplyAddress): Promise<string | null>;
  languageOf(address: ReplyAddress): Promise<Language>;
  /** The words of a question, as they were written; null when they are not known any more. */
  wordsOf(address: ReplyAddress): Promise<string | null>;
}

const askerSchema = z.object({
  user: z.string(),
  language: z.enum(LANGUAGES),
  /** The beginning of what was said. */
  asked: z.string().max(500),
});
type Asker = z.infer<typeof askerSchema>;

const DAY_MS = 24 * 3_600_000;

export function createAskers(memory: Remembered): Askers {
  const find = async ({ replyTo }: ReplyAddress): Promise<Asker | null> =>
    replyTo === null ? null : memory.get(`asker:${replyTo}`, askerSchema);
  return {
    async remember({ replyTo }, { user, language, asked }) {
      if (replyTo === null) return;
      await memory.set(`asker:${replyTo}`, { user, language, asked: cut(asked, 500) }, DAY_MS);
    },
    async claim(address, { user, language, asked }) {
      const { replyTo } = address;
      if (replyTo === null) return true;
      const asker = { user, language, asked: cut(asked, 500) };
      if (await memory.claim(`asker:${replyTo}`, DAY_MS, asker)) return true;
      return (await find(address))?.user === user;
    },
    async of(address) {
      const place = parseSlackConversation(address.conversationId);
      return place?.kind === "slash" ? place.user : ((await find(address))?.user ?? null);
    },
    wordsOf: async (address) => (await find(address))?.asked ?? null,
    languageOf: async (address) => (await find(address))?.language ?? "en",
  };
}
