import type {
  BatchItem,
  CustomBatchingPrioritizationStrategy,
  PrioritizedBatchItem,
  Token,
} from "node-llama-cpp";
import { rowLengths, type StepOrder } from "./step-order.ts";

/** Turns of the library's loop to wait for the last sequence; 3 are needed, 9 were the most seen. */
const MAX_SPINS = 64;
/** A long prompt beside running answers goes in pieces of this many tokens, so that they do not stall. */
const PREFILL_TOKENS = 256;

/** A step of the model, as it was put together. */
interface GatheredStep {
  /** For each pass over the weights that it takes, how many answers that pass carries on. */
  readonly passes: readonly number[];
  /** Whether all who were expected are in it. */
  readonly isComplete: boolean;
}

export interface GatherOptions {
  /** How many sequences are about to queue a step. */
  expected(): number;
  readonly order: Pick<StepOrder<Token>, "sequencesOf">;
  onStep(step: GatheredStep): void;
}

/**
 * Makes every step carry all running sequences. The library's own strategies go on as soon as any sequence has queued
 * its next token, so that the last one always misses: 2 sequences are decoded one by one, of 4 only 3 go together. An
 * empty result makes its loop turn once more, which is where the others get their chance. Answers go before prompts where room
 * is short.
 *
 * What is chosen is put in the order of the sequences. With a cache of its own for each sequence, which is how the library
 * makes its contexts, llama.cpp takes only neighbours in one pass over the weights (`split_equal` of its batch, which wants
 * 0, 1, 2 and not 1, 0, 2); in the order of arrival, which is chance, eight answers took four passes or more.
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
    const sequences = options.order.sequencesOf(items);
    const sequenceOf = new Map(items.map((item, index) => [item, sequences[index] ?? null]));
    const numberOf = (item: BatchItem): number => sequenceOf.get(item) ?? Number.POSITIVE_INFINITY;
    const inOrder = [...items].sort((a, b) => numberOf(a) - numberOf(b) || 0);
    const decoding = inOrder.filter((item) => item.tokens.length === 1).slice(0, size);
    const passes = rowLengths(decoding.map((item) => sequenceOf.get(item) ?? null));
    options.onStep({ passes, isComplete });
    const left = size - decoding.length;
    const prompts = items.filter((item) => item.tokens.length > 1);
    const amounts = new Map([
      ...decoding.map((item) => [item, 1] as const),
      ...share(prompts, decoding.length > 0 ? Math.min(left, PREFILL_TOKENS) : left),
    ]);
    return inOrder.flatMap((item): PrioritizedBatchItem[] => {
      const processAmount = amounts.get(item);
      return processAmount === undefined ? [] : [{ item, processAmount }];
    });
  };
}

/** Prompts one after the other, as far as there is room: the first is soon done, instead of all being late. */
function share(
  prompts: readonly BatchItem[],
  room: number,
): readonly (readonly [BatchItem, number])[] {
  const amounts: (readonly [BatchItem, number])[] = [];
  let left = room;
  for (const item of prompts) {
    const amount = Math.min(item.tokens.length, left);
    if (amount === 0) break;
    amounts.push([item, amount]);
    left -= amount;
  }
  return amounts;
}
