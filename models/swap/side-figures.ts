import type { SwapFigures } from "../../src/ports/model-swap.ts";

/** So many of the last requests count. */
const WINDOW = 50;
/** Fewer answers than this say nothing about speed. */
const TELLING_ANSWERS = 8;

interface Outcome {
  readonly isFailure: boolean;
  readonly firstTokenMs: number | null;
  readonly msPerToken: number | null;
}

/** Remembers how the last requests to a model went. */
export interface SideRecord {
  answered(answer: { readonly firstTokenMs: number; readonly msPerToken: number | null }): void;
  failed(): void;
  figures(): SwapFigures;
}

export function createSideRecord(): SideRecord {
  let outcomes: readonly Outcome[] = [];
  const add = (outcome: Outcome): void => {
    outcomes = [...outcomes, outcome].slice(-WINDOW);
  };
  return {
    answered: (answer) => add({ ...answer, isFailure: false }),
    failed: () => add({ isFailure: true, firstTokenMs: null, msPerToken: null }),
    figures: () => {
      const failures = outcomes.filter(({ isFailure }) => isFailure).length;
      return {
        answers: outcomes.length - failures,
        failures,
        firstTokenMs: telling(outcomes.map(({ firstTokenMs }) => firstTokenMs)),
        msPerToken: telling(outcomes.map(({ msPerToken }) => msPerToken)),
      };
    },
  };
}

function telling(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length < TELLING_ANSWERS) return null;
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
