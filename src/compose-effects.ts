import { z } from "zod";
import { createBlockEffect, createBoardEffect } from "./application/index.ts";
import { conversationId, type MessageId, messageId, PLATFORMS } from "./core/index.ts";
import type { DeskBoard, HumanDesk } from "./ports/desk.ts";
import type { EffectHandlers } from "./ports/effect.ts";
import type { KeyedMemory } from "./ports/keyed-memory.ts";
import type { MessageLog } from "./ports/message-log.ts";
import type { PlatformAdapter } from "./ports/platform-adapter.ts";
import type { ReviewLog } from "./ports/review-log.ts";
import type { TalkLog } from "./ports/talk-log.ts";
import { createDeskEffect, reviewedTurnSchema } from "./runtime/index.ts";

const settledParams = z.object({
  address: z.object({
    platform: z.enum(PLATFORMS),
    conversationId: z.string().transform((text) => conversationId(text)),
    channelId: z.string(),
    threadId: z.string().nullable(),
    replyTo: z
      .string()
      .transform((text): MessageId => messageId(text))
      .nullable(),
    ephemeral: z.boolean(),
  }),
  outcome: z.enum(["forwarded", "ignored"]),
});

/** What the machines' actions do, besides replies and tells, which the engine does itself. */
export function composeEffects(parts: {
  readonly desk: HumanDesk;
  /** Shows cases on a platform; null where none does. */
  readonly board: DeskBoard | null;
  readonly log: MessageLog;
  /** Platforms that keep their messages in our log. */
  readonly logged: ReadonlySet<string>;
  readonly adapters: readonly PlatformAdapter[];
  readonly memory: KeyedMemory;
  readonly review: Pick<ReviewLog, "add">;
  readonly talks: Pick<TalkLog, "asked">;
  /** How long somebody whom an agent blocked gets no answers. */
  readonly blockMs: number;
  /** Told of messages that end without a reply. */
  readonly onSettled?: (to: MessageId, outcome: "forwarded" | "ignored") => void;
}): EffectHandlers {
  return {
    "desk.publish": createDeskEffect(parts.desk),
    "board.show": createBoardEffect(parts.board),
    "customer.block": createBlockEffect(parts.memory, { ttlMs: parts.blockMs }),
    "turn.reviewed": async (params) => {
      const turn = reviewedTurnSchema.parse(params);
      await parts.talks.asked(turn.conversationId, turn.at);
      await parts.review.add(turn);
    },
    "turn.settled": async (params) => {
      const { address, outcome } = settledParams.parse(params);
      const adapter = parts.adapters.find(({ channel }) => channel.platform === address.platform);
      await adapter?.settled(address, outcome);
      if (address.replyTo !== null) parts.onSettled?.(address.replyTo, outcome);
      if (address.replyTo === null || !parts.logged.has(address.platform)) return;
      parts.log.settle(address.conversationId, address.replyTo, outcome);
    },
  };
}
