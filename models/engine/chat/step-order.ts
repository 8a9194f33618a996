/** Knows which sequence a queued step is of, which the library does not tell its strategies. */
export interface StepOrder<T> {
  /** The sequence of this number is about to queue a step that ends with this token. */
  queued(sequence: number, lastToken: T | undefined): void;
  /** Its step is done, or will not be. */
  done(sequence: number): void;
  /** The numbers of the sequences, one for each item; null where it cannot be told. */
  sequencesOf(items: readonly { readonly tokens: readonly T[] }[]): readonly (number | null)[];
}

/**
 * Tells by the last token of a step, and where two steps end alike by who queued first, since the library takes them in
 * that order. A mistake would cost speed and nothing else.
 */
export function createStepOrder<T>(): StepOrder<T> {
  const waiting = new Map<number, T | undefined>();
  return {
    queued: (sequence, lastToken) => {
      waiting.delete(sequence);
      waiting.set(sequence, lastToken);
    },
    done: (sequence) => {
      waiting.delete(sequence);
    },
    sequencesOf: (items) => {
      const left = new Map(waiting);
      return items.map(({ tokens }) => {
        const last = tokens.at(-1);
        for (const [sequence, lastToken] of left) {
          if (lastToken !== last) continue;
          left.delete(sequence);
          return sequence;
        }
        return null;
      });
    },
  };
}

/** How many neighbours each unbroken row of numbers has; what is not known stands alone. */
export function rowLengths(sequences: readonly (number | null)[]): readonly number[] {
  const rows: number[] = [];
  let before: number | null = null;
  for (const sequence of sequences) {
    const isNext = before !== null && sequence === before + 1;
    if (isNext) rows.push((rows.pop() ?? 0) + 1);
    else rows.push(1);
    before = sequence;
  }
  return rows;
}
