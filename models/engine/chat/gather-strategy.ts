import type {
  BatchItem,
  CustomBatchingPrioritizationStrategy,
  PrioritizedBatchItem,
} from "node-llama-cpp";

/** Turns of the library's loop to wait for the last sequence; 3 are needed, 9 were the most seen. */
const MAX_SPINS = 64;
/** A long prompt beside running answers goes in pieces of this many tokens, so that they do not stall. */
const PREFILL_TOKENS = 256;

export interface GatherOptions {
  /** How many sequences are about to queue a step. */
  expected(): number;
  /** Called for every step with how many answers it carries on, and whether all who were expected are in it. */
  onStep(decodedSequences: number, isComplete: boolean): void;
}

/**
 * Makes every step carry all running sequences. The library's own strategies go on as soon as any sequence has queued
 * its next token, so that the last one always misses: 2 sequences are decoded one by one, of 4 only 3 go together. An
 * empty result makes its loop turn once more, which is where the others get their chance. Answers go before prompts.
 */
export function createGatherStrategy(options: GatherOptions): CustomBatchingPrioritizationStrategy {
  let spins = 0;
  return ({ items, size }) => {
    if (items.length < options.expected() && spins < MAX_SPINS) {
      spins += 1;
      return [];
    }
    spins = 0;
    const isComplete = items.length >= options.expected();
    const decoding = items.filter((item) => item.tokens.length === 1);
    options.onStep(decoding.length, isComplete);
    const batch = decoding.slice(0, size).map((item) => ({ item, processAmount: 1 }));
    const left = size - batch.length;
    const prompts = items.filter((item) => item.tokens.length > 1);
    return [...batch, ...share(prompts, batch.length > 0 ? Math.min(left, PREFILL_TOKENS) : left)];
  };
}

/** Prompts one after the other, as far as there is room: the first is soon done, instead of all being late. */
function share(prompts: readonly BatchItem[], room: number): PrioritizedBatchItem[] {
  const batch: PrioritizedBatchItem[] = [];
  let left = room;
  for (const item of prompts) {
    const processAmount = Math.min(item.tokens.length, left);
    if (processAmount === 0) break;
    batch.push({ item, processAmount });
    left -= processAmount;
  }
  return batch;
}
