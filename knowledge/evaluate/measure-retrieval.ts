import { detectLanguage, type Principal } from "../../src/core/index.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import {
  type Estimate,
  meanWithInterval,
  quantileWithInterval,
  shareWithInterval,
} from "./intervals.ts";
import type { SetQuestion } from "./question-set.ts";

/** How far down the right passage is looked for. */
export const LOOKED_AT = 20;

/** How often the right passage comes first, among the first five, and the mean of 1/place (0 below the twentieth). */
export interface RetrievalFigures {
  readonly "hit@1": Estimate;
  readonly "hit@5": Estimate;
  readonly mrr: Estimate;
}

/** A way of finding passages: ids, best first, at most {@link LOOKED_AT}. */
export type Finder = (query: string, signal: AbortSignal) => Promise<readonly string[]>;

/** A question of which is known which passages answer it. */
export interface GoldQuestion extends SetQuestion {
  readonly goldIds: ReadonlySet<string>;
}

/** What asking all questions gave. */
export interface Asked {
  /** Place of the first right passage for each question, from 1; infinite when it is not among them. */
  readonly places: readonly number[];
  readonly timesMs: readonly number[];
}

/** Asks all questions one after the other. */
export async function askAll(
  questions: readonly GoldQuestion[],
  find: Finder,
  call: { readonly signal: AbortSignal; readonly onAsked?: (done: number) => void },
): Promise<Asked> {
  const places: number[] = [];
  const timesMs: number[] = [];
  for (const { query, goldIds } of questions) {
    call.signal.throwIfAborted();
    const start = performance.now();
    const found = await find(query, call.signal);
    timesMs.push(performance.now() - start);
    const at = found.slice(0, LOOKED_AT).findIndex((id) => goldIds.has(id));
    places.push(at < 0 ? Number.POSITIVE_INFINITY : at + 1);
    call.onAsked?.(places.length);
  }
  return { places, timesMs };
}

/** Asks the product's own retrieval, with the rights of one person in private; counts what it had to do without. */
export function findWith(
  retriever: Retriever,
  principal: Principal,
  onDegraded: () => void,
): Finder {
  return async (query, signal) => {
    const { passages, degraded } = await retriever.retrieve(
      {
        query,
        language: detectLanguage(query),
        principal,
        audience: { kind: "private" },
        collections: null,
        top: LOOKED_AT,
      },
      { signal },
    );
    if (degraded.length > 0) onDegraded();
    return passages.map(({ id }) => id);
  };
}

const MEASURES = {
  "hit@1": (place: number) => (place <= 1 ? 1 : 0),
  "hit@5": (place: number) => (place <= 5 ? 1 : 0),
  mrr: (place: number) => 1 / place,
} as const;

function each(measure: (of: (place: number) => number) => Estimate): RetrievalFigures {
  return {
    "hit@1": measure(MEASURES["hit@1"]),
    "hit@5": measure(MEASURES["hit@5"]),
    mrr: measure(MEASURES.mrr),
  };
}

/** The figures of one way of finding. */
export function figuresOf(
  places: readonly number[],
  questions: readonly SetQuestion[],
): RetrievalFigures {
  const groups = questions.map(({ group }) => group);
  return each((of) => shareWithInterval(places.map(of), groups));
}

/** How much better one way is than another, question by question. */
export function differenceOf(
  places: readonly number[],
  others: readonly number[],
  questions: readonly SetQuestion[],
): RetrievalFigures {
  const groups = questions.map(({ group }) => group);
  return each((of) => {
    const differences = places.map((place, index) => of(place) - of(others[index] ?? Infinity));
    return meanWithInterval(differences, groups);
  });
}

/** Middle and slow end of the times. */
export function timesOf(timesMs: readonly number[]): {
  readonly p50Ms: Estimate;
  readonly p95Ms: Estimate;
} {
  return {
    p50Ms: quantileWithInterval(timesMs, 0.5),
    p95Ms: quantileWithInterval(timesMs, 0.95),
  };
}
