import { z } from "zod";
import { conversationId, type MessageId, messageId } from "./core/index.ts";
import type { HumanDesk } from "./ports/desk.ts";
import type { EffectHandlers } from "./ports/effect.ts";
import type { MessageLog } from "./ports/message-log.ts";
import { createDeskEffect } from "./runtime/index.ts";

const settledParams = z.object({
  address: z.object({
    platform: z.string(),
    conversationId: z.string().transform((text) => conversationId(text)),
    replyTo: z
      .string()
      .transform((text): MessageId => messageId(text))
      .nullable(),
  }),
  outcome: z.enum(["forwarded", "ignored"]),
});

/** What the machines' actions do, besides replies and tells, which the engine does itself. */
export function composeEffects(parts: {
  readonly desk: HumanDesk;
  readonly log: MessageLog;
  /** Platforms that keep their messages in our log. */
  readonly logged: ReadonlySet<string>;
}): EffectHandlers {
  return {
    "desk.publish": createDeskEffect(parts.desk),
    "turn.settled": async (params) => {
      const { address, outcome } = settledParams.parse(params);
      if (address.replyTo === null || !parts.logged.has(address.platform)) return;
      parts.log.settle(address.conversationId, address.replyTo, outcome);
    },
  };
}
