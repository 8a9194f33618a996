import { z } from "zod";
import type { ReplyAddress } from "../../src/core/index.ts";
import { parseSlackConversation, parseSlackMessage } from "./ids.ts";
import type { SlackMemory } from "./memory.ts";

/** Who asked what, for answers that only he may see. */
export interface Askers {
  remember(messageId: string, user: string): Promise<void>;
  /** Null when nobody is known. */
  of(address: ReplyAddress): Promise<string | null>;
}

const DAY_MS = 24 * 3_600_000;

/** How the id of a message says that a person was asked for by pressing a button, and by whom. */
export function personVariant(user: string): string {
  return `person.${user}`;
}

export function createAskers(memory: SlackMemory): Askers {
  return {
    remember: (messageId, user) => memory.set(`asker:${messageId}`, user, DAY_MS),
    async of({ conversationId, replyTo }) {
      const place = parseSlackConversation(conversationId);
      if (place?.kind === "slash") return place.user;
      if (replyTo === null) return null;
      const [, presser] = /^person\.(.+)$/u.exec(parseSlackMessage(replyTo)?.edition ?? "") ?? [];
      return presser ?? (await memory.get(`asker:${replyTo}`, z.string()));
    },
  };
}
