import { sizeText } from "../size-text.ts";
import {
  CPU_SEQUENCES,
  chooseFit,
  type Fit,
  type FitRequest,
  leastFit,
  RESERVE_BYTES,
} from "./choose-fit.ts";
import type { MemoryNeed } from "./memory-need.ts";

/** A model that is to be in memory together with others. */
export interface WantedModel {
  /** What it is for; each once. */
  readonly key: string;
  readonly name: string;
  /** Null when nobody knows, because its file is not there. */
  readonly need: MemoryNeed | null;
  /** Null: as many as fit. */
  readonly sequences: number | null;
  /** Null: as long as fits. */
  readonly contextTokens: number | null;
}

/** What one of them may take. */
interface MemoryShare {
  readonly key: string;
  readonly name: string;
  /** Null: it does not fit, or nobody knows what it needs. */
  readonly fit: Fit | null;
  /** At the least, without what stays free; null when nobody knows. */
  readonly leastBytes: number | null;
  /** What is left for it when all others have theirs. */
  readonly budgetBytes: number;
}

/** How the free memory of a machine is shared out. */
export interface MemoryPlan {
  readonly freeBytes: number;
  /** In the order of their importance. */
  readonly shares: readonly MemoryShare[];
  readonly takenBytes: number;
}

/**
 * Shares the free memory of the machine out among all models that are to be loaded, whose weights are mapped and so do not show in
 * what the system calls free. Whoever comes first in the list comes first: each gets as much as leaves the least to those
 * behind it, and what does not fit even so gets nothing.
 */
export function planMemory(wanted: readonly WantedModel[], freeBytes: number): MemoryPlan {
  const leasts = feasible(wanted, freeBytes);
  const shares: { -readonly [Key in keyof MemoryShare]: MemoryShare[Key] }[] = [];
  let takenBytes = 0;
  for (const [index, model] of wanted.entries()) {
    const behind = leasts.slice(index + 1).reduce<number>((sum, least) => sum + (least ?? 0), 0);
    const { key, name, need } = model;
    const budgetBytes = Math.max(0, freeBytes - takenBytes - behind);
    const request = need === null ? null : requestOf(model, need, budgetBytes);
    const isFeasible = leasts[index] !== null;
    const fit = request === null || !isFeasible ? null : (chooseFit(request) ?? leastFit(request));
    const leastBytes = request === null ? null : leastFit(request).neededBytes;
    takenBytes += fit?.neededBytes ?? 0;
    shares.push({ key, name, fit, leastBytes, budgetBytes });
  }
  return { freeBytes, shares, takenBytes };
}

/** The least that each one needs; null for what finds no room behind those before it. */
function feasible(wanted: readonly WantedModel[], freeBytes: number): readonly (number | null)[] {
  let held = 0;
  return wanted.map((model) => {
    if (model.need === null) return null;
    const request = requestOf(model, model.need, freeBytes - held);
    if (chooseFit({ ...request, sequences: request.sequences ?? 1 }) === null) return null;
    const { neededBytes } = leastFit(request);
    held += neededBytes;
    return neededBytes;
  });
}

function requestOf(
  { sequences, contextTokens }: WantedModel,
  need: MemoryNeed,
  freeBytes: number,
): FitRequest {
  const common = { need, freeBytes, sequences, contextTokens };
  return { ...common, maxSequences: CPU_SEQUENCES, reserveBytes: RESERVE_BYTES };
}

/** The sums of a plan for people: `a 1.1 GB + b 3.9 GB (2 × 4096 tokens) = 5.0 GB of 12.3 GB free`. */
export function planText({ freeBytes, shares, takenBytes }: MemoryPlan): string {
  const parts = shares.flatMap(({ name, fit }) => {
    if (fit === null) return [];
    const { neededBytes, sequences, contextTokens } = fit;
    return [`${name} ${sizeText(neededBytes)} (${sequences} × ${contextTokens} tokens)`];
  });
  const missing = shares.flatMap(({ name, fit, leastBytes }) => {
    if (fit !== null) return [];
    return [
      leastBytes === null ? `${name}: not known` : `${name}: no room for ${sizeText(leastBytes)}`,
    ];
  });
  const sum = `${[...parts].join(" + ") || "nothing"} = ${sizeText(takenBytes)} of ${sizeText(freeBytes)} free`;
  return [sum, ...missing, `${sizeText(RESERVE_BYTES)} stay free for everything else`].join("; ");
}
