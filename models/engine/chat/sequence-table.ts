import type { Token } from "node-llama-cpp";
import { conversationBeside } from "../../../src/ports/chat-model.ts";

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
 * system prompt counts), else the one that was not used for the longest time. As long as there is an empty one, or one that
 * was last used for work beside answers, it goes before the sequence of another conversation that would lose most of what it
 * holds. Work beside answers (a rewrite, a summary) shares what such work has used before and takes a conversation's sequence
 * only when there is no other, its own conversation's last. Tokens are compared, never trusted: a sequence of another
 * conversation shares what is equal and nothing else.
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
    const beside = conversationBeside(conversationKey);
    const free = idle.find((slot) => slot.sequence.heldTokens() === 0);
    const side = nearest(idle.filter(isBeside), tokens);
    if (beside !== null) {
      const others = idle.filter((slot) => slot.conversationKey !== beside);
      return side?.slot ?? free ?? others[0] ?? idle[0];
    }
    const best = nearest(idle, tokens);
    if (best !== null && best.prefix * 2 > best.slot.sequence.heldTokens()) return best.slot;
    return free ?? side?.slot ?? best?.slot;
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

function isBeside<S>({ conversationKey }: Slot<S>): boolean {
  return conversationKey !== null && conversationBeside(conversationKey) !== null;
}

/** The one that holds the longest beginning of these tokens; the first one of several. */
function nearest<S extends TokenHolder>(
  slots: readonly Slot<S>[],
  tokens: readonly Token[],
): { readonly slot: Slot<S>; readonly prefix: number } | null {
  let best: { readonly slot: Slot<S>; readonly prefix: number } | null = null;
  for (const slot of slots) {
    const prefix = slot.sequence.commonPrefix(tokens);
    if (best === null || prefix > best.prefix) best = { slot, prefix };
  }
  return best;
}
