/** An answer that takes longer than expected is taken to need this share of its time once more. */
const OVERDUE_SHARE = 0.1;

/** An answer on its way. */
export interface RunningWork {
  readonly startedAt: number;
  /** Null when nobody knows. */
  readonly expectMs: number | null;
}

/**
 * In how many milliseconds each of those who wait will begin, in their order: whoever is next takes the place that
 * becomes free first. Null for whom that cannot be told.
 */
export function expectedStarts(
  running: readonly RunningWork[],
  waiting: readonly (number | null)[],
  place: { readonly slots: number; readonly now: number },
): readonly (number | null)[] {
  const empty = Array.from({ length: Math.max(0, place.slots - running.length) }, () => 0);
  const free: (number | null)[] = [...running.map((work) => leftMs(work, place.now)), ...empty];
  return waiting.map((expectMs) => {
    const known = free.filter((ms) => ms !== null);
    if (known.length < free.length || known.length === 0) return null;
    const startsInMs = Math.min(...known);
    free[free.indexOf(startsInMs)] = expectMs === null ? null : startsInMs + expectMs;
    return Math.round(startsInMs);
  });
}

function leftMs({ startedAt, expectMs }: RunningWork, now: number): number | null {
  if (expectMs === null) return null;
  return Math.max(startedAt + expectMs - now, expectMs * OVERDUE_SHARE);
}
