import { z } from "zod";
import {
  type ConversationId,
  conversationId,
  DECISIONS,
  dayOf,
  HANDOFF_REASONS,
  LANGUAGES,
  messageId,
  PLATFORMS,
  passageId,
  REPLY_MARKS,
  userId,
} from "../core/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";
import type { ReviewedTurn, ReviewLog } from "../ports/review-log.ts";

const DAY_MS = 86_400_000;
const PREFIX = "review:";
/** Of one day so many are looked at. */
const MAX_OF_A_DAY = 5_000;

/** As it stands in a snapshot, an outbox or a memory. */
export const reviewedTurnSchema = z.object({
  at: z.number(),
  platform: z.enum(PLATFORMS),
  conversationId: z.string().min(1).transform(conversationId),
  messageId: z.string().min(1).transform(messageId),
  userId: z.string().min(1).transform(userId),
  language: z.enum(LANGUAGES),
  decision: z.enum(DECISIONS),
  marks: z.array(z.enum(REPLY_MARKS)),
  complaint: z.enum(["none-of-these", "dissatisfied"]).nullable(),
  reason: z.enum(HANDOFF_REASONS).nullable(),
  asked: z.string(),
  question: z.string(),
  answer: z.string(),
  confidence: z.number().nullable(),
  ambiguous: z.number().nullable(),
  readings: z.number(),
  round: z.number(),
  passages: z.array(
    z.object({
      id: z.string().min(1).transform(passageId),
      title: z.string(),
      section: z.string(),
      source: z.string(),
    }),
  ),
}) satisfies z.ZodType<ReviewedTurn>;

/** A conversation's name may hold anything, `:` among it: its end must be known. */
function startOf(day: string, id: ConversationId): string {
  return `${PREFIX}${day}:${encodeURIComponent(id)}:`;
}

/**
 * Keeps past questions in the installation's memory: in a file, or in Redis for all processes. They lie by day, so that
 * the newest are found without looking at all.
 *
 * @param keepDays so many days; 0 keeps nothing
 */
export function createReviewLog(
  memory: KeyedMemory,
  options: { readonly keepDays: number; readonly clock: Clock },
): ReviewLog {
  const { keepDays, clock } = options;
  const days = (): readonly string[] =>
    // One more: what is kept on the last day began before midnight.
    Array.from({ length: keepDays + 1 }, (_, back) => dayOf(clock.now() - back * DAY_MS));
  return {
    async add(turn) {
      if (keepDays === 0) return;
      const name = `${startOf(dayOf(turn.at), turn.conversationId)}${turn.messageId}`;
      await memory.set(name, turn, keepDays * DAY_MS);
    },
    async list({ limit }) {
      const turns: ReviewedTurn[] = [];
      for (const day of days()) {
        if (turns.length >= limit) break;
        const found = await memory.list(`${PREFIX}${day}:`, MAX_OF_A_DAY);
        for (const { value } of found) {
          const parsed = reviewedTurnSchema.safeParse(value);
          if (parsed.success) turns.push(parsed.data);
        }
      }
      return turns.toSorted((one, other) => other.at - one.at).slice(0, limit);
    },
    async removeConversation(id) {
      let removed = 0;
      for (const day of days()) {
        const found = await memory.list(startOf(day, id), MAX_OF_A_DAY);
        for (const { name } of found) await memory.delete(name);
        removed += found.length;
      }
      return removed;
    },
  };
}
