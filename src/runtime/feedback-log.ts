import { z } from "zod";
import {
  type Citation,
  conversationId,
  isCitation,
  messageId,
  PLATFORMS,
  userId,
} from "../core/index.ts";
import type { Feedback, FeedbackLog } from "../ports/feedback.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";

const YEAR_MS = 365 * 24 * 3_600_000;
/** So many are looked at when only some of them are wanted. */
const MAX_LOOKED_AT = 1_000;
/** More are not looked through for those of one conversation. */
const MAX_KEPT = 100_000;
const PREFIX = "feedback:";

const feedbackSchema = z.object({
  value: z.enum(["good", "bad"]),
  note: z.string().nullish(),
  at: z.number(),
  platform: z.enum(PLATFORMS),
  conversationId: z.string().transform(conversationId),
  messageId: z.string().transform(messageId),
  userId: z.string().transform(userId),
  asked: z.string().nullable(),
  question: z.string().nullable(),
  answer: z.string(),
  citations: z.array(z.custom<Citation>(isCitation)),
  confidence: z.number().nullable(),
});

/** Keeps feedback in the installation's memory: in a file, or in Redis for all processes. */
export function createFeedbackLog(memory: KeyedMemory): FeedbackLog {
  return {
    add: (feedback) => {
      const { platform, messageId: message, userId: user } = feedback;
      return memory.set(`${PREFIX}${platform}:${message}:${user}`, feedback, YEAR_MS);
    },
    async list({ value, limit }) {
      const found = await memory.list(PREFIX, value === null ? limit : MAX_LOOKED_AT);
      const all = found.flatMap(({ value: kept }): readonly Feedback[] => {
        const parsed = feedbackSchema.safeParse(kept);
        return parsed.success ? [parsed.data] : [];
      });
      return all.filter((one) => value === null || one.value === value).slice(0, limit);
    },
    async removeConversation(id) {
      const found = await memory.list(PREFIX, MAX_KEPT);
      const own = found.filter(({ value }) => {
        const parsed = feedbackSchema.safeParse(value);
        return parsed.success && parsed.data.conversationId === id;
      });
      for (const { name } of own) await memory.delete(name);
      return own.length;
    },
  };
}
