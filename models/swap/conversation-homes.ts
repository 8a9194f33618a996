import { createHash } from "node:crypto";

/** So many conversations are remembered; one that is forgotten counts as new. */
const REMEMBERED = 10_000;

/** Which model a conversation began with. */
export interface ConversationHomes<Home> {
  /** Where it was before; null for a new one. */
  of(conversation: string): Home | null;
  put(conversation: string, home: Home): void;
}

export function createConversationHomes<Home>(): ConversationHomes<Home> {
  const homes = new Map<string, Home>();
  return {
    of: (conversation) => homes.get(conversation) ?? null,
    put: (conversation, home) => {
      homes.delete(conversation);
      homes.set(conversation, home);
      const oldest = homes.keys().next();
      if (homes.size > REMEMBERED && oldest.done !== true) homes.delete(oldest.value);
    },
  };
}

/** A number from 0 to 99 that is always the same for one conversation, and spread evenly over many. */
export function percentileOf(conversation: string): number {
  const hash = createHash("sha256").update(conversation).digest();
  return Math.floor((hash.readUInt32BE(0) / 2 ** 32) * 100);
}
