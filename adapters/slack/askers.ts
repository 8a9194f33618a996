import { z } from "zod";
import { LANGUAGES, type Language, type ReplyAddress } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Remembered } from "../shared/remembered.ts";
import { isDirect, parseSlackConversation } from "./ids.ts";
import { cut } from "./safe-text.ts";

/** Who asked what, and in which language: one process hears it, another one answers. */
export interface Askers {
  remember(address: ReplyAddress, asker: Asking): Promise<void>;
  /** The same for what can be asked once only: true for the first, and for him again. */
  claim(address: ReplyAddress, asker: Asking): Promise<boolean>;
  /** For answers that only he may see; null when nobody is known. */
  of(address: ReplyAddress): Promise<string | null>;
  languageOf(address: ReplyAddress): Promise<Language>;
  /** When it was asked, in milliseconds since the epoch; null when that is not known. */
  askedAt(address: ReplyAddress): Promise<number | null>;
  /** The words of a question, as they were written; null when they are not known any more. */
  wordsOf(address: ReplyAddress): Promise<string | null>;
}

const askerSchema = z.object({
  user: z.string(),
  language: z.enum(LANGUAGES),
  /** The beginning of what was said. */
  asked: z.string().max(500),
  /** Absent in what an earlier version has written. */
  at: z.number().optional(),
});
type Asker = z.infer<typeof askerSchema>;
type Asking = Omit<Asker, "at">;

const DAY_MS = 24 * 3_600_000;
/** A case takes its time, and its answers go to whoever asked alone, even where the question was asked openly. */
const CASE_MS = 30 * DAY_MS;

function keptMs({ ephemeral, channelId }: ReplyAddress): number {
  return ephemeral || !isDirect(channelId) ? CASE_MS : DAY_MS;
}

export function createAskers(memory: Remembered, clock: Clock): Askers {
  const entryOf = ({ user, language, asked }: Asking): Asker => ({
    user,
    language,
    asked: cut(asked, 500),
    at: clock.now(),
  });
  const find = async ({ replyTo }: ReplyAddress): Promise<Asker | null> =>
    replyTo === null ? null : memory.get(`asker:${replyTo}`, askerSchema);
  return {
    async remember(address, asking) {
      const { replyTo } = address;
      if (replyTo === null) return;
      await memory.set(`asker:${replyTo}`, entryOf(asking), keptMs(address));
    },
    async claim(address, asking) {
      const { replyTo } = address;
      if (replyTo === null) return true;
      if (await memory.claim(`asker:${replyTo}`, keptMs(address), entryOf(asking))) return true;
      return (await find(address))?.user === asking.user;
    },
    askedAt: async (address) => (await find(address))?.at ?? null,
    async of(address) {
      const place = parseSlackConversation(address.conversationId);
      return place?.kind === "slash" ? place.user : ((await find(address))?.user ?? null);
    },
    wordsOf: async (address) => (await find(address))?.asked ?? null,
    languageOf: async (address) => (await find(address))?.language ?? "en",
  };
}
