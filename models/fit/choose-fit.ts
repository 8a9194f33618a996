import type { MemoryNeed } from "./memory-need.ts";

/** How many conversations a model holds at a time, and how long each of them may be. */
export interface Fit {
  readonly sequences: number;
  readonly contextTokens: number;
  readonly neededBytes: number;
}

export interface FitRequest {
  readonly need: MemoryNeed;
  readonly freeBytes: number;
  /** Null: as many as fit, up to `maxSequences`. */
  readonly sequences: number | null;
  /** Null: 4,096, or 2,048 where that is all that fits. */
  readonly contextTokens: number | null;
  /** What more conversations at once would be good for: 2 on a CPU, 4 on a GPU. */
  readonly maxSequences: number;
  /** Stays free for everything else on the machine. */
  readonly reserveBytes: number;
}

/** Left alone on a CPU: the bot, Chroma, and what else runs on the machine. */
export const RESERVE_BYTES = 512 * 1024 ** 2;
/** Left alone of a GPU's memory, for buffers whose size only the driver knows. */
export const GPU_RESERVE_BYTES = 1536 * 1024 ** 2;
export const CPU_SEQUENCES = 2;
export const GPU_SEQUENCES = 4;

/** Longest first. A conversation's own budget is 2,048 tokens: less than that would cut it. */
const CONTEXTS = [4_096, 2_048] as const;

/** Memory for a model with so many conversations of such a length. */
export function neededBytes(need: MemoryNeed, sequences: number, contextTokens: number): number {
  return need.weightsBytes + need.computeBytes + sequences * contextTokens * need.kvBytesPerToken;
}

/**
 * Chooses by arithmetic, so that memory is never found out to be short by a crash: the longest context of which at least
 * one fits into what is free without the reserve, and then as many conversations as fit. What is given is not
 * changed; with both given the reserve may be used up, since somebody has decided so.
 * @returns null when it does not fit
 */
export function chooseFit(request: FitRequest): Fit | null {
  const isDecided = request.sequences !== null && request.contextTokens !== null;
  const usable = request.freeBytes - (isDecided ? 0 : request.reserveBytes);
  const contexts = request.contextTokens === null ? CONTEXTS : [request.contextTokens];
  for (const contextTokens of contexts) {
    for (
      let sequences = request.sequences ?? request.maxSequences;
      sequences >= 1;
      sequences -= 1
    ) {
      const needed = neededBytes(request.need, sequences, contextTokens);
      if (needed <= usable) return { sequences, contextTokens, neededBytes: needed };
      if (request.sequences !== null) break;
    }
  }
  return null;
}

/** The least that does: one conversation of the shortest context where nothing else is given. */
export function leastFit(request: Pick<FitRequest, "need" | "sequences" | "contextTokens">): Fit {
  const sequences = request.sequences ?? 1;
  const contextTokens = request.contextTokens ?? CONTEXTS[1];
  return {
    sequences,
    contextTokens,
    neededBytes: neededBytes(request.need, sequences, contextTokens),
  };
}

/** The least that a model needs under the same conditions, reserve included: for messages. */
export function leastBytes(request: FitRequest): number {
  const isDecided = request.sequences !== null && request.contextTokens !== null;
  return leastFit(request).neededBytes + (isDecided ? 0 : request.reserveBytes);
}
