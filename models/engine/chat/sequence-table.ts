import type { Token } from "node-llama-cpp";

/** What the table needs to know of a sequence. */
export interface TokenHolder {
  /** How many tokens at the start of `tokens` it holds already. */
  commonPrefix(tokens: readonly Token[]): number;
  /** How many tokens it holds in all. */
  heldTokens(): number;
}

/** Which conversation is on which sequence. */
export interface SequenceTable<S> {
  /** An idle sequence for this conversation, taken until it is released; null when all are busy. */
  take(conversationKey: string, tokens: readonly Token[]): S | null;
  release(sequence: S): void;
}

interface Slot<S> {
  readonly sequence: S;
  conversationKey: string | null;
  lastUse: number;
  isBusy: boolean;
}

/**
 * Brings a conversation back to where its tokens are: its own sequence, else the one with the longest common prefix (the
 * system prompt counts), else the one that was not used for the longest time. As long as there is an empty one, it goes
 * before the sequence of another conversation that would lose most of what it holds. Tokens are compared, never trusted: a
 * sequence of another conversation shares what is equal and nothing else.
 */
export function createSequenceTable<S extends TokenHolder>(
  sequences: readonly S[],
): SequenceTable<S> {
  const slots: Slot<S>[] = sequences.map((sequence) => ({
    sequence,
    conversationKey: null,
    lastUse: 0,
    isBusy: false,
  }));
  let uses = 0;

  const choose = (conversationKey: string, tokens: readonly Token[]): Slot<S> | undefined => {
    const idle = slots.filter((slot) => !slot.isBusy).sort((a, b) => a.lastUse - b.lastUse);
    const own = idle.find((slot) => slot.conversationKey === conversationKey);
    if (own !== undefined) return own;
    let best: Slot<S> | undefined;
    let longest = 0;
    for (const slot of idle) {
      const prefix = slot.sequence.commonPrefix(tokens);
      if (prefix <= longest) continue;
      longest = prefix;
      best = slot;
    }
    const empty = idle.find((slot) => slot.sequence.heldTokens() === 0);
    const losesMost = best !== undefined && longest * 2 <= best.sequence.heldTokens();
    if (empty !== undefined && (best === undefined || losesMost)) return empty;
    return best ?? idle[0];
  };

  return {
    take: (conversationKey, tokens) => {
      const slot = choose(conversationKey, tokens);
      if (slot === undefined) return null;
      uses += 1;
      slot.isBusy = true;
      slot.lastUse = uses;
      slot.conversationKey = conversationKey;
      return slot.sequence;
    },
    release: (sequence) => {
      const slot = slots.find((candidate) => candidate.sequence === sequence);
      if (slot !== undefined) slot.isBusy = false;
    },
  };
}
