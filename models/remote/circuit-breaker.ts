/** When a server is left alone. */
export interface BreakerOptions {
  /** Milliseconds that only grow. */
  now(): number;
  /** Share of errors that opens it. Default 0.3. */
  readonly errorShare?: number;
  /** Fewer results than this say nothing. Default 5. */
  readonly minResults?: number;
  /** So many results count at most. Default 20. */
  readonly maxResults?: number;
  /** Older ones are forgotten. Default 60 s. */
  readonly windowMs?: number;
  /** How long it stays open; doubles up to `maxOpenMs` while trials fail. Default 10 s. */
  readonly openMs?: number;
  /** Default 2 minutes. */
  readonly maxOpenMs?: number;
}

/** Keeps requests away from a server that fails too often. */
export interface CircuitBreaker {
  /** `trial`: its time is over, one request may look whether the server is well again. */
  state(): "closed" | "open" | "trial";
  succeeded(): void;
  failed(): void;
}

interface Result {
  readonly at: number;
  readonly isError: boolean;
}

/** Opens at 30 % errors; lets one request through from time to time, and closes when that goes well. */
export function createCircuitBreaker(options: BreakerOptions): CircuitBreaker {
  const { now, errorShare = 0.3, minResults = 5, maxResults = 20 } = options;
  const { windowMs = 60_000, openMs = 10_000, maxOpenMs = 120_000 } = options;
  let results: readonly Result[] = [];
  let openUntil: number | null = null;
  let pauseMs = openMs;

  const open = (): void => {
    openUntil = now() + pauseMs;
    pauseMs = Math.min(maxOpenMs, pauseMs * 2);
    results = [];
  };
  const add = (isError: boolean): void => {
    const at = now();
    results = [...results, { at, isError }]
      .filter((result) => at - result.at <= windowMs)
      .slice(-maxResults);
  };
  const state = (): "closed" | "open" | "trial" => {
    if (openUntil === null) return "closed";
    return now() < openUntil ? "open" : "trial";
  };

  return {
    state,
    succeeded: () => {
      if (state() === "trial") {
        openUntil = null;
        pauseMs = openMs;
      }
      add(false);
    },
    failed: () => {
      if (state() === "trial") {
        open();
        return;
      }
      if (openUntil !== null) return;
      add(true);
      const errors = results.filter(({ isError }) => isError).length;
      if (results.length >= minResults && errors / results.length >= errorShare) open();
    },
  };
}
