import { z } from "zod";
import type { EffectHandler } from "../ports/effect.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";
import type { Logger } from "../ports/logger.ts";

const params = z.object({
  platform: z.string(),
  customerId: z.string(),
  caseId: z.string(),
  isBlocked: z.boolean(),
});

function nameOf(platform: string, userId: string): string {
  return `blocked:${platform}:${userId}`;
}

/** Whether an agent wants no more answers for somebody. */
export async function isBlocked(
  memory: Pick<KeyedMemory, "get">,
  { platform, userId }: { readonly platform: string; readonly userId: string },
): Promise<boolean> {
  return (await memory.get(nameOf(platform, userId))) !== null;
}

/** The effect `customer.block`: an agent wants no more answers for somebody, or wants them again. */
export function createBlockEffect(
  memory: Pick<KeyedMemory, "set" | "delete">,
  options: { readonly ttlMs: number },
): EffectHandler {
  return async (given) => {
    const { platform, customerId, caseId, isBlocked } = params.parse(given);
    const name = nameOf(platform, customerId);
    if (isBlocked) await memory.set(name, caseId, options.ttlMs);
    else await memory.delete(name);
  };
}

/** Leaves messages of blocked people aside, as if they were known. */
export function createBlockedInbox(parts: {
  readonly inbox: Inbox;
  readonly memory: Pick<KeyedMemory, "get">;
  readonly logger: Logger;
}): Inbox {
  const { inbox, memory, logger } = parts;
  return {
    receive: async (message, dedupeKeys, options) => {
      const { platform, userId } = message.principal;
      if (!(await isBlocked(memory, message.principal))) {
        return inbox.receive(message, dedupeKeys, options);
      }
      logger.info({ platform, userId }, "a message of a blocked person was left aside");
      return false;
    },
    tell: (instance, event, dedupeKeys) => inbox.tell(instance, event, dedupeKeys),
  };
}
