import type { ConversationId } from "../../src/core/index.ts";

/** In which conversations the bot takes part. */
export interface Participation {
  isKnown(id: ConversationId): Promise<boolean>;
  /** Something was just taken in there: the store will know of it in a moment. */
  note(id: ConversationId): void;
}

const MAX_NOTED = 20_000;

/** Asks the store, and remembers what it has just been given. */
export function createParticipation(
  isStored: (id: ConversationId) => Promise<boolean>,
): Participation {
  const noted = new Set<ConversationId>();
  const note = (id: ConversationId): void => {
    noted.delete(id);
    noted.add(id);
    const oldest = noted.values().next();
    if (noted.size > MAX_NOTED && !oldest.done) noted.delete(oldest.value);
  };
  return {
    note,
    async isKnown(id) {
      if (noted.has(id)) return true;
      const isThere = await isStored(id);
      if (isThere) note(id);
      return isThere;
    },
  };
}
